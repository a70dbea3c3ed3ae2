using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>A replay ends in the same tables, whatever happens on the way.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class BatchProcessorTests(PostgresFixture postgres)
{
    private static readonly byte[][] Broken = ["{"u8.ToArray(), "no json"u8.ToArray(), "{\"specversion\":\"1.0\"}"u8.ToArray()];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task How_the_stream_is_cut_into_batches_does_not_show(int seed)
    {
        var events = Business.Events(seed, orders: 40);
        var reference = await AppliedAsync(new(events, broken: Broken), 100_000);
        Assert.Contains(reference, line => line.StartsWith("orders:", StringComparison.Ordinal) && line.Contains("DELIVERED", StringComparison.Ordinal));
        foreach (var size in (int[])[1, 7, 100, 5_000])
            AssertSame(reference, await AppliedAsync(new(events, broken: Broken), size), $"batches of {size}");
    }

    [Fact]
    public async Task Neither_repeats_nor_the_order_of_delivery_nor_the_partitions_show()
    {
        var events = Business.Events(3, orders: 100);
        var reference = await AppliedAsync(new(events, broken: Broken), 100_000);
        AssertSame(reference, await AppliedAsync(new(events, copies: 2, broken: Broken), 211), "every message twice");
        AssertSame(reference, await AppliedAsync(new(events, width: 2, shuffle: 5, broken: Broken), 97), "shuffled within a tick");
        AssertSame(reference, await AppliedAsync(new(events, width: 5, shuffle: 6, copies: 2, broken: Broken), 1_000, readAhead: 13),
            "five partitions, shuffled, twice, read little by little");
    }

    [Fact]
    public async Task A_connection_that_dies_at_any_statement_loses_and_repeats_nothing()
    {
        var stream = new ReplayedStream(Business.Events(4, orders: 120), broken: Broken);
        var reference = await AppliedAsync(stream, 100_000);
        await using var database = await postgres.CreateAsync();
        using var done = new CancellationTokenSource();
        var killing = KillAsync(database, done.Token);
        var anew = await stream.ApplyAsync(database, 40);
        await done.CancelAsync();
        await killing;
        AssertSame(reference, await database.SnapshotAsync(), $"killed {anew} times");
        Assert.InRange(anew, 3, int.MaxValue);
    }

    [Fact]
    public async Task Two_readers_of_the_same_partitions_never_apply_twice()
    {
        var stream = new ReplayedStream(Business.Events(5, orders: 80), broken: Broken);
        var reference = await AppliedAsync(stream, 100_000);
        await using var database = await postgres.CreateAsync();
        await Task.WhenAll(Task.Run(() => stream.ApplyAsync(database, 50)), Task.Run(() => stream.ApplyAsync(database, 30)));
        AssertSame(reference, await database.SnapshotAsync(), "two readers");
    }

    private async Task<List<string>> AppliedAsync(ReplayedStream stream, int batchSize, int readAhead = int.MaxValue)
    {
        await using var database = await postgres.CreateAsync();
        await stream.ApplyAsync(database, batchSize, readAhead);
        await database.AssertSoundAsync();
        return await database.SnapshotAsync();
    }

    private static async Task KillAsync(Database database, CancellationToken done)
    {
        // Often, that a fast machine is disturbed as well; not for ever, that a slow one comes to its end.
        const int most = 30;
        var random = new Random(1);
        await using var killer = NpgsqlDataSource.Create(database.ConnectionString + ";Pooling=false");
        for (var kills = 0; kills < most && !done.IsCancellationRequested; kills++)
        {
            await Task.Delay(random.Next(5, 60), CancellationToken.None);
            await using var command =
                killer.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() " +
                    "AND pid <> pg_backend_pid() AND state <> 'idle'");
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    internal static void AssertSame(List<string> expected, List<string> actual, string how)
    {
        if (expected.SequenceEqual(actual))
            return;
        var missing = expected.Except(actual, StringComparer.Ordinal).Take(4);
        var extra = actual.Except(expected, StringComparer.Ordinal).Take(4);
        Assert.Fail($"{how}: {expected.Count} rows became {actual.Count}\nmissing:\n{string.Join('\n', missing)}\nextra:\n{string.Join('\n', extra)}");
    }
}
