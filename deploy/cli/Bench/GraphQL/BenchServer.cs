using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Bench.GraphQL;

/// <summary>A GraphQL server that is measured, as a process of its own.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);

    private readonly Child _child;
    private readonly BoundedLog _log;

    private BenchServer(string name, Child child, BoundedLog log, Uri url) => (Name, _child, _log, Url) = (name, child, log, url);

    public string Name { get; }

    /// <summary>Where it answers.</summary>
    public Uri Url { get; }

    public List<Burst> Bursts { get; } = [];

    public double RequestsPerSecond => Statistics.Median(Bursts.Select(burst => burst.RequestsPerSecond));

    public Load Summary() => new(Math.Round(RequestsPerSecond, 1), Math.Round(P99Ms, 2));

    public double P99Ms => Statistics.Median(Bursts.Select(burst => burst.P99()));

    public double GeneratorShare => Statistics.Median(Bursts.Select(burst => burst.Share));

    /// <param name="words">Program and arguments. It prints <c>{"url": "http://..."}</c> once it listens.</param>
    /// <param name="processor">The only one it runs on; null for all.</param>
    /// <exception cref="InstanceException">It did not start.</exception>
    public static async Task<BenchServer> StartAsync(
        string name, IReadOnlyList<string> words, int? processor, Spawner spawner, string folder, CancellationToken token)
    {
        var file = Path.Combine(folder, name + ".log");
        var log = new BoundedLog(file);
        IReadOnlyList<string> pinned = processor is { } only ? ["taskset", "--cpu-list", only.ToString(CultureInfo.InvariantCulture)] : [];
        var environment = new Dictionary<string, string> { ["NODE_ENV"] = "production" };
        var spec = new ProcessSpec(words[0], [.. words.Skip(1)], environment, Native.Terminate, TimeSpan.FromSeconds(10), pinned);
        var child = await Child.StartAsync(spawner, spec, log);
        await Task.WhenAny(child.Announcement, child.Exited, Task.Delay(ReadyTimeout, token));
        if (child.Announcement.IsCompletedSuccessfully)
        {
            var url = JsonDocument.Parse(await child.Announcement).RootElement.GetProperty("url").GetString()!;
            return new(name, child, log, new Uri(new Uri(url), "/graphql"));
        }
        if (child.Exited.IsCompleted) await child.SaidAllAsync();
        else await child.StopAsync();
        child.Dispose();
        log.Dispose();
        token.ThrowIfCancellationRequested();
        throw new InstanceException($"{name} did not start: {log.LastWords ?? "it said nothing"}");
    }

    public async ValueTask DisposeAsync()
    {
        await _child.StopAsync();
        _child.Dispose();
        _log.Dispose();
    }

    /// <summary>Its requests a second over another's, round by round, so that what slowed both does not count; the median.</summary>
    public double RatioTo(BenchServer other) => Statistics.Median(Bursts.Zip(other.Bursts, (own, its) => own.RequestsPerSecond / its.RequestsPerSecond));
}
