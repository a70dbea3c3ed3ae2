using System.Diagnostics;
using System.Text;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>A role as the operator runs it: a process of its own.</summary>
internal sealed class RoleProcess : IAsyncDisposable
{
    /// <summary>Far from where another run of the tests begins; instances choose theirs higher.</summary>
    private static int _lastPort = 12_000 + (Environment.ProcessId % 60 * 100);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private RoleProcess(string role, Process process, string url, string api) => (Role, _process, Url, Api) = (role, process, url, api);

    public string Role { get; }

    /// <summary>Of metrics and health.</summary>
    public string Url { get; }

    /// <summary>Host and port of role graphql's own listener.</summary>
    public string Api { get; }

    /// <summary>The most memory it has had, as the kernel counts it, in bytes.</summary>
    public long PeakBytes => 1_024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', '\t')[^2],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Its exit code, once it has ended.</summary>
    public async Task<int> EndedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    public void Terminate() => Native.Signal(_process.Id, Native.Terminate);

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Alive: its health is answered.</summary>
    /// <param name="before">One that has ended, whose addresses this one takes over.</param>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public static async Task<RoleProcess> StartAsync(
        string role, IReadOnlyDictionary<string, string> environment, IEnumerable<(string Key, string Value)> settings, RoleProcess? before = null)
    {
        var started = Launch(role, environment, settings, before);
        await started.UntilAliveAsync();
        return started;
    }

    /// <summary>Without waiting: for one that is to end by itself.</summary>
    public static RoleProcess Launch(
        string role, IReadOnlyDictionary<string, string> environment, IEnumerable<(string Key, string Value)> settings, RoleProcess? before = null)
    {
        var url = before?.Url ?? $"http://127.0.0.1:{FreePort()}";
        var api = before?.Api ?? $"127.0.0.1:{FreePort()}";
        string[] words = role == "graphql" ? [Home.Find().Program("graphql", "EcomIntel.GraphQL"), "--GraphQL:Url", $"http://{api}"]
            : [Home.Find().Program("ingest", "EcomIntel.Ingest"), "--role", role];
        var start = new ProcessStartInfo(
            "dotnet", [.. words, "--Metrics:Url", url]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in settings)
        {
            start.ArgumentList.Add($"--{key}");
            start.ArgumentList.Add(value);
        }
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var process = new Process { StartInfo = start };
        var started = new RoleProcess(role, process, url, api);
        process.OutputDataReceived += (_, line) => started.Heard(line.Data);
        process.ErrorDataReceived += (_, line) => started.Heard(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    public async Task<string> GetAsync(string path)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(Url + path));
        return await answer.Content.ReadAsStringAsync();
    }

    public async Task<bool> IsReadyAsync() => (await GetAsync("/healthz/ready")).Contains("\"status\":\"ready\"", StringComparison.Ordinal);

    public async Task UntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await IsReadyAsync())
            await Task.Delay(100, patience.Token);
    }

    /// <summary>SIGKILL: it finishes nothing.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and how it ended.</summary>
    public async Task<int> StopAsync()
    {
        Terminate();
        return await EndedAsync();
    }

    private async Task UntilAliveAsync()
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"the role ended with {_process.ExitCode}: {Output}");
            try
            {
                await GetAsync("/healthz/live");
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }
        throw new TimeoutException(Output);
    }

    private void Heard(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    /// <summary>Below the kernel's ephemeral range: one of it could be given to a connection before the role listens.</summary>
    private static int FreePort()
    {
        while (true)
            if (Interlocked.Increment(ref _lastPort) is var port && InstancePorts.IsFree(port))
                return port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
