using System.Diagnostics;
using System.Text.Json;
using EcomIntel.Embedded.ClickHouse;

namespace EcomIntel.IntegrationTests.Embedded;

/// <summary>Runs when libchdb.so is installed: where ECOMINTEL_LIBCHDB says, or in deploy/embedded/node_modules.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClickHouseFactAttribute : FactAttribute
{
    public ClickHouseFactAttribute()
    {
        Skip = ClickHouseProcess.Library is null ? ClickHouseProcess.Missing : null;
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClickHouseTheoryAttribute : TheoryAttribute
{
    public ClickHouseTheoryAttribute()
    {
        Skip = ClickHouseProcess.Library is null ? ClickHouseProcess.Missing : null;
    }
}

/// <summary>One embedded ClickHouse in a process and a folder of its own.</summary>
internal sealed class ClickHouseProcess : IAsyncDisposable
{
    public const string Missing = "libchdb.so is not installed (ECOMINTEL_LIBCHDB, or npm ci in deploy/embedded)";
    public const string Password = "a secret";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ClickHouseProcess(Process process, Task<string> errors, int port)
    {
        _process = process;
        _errors = errors;
        Client = new ClickHouseRequests(port);
    }

    public static string? Library { get; } = Find();

    public ClickHouseRequests Client { get; }

    public static async Task<ClickHouseProcess> StartAsync(string path, params string[] more)
    {
        var process = Launch(path, more);
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
        Assert.True(line is not null, $"it did not start: {(line is null ? await errors : "")}");
        using var ready = JsonDocument.Parse(line!);
        return new ClickHouseProcess(process, errors, ready.RootElement.GetProperty("port").GetInt32());
    }

    /// <summary>A start that is expected to fail.</summary>
    public static async Task<(int ExitCode, string Errors)> FailAsync(string path)
    {
        using var process = Launch(path, []);
        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Timeout);
        await process.WaitForExitAsync().WaitAsync(Timeout);
        return (process.ExitCode, errors);
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<(int ExitCode, string Errors)> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync().WaitAsync(Timeout);
        await _process.WaitForExitAsync().WaitAsync(Timeout);
        return (_process.ExitCode, await _errors);
    }

    /// <summary>SIGKILL: nothing of the process runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Timeout);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }
        _process.Dispose();
    }

    private static Process Launch(string path, string[] more)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "EcomIntel.Embedded.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, "clickhouse", "--path", path, "--port", "0", "--library", Library!, .. more])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[ClickHouseOptions.PasswordVariable] = Password;
        return Process.Start(start)!;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("ECOMINTEL_LIBCHDB") is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "deploy", "embedded", "node_modules", "@chdb", "lib-linux-x64-gnu", "libchdb.so");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}

/// <summary>A server that the tests of one class share; each keeps to tables of its own.</summary>
public sealed class SharedClickHouse : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ecomintel-clickhouse-");
    private ClickHouseProcess? _process;

    internal ClickHouseRequests Client => _process!.Client;

    public async Task InitializeAsync()
    {
        if (ClickHouseProcess.Library is not null)
        {
            _process = await ClickHouseProcess.StartAsync(_folder.FullName);
        }
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
        _folder.Delete(recursive: true);
    }
}
