using System.Diagnostics;

namespace EcomIntel.Cli.Supervisor.Services;

/// <summary>
/// PostgreSQL refuses to run as root. As root it runs as the user postgres or nobody where that one can reach the files,
/// else in a user namespace in which root's files belong to an ordinary user (a checkout below a private home). Otherwise as oneself.
/// </summary>
/// <param name="Prefix">Words before a command that make it run so.</param>
/// <param name="User">Who must own the files; null to leave them.</param>
internal sealed record Unprivileged(IReadOnlyList<string> Prefix, string? User)
{
    private static readonly string[] Namespace = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"];

    /// <exception cref="InstanceException">Neither way works here.</exception>
    public static async Task<Unprivileged> ChooseAsync(string program, string folder, CancellationToken cancellationToken)
    {
        if (!Native.IsRoot) return new([], null);
        foreach (var (name, uid, gid) in KnownUsers("postgres", "nobody"))
        {
            var candidate = new Unprivileged(["setpriv", $"--reuid={uid}", $"--regid={gid}", "--clear-groups", "--"], name);
            if (await candidate.TryAsync([program, "--version"], cancellationToken) is not null) continue;
            // Traversal of the folder's parents shows in whether the folder itself can be asked about at all.
            if (await candidate.TryAsync(["test", "-d", folder], cancellationToken) is null) return candidate;
        }

        var mapped = new Unprivileged(Namespace, "root");
        if (await mapped.TryAsync([program, "--version"], cancellationToken) is not { } refusal) return mapped;
        throw new InstanceException(
            $"PostgreSQL cannot run as root, and neither an unprivileged user can reach {folder} nor a user namespace be made ({refusal}); "
            + "run as an ordinary user, or from a folder others may pass through");
    }

    /// <summary>Gives a folder and all in it to the user.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        if (User is null) return;
        if (await RunQuietlyAsync(["chown", "-R", $"{User}:", path], cancellationToken) is { } failure)
            throw new InstanceException($"{path} cannot be given to {User}: {failure}");
    }

    /// <exception cref="InstanceException">The command failed, with its last error line.</exception>
    public async Task RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        if (await TryAsync(command, cancellationToken) is { } failure)
            throw new InstanceException($"{Path.GetFileName(command[0])} failed: {failure}");
    }

    private static IEnumerable<(string Name, string Uid, string Gid)> KnownUsers(params string[] names) =>
        from name in names
        from line in File.ReadLines("/etc/passwd")
        let fields = line.Split(':')
        where fields.Length > 3 && fields[0] == name
        select (name, fields[2], fields[3]);

    private Task<string?> TryAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        RunQuietlyAsync([.. Prefix, .. command], cancellationToken);

    /// <returns>null when it went well, else the last error line on standard error.</returns>
    private static async Task<string?> RunQuietlyAsync(string[] command, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
            })!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            await output;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode == 0) return null;
            var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault()
                ?? $"exit code {process.ExitCode}";
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            return $"{command[0]}: {failure.Message}";
        }
    }
}
