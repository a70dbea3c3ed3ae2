using EcomIntel.IntegrationTests.Pipeline;
using EcomIntel.IntegrationTests.Replay;

namespace EcomIntel.IntegrationTests.Soak;

/// <summary>A second copy of every role, each started again where it was killed.</summary>
internal sealed class SecondCopies(Hub hub) : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Roles = ["ingest", "relay", "sink", "graphql"];

    private readonly Dictionary<string, RoleProcess> _running = [];
    private readonly KeptLogs _logs = new("SoakTests.cs", "copies");

    public string Api => _running["graphql"].Api;

    public async Task StartAsync()
    {
        foreach (var role in Roles)
            _running[role] = await hub.AnotherAsync(role);
    }

    public async Task KillAndStartAsync(string role)
    {
        var before = _running[role];
        await before.KillAsync();
        _logs.Keep(role, before.Output);
        _running[role] = await hub.AnotherAsync(role, before);
        await before.DisposeAsync();
    }

    /// <summary>The sum over the copies that run of one of their metrics.</summary>
    public async Task<double> SumAsync(string metric)
    {
        var sum = 0.0;
        foreach (var copy in _running.Values)
            foreach (var line in (await copy.GetAsync("/metrics")).Split('\n'))
                if (line.StartsWith(metric + " ", StringComparison.Ordinal) || line.StartsWith(metric + "{", StringComparison.Ordinal))
                    sum += double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        return sum;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (role, copy) in _running)
        {
            await copy.DisposeAsync();
            _logs.Keep(role, copy.Output);
        }
    }
}
