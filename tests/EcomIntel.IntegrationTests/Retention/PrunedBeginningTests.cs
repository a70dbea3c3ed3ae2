using EcomIntel.Core.Database;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.IntegrationTests.Pipeline;

namespace EcomIntel.IntegrationTests.Retention;

/// <summary>Who reads the decisions of an outbox that no longer begins with the first.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class PrunedBeginningTests(PipelineEngines engines)
{
    private static readonly (string, string)[] SmallBlocks = [("Sink:BlockTime", "00:00:00.010"), ("Sink:BlockOperations", "1000")];

    [Fact]
    public async Task Relay_sink_and_check_go_on_and_a_rebuild_is_refused_before_it_loses_anything()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(21);
        await history.WriteAsync(hub.Postgres, 300);
        var relay = await hub.StartAsync("relay");
        var sink = await hub.StartAsync("sink", SmallBlocks);
        await hub.UntilConfirmedAsync(history.Sequence);

        // All of it, the sink's last block as well; and no broker has it either.
        await relay.KillAsync();
        await sink.KillAsync();
        await PruneAsync(hub, history.Sequence);
        await hub.NewKafkaAsync();
        var pruned = history.Sequence;
        await history.WriteAsync(hub.Postgres, 300);
        await hub.StartAsync("relay");
        sink = await hub.StartAsync("sink", SmallBlocks);
        await hub.UntilConfirmedAsync(history.Sequence);
        var report = await hub.CheckAsync();
        Assert.True(report.Ok, string.Join("; ", report.Checks.Where(check => !check.Ok)));

        // A reader gets what is kept, and is told of what is not.
        Assert.Equal(pruned + 1, (await PipelineTests.TakeAsync(hub, pruned + 1, 10))[0].Sequence);
        var lost = await Assert.ThrowsAsync<OperationsPrunedException>(() => PipelineTests.TakeAsync(hub, pruned, 10));
        Assert.Equal($"operation {pruned} was pruned: the outbox begins with {pruned + 1}", lost.Message);

        var orders = await hub.AskAsync<ulong>("SELECT count() FROM orders FINAL");
        var refused = await Assert.ThrowsAsync<OperationsPrunedException>(
            () => AnalyticsRebuild.RunAsync(hub.Postgres, hub.ClickHouseString, partial: false, null, CancellationToken.None));
        Assert.Equal($"operation 1 was pruned: the outbox begins with {pruned + 1}", refused.Message);
        Assert.Equal(orders, await hub.AskAsync<ulong>("SELECT count() FROM orders FINAL"));

        await AnalyticsRebuild.RunAsync(hub.Postgres, hub.ClickHouseString, partial: true, null, CancellationToken.None);
        Assert.Equal(history.Sequence, await hub.ConfirmedAsync());
        Assert.Equal((ulong)pruned + 1, await hub.AskAsync<ulong>("SELECT min(from_sequence) FROM sink_blocks"));
        Assert.InRange(await hub.AskAsync<ulong>("SELECT count() FROM orders FINAL"), 1UL, orders - 1);

        // It goes on, killed as well.
        await sink.KillAsync();
        await history.WriteAsync(hub.Postgres, 100);
        await hub.StartAsync("sink", SmallBlocks);
        await hub.UntilConfirmedAsync(history.Sequence);
        await using var update = hub.Postgres.CreateCommand("UPDATE pruned SET rows = rows WHERE kind = 'operations'");
        Assert.Equal(1, await update.ExecuteNonQueryAsync().WaitAsync(TimeSpan.FromSeconds(10))); // the rebuild holds nothing any more
    }

    [Fact]
    public async Task A_sink_whose_ClickHouse_is_older_than_the_outbox_reaches_waits_and_says_so()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(22);
        await history.WriteAsync(hub.Postgres, 200);
        var sink = await hub.StartAsync("sink", SmallBlocks);
        await hub.UntilConfirmedAsync(history.Sequence);
        await sink.KillAsync();
        // As if ClickHouse were given back from a backup of before: its last block is half a thousand behind.
        await using (var confirm = hub.Postgres.CreateCommand("UPDATE sink_positions SET confirmed = confirmed + 500"))
            await confirm.ExecuteNonQueryAsync();
        await history.WriteAsync(hub.Postgres, 200);
        await PruneAsync(hub, history.Sequence - 10);
        sink = await hub.StartAsync("sink", SmallBlocks);
        var health = "";
        for (var tries = 0; tries < 300 && !health.Contains("was pruned", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(100);
            health = await sink.GetAsync("/healthz/ready");
        }
        Assert.Contains($"was pruned: the outbox begins with {history.Sequence - 9}", health, StringComparison.Ordinal);
    }

    /// <summary>As the retention slice does it.</summary>
    private static async Task PruneAsync(PipelineInstance hub, long last)
    {
        await using var prune = hub.Postgres.CreateCommand($"""
            WITH deleted AS (DELETE FROM outbox WHERE sequence <= {last} RETURNING 1)
            UPDATE pruned SET sequence = {last}, rows = (SELECT count(*) FROM deleted) WHERE kind = 'operations'
            """);
        await prune.ExecuteNonQueryAsync();
    }
}
