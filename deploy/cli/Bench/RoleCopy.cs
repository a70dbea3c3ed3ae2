using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Bench;

/// <summary>One process of a role, as it is shipped, that a bench starts beside an instance's own or in their place.</summary>
internal sealed class RoleCopy : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60), StopTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Child _child;
    private readonly BoundedLog _log;
    private readonly string _role, _metrics;

    private RoleCopy(string role, string metrics, Child child, BoundedLog log) =>
        (_role, _metrics, _child, _log) = (role, metrics, child, log);

    /// <param name="program">The role's assembly.</param>
    /// <param name="metrics">Where it is to serve metrics and health, for example <c>http://127.0.0.1:20000</c>.</param>
    /// <param name="environment">Beside the addresses of the engines.</param>
    /// <param name="log">The file for its output.</param>
    /// <exception cref="InstanceException">It did not become ready.</exception>
    public static async Task<RoleCopy> StartAsync(
        Spawner spawner, string program, string role, string metrics, Addresses addresses, IReadOnlyDictionary<string, string> environment, string log,
        CancellationToken token)
    {
        var all = new Dictionary<string, string?>
        {
            ["ECOMINTEL__Metrics__Url"] = metrics,
            ["ECOMINTEL__ConnectionStrings__Postgres"] = addresses.Postgres,
            ["ECOMINTEL__ConnectionStrings__ClickHouse"] = addresses.ClickHouse,
            ["ECOMINTEL__Kafka__BootstrapServers"] = addresses.Kafka,
            ["ECOMINTEL__Kafka__ClusterId"] = addresses.KafkaClusterId,
        };
        foreach (var (name, value) in environment)
            all[name] = value;
        var given = all.Where(each => each.Value is not null).ToDictionary(each => each.Key, each => each.Value!, StringComparer.Ordinal);
        var lines = new BoundedLog(log);
        var child = await Child.StartAsync(spawner, ProcessSpec.Dotnet(program, ["--role", role], given, StopTimeout), lines);
        var copy = new RoleCopy(role, metrics, child, lines);
        try
        {
            await copy.WaitUntilReadyAsync(token);
            return copy;
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }

    public int Pid => _child.Pid;

    /// <summary>Its metrics as Prometheus would scrape them.</summary>
    public async Task<ScrapedMetrics> ScrapeAsync(CancellationToken token) => new(await _http.GetStringAsync(new Uri($"{_metrics}/metrics"), token));

    private async Task WaitUntilReadyAsync(CancellationToken token)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (_child.Exited.IsCompleted)
                throw new InstanceException($"the role {_role} ended: {_log.LastWords}");
            try
            {
                using var answer = await _http.GetAsync(new Uri($"{_metrics}/healthz/ready"), token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            if (TimeProvider.System.GetElapsedTime(began) > ReadyTimeout)
                throw new InstanceException($"the role {_role} is not ready within {ReadyTimeout.TotalSeconds:0} s: {_log.LastWords}");
            await Task.Delay(100, token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _child.StopAsync();
        _child.Dispose();
        _log.Dispose();
        _http.Dispose();
    }
}
