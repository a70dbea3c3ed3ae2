using System.Collections.Concurrent;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Replay;

/// <summary>A replay ends in the same rows whatever dies on the way.</summary>
public sealed class ReplayFaultTests(UndisturbedReplay undisturbed) : IClassFixture<UndisturbedReplay>
{
    /// <summary>How often something is killed, at least.</summary>
    private const int Kills = 20;

    /// <summary>How long the replay is made to last, so that there is time to kill.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(60);

    private static readonly string[] Often = ["ingest", "sink", "postgres", "clickhouse"];

    /// <summary>The embedded broker starts empty: all roles start anew with it, and what it held is sent again.</summary>
    private static readonly string[] Seldom = ["relay", "kafka"];

    [Fact]
    public async Task Kill_nine_of_anything_at_any_instant_changes_no_row()
    {
        await using var hub = await Hub.StartAsync(new() { Clock = "stream", Partitions = 3 });
        var killed = new ConcurrentQueue<string>();
        using var done = new CancellationTokenSource();
        var killing = Task.Run(() => KillAsync(hub, killed, done.Token));
        await hub.ReplayAsync(options: new(Speed: Hub.Retailer.Days * 86_400 / Lasting.TotalSeconds));
        await done.CancelAsync();
        await killing;
        Assert.InRange(killed.Count, Kills, int.MaxValue);
        Assert.All(Often, victim => Assert.Contains(victim, killed));
        BatchProcessorTests.AssertSame(undisturbed.Rows, await hub.SnapshotAsync(), $"killed {string.Join(' ', killed)}");
    }

    /// <summary>One after the other, in a seeded order, each at a random instant of the replay.</summary>
    private static async Task KillAsync(Hub hub, ConcurrentQueue<string> killed, CancellationToken done)
    {
        var random = new Random(3);
        string[] victims = [.. Enumerable.Repeat(Often, 5).SelectMany(often => often), .. Seldom, .. Seldom];
        random.Shuffle(victims);
        foreach (var victim in victims)
        {
            await hub.UntilReadyAsync(TimeSpan.FromSeconds(30));
            await Task.Delay(random.Next(50, 500), CancellationToken.None);
            if (done.IsCancellationRequested)
                return;
            if (hub.Kill(victim))
                killed.Enqueue(victim);
        }
    }
}

/// <summary>What the same history makes when nothing happens to it.</summary>
public sealed class UndisturbedReplay : IAsyncLifetime
{
    internal List<string> Rows { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await using var hub = await Hub.StartAsync();
        await hub.ReplayAsync();
        Rows = await hub.SnapshotAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
