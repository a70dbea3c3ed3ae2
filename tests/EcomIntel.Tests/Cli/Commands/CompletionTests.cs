using System.Diagnostics;
using EcomIntel.Cli.Commands;

namespace EcomIntel.Tests.Cli.Commands;

/// <summary>The script in the shell it is for.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("", "up", "down", "status", "logs", "instances", "completion")]
    [InlineData("st", "status")]
    [InlineData("dlq ", "list", "show", "mend", "retry", "discard")]
    [InlineData("webhooks ", "list", "retry")]
    [InlineData("dlq list --st", "--status", "--state")]
    [InlineData("dlq list --status ", "open", "retry", "applied", "discarded")]
    [InlineData("--instance demo up --clock ", "auto", "wall", "stream")]
    [InlineData("up --json --cl", "--clock")]
    [InlineData("status --instance ", "demo", "default")]
    [InlineData("keys create --role PLANNER --role S", "SERVICE")]
    [InlineData("logs in", "ingest")]
    [InlineData("replay on", "online-retail-ii")]
    [InlineData("completion ", "bash", "zsh")]
    public async Task Bash_completes(string line, params string[] among)
    {
        var offered = await OfferAsync(line);
        Assert.All(among, word => Assert.Contains(word, offered));
        Assert.DoesNotContain("supervise", offered);
    }

    [Theory]
    [InlineData("replay --file ")]
    [InlineData("up --kafka ")]
    public async Task What_is_free_is_left_to_the_shell(string line) => Assert.Empty(await OfferAsync(line));

    [Fact]
    public void Zsh_loads_bash_s() => Assert.Contains("bashcompinit", CompletionCommand.Script(CommandTree.Create(), "zsh", "/x"), StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private async Task<string[]> OfferAsync(string line)
    {
        var instances = Directory.CreateDirectory(Path.Combine(_folder.Path, "it's here")).FullName;
        foreach (var name in (string[])["demo", "default"])
            Directory.CreateDirectory(Path.Combine(instances, name));
        var script = Path.Combine(_folder.Path, "completion");
        await File.WriteAllTextAsync(script, CompletionCommand.Script(CommandTree.Create(), "bash", instances));
        string[] words = ["./ecomintel", .. line.Split(' ')];
        const string complete = """. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ecomintel; printf '%s\n' "${COMPREPLY[@]}" """;
        var start = new ProcessStartInfo("bash", ["-uc", complete, "bash", script, .. words])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var bash = Process.Start(start)!;
        var error = bash.StandardError.ReadToEndAsync();
        var offered = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal((0, ""), (bash.ExitCode, await error));
        return offered.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
