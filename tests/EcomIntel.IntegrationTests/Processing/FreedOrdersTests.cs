using EcomIntel.Core;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Orders that were paid or cleared wait seconds, whatever else waits and whoever dies.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class FreedOrdersTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Ten = Business.Start.AddHours(10);

    private const string Released = "SELECT order_id, to_char(released_at AT TIME ZONE 'UTC', 'HH24:MI:SS') FROM shipments ORDER BY 2, 1";

    [Fact]
    public async Task One_paid_at_30_seconds_past_goes_at_35_and_what_is_paid_meanwhile_with_it()
    {
        await using var database = await PendingAsync(3);
        await database.MoveTimeAsync(Ten.AddSeconds(30));
        await PayAsync(database, 1, Ten.AddSeconds(30));
        await database.MoveTimeAsync(Ten.AddSeconds(33));
        await PayAsync(database, 2, Ten.AddSeconds(33));
        await LiveStream.PassTimeAsync(database, Ten.AddSeconds(34));
        Assert.Empty(await database.QueryAsync(Released));
        await LiveStream.PassTimeAsync(database, Ten.AddSeconds(36));
        Assert.Equal(["order-1|10:00:35", "order-2|10:00:35"], await database.QueryAsync(Released));
        await PayAsync(database, 3, Ten.AddSeconds(36));
        await LiveStream.PassTimeAsync(database, Ten.AddSeconds(42));
        Assert.Equal(["order-3|10:00:41"], (await database.QueryAsync(Released)).Skip(2));
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task A_copy_that_dies_before_the_round_or_in_it_leaves_it_to_the_next()
    {
        await using var database = await PendingAsync(1);
        var store = new ProcessingStore(database.Source);
        async Task<bool> SoonAsync() => (await store.WhatWaitsAsync(Domain.Slices, default)).Soon;
        Assert.False(await SoonAsync());
        await database.MoveTimeAsync(Ten.AddSeconds(30));
        await PayAsync(database, 1, Ten.AddSeconds(30));
        Assert.True(await SoonAsync());
        await database.ExecuteAsync("""
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'gone' USING ERRCODE = '57P01'; END $$;
            CREATE TRIGGER die BEFORE INSERT ON shipments FOR EACH ROW EXECUTE FUNCTION die();
            """);
        await Assert.ThrowsAsync<PostgresException>(() => LiveStream.PassTimeAsync(database, Ten.AddSeconds(36)));
        Assert.True(await SoonAsync());
        await database.ExecuteAsync("DROP TRIGGER die ON shipments");
        await LiveStream.PassTimeAsync(database, Ten.AddSeconds(50));
        Assert.Equal(["order-1|10:00:35"], await database.QueryAsync(Released));
        Assert.False(await SoonAsync());
    }

    /// <summary>A payment service's clock is a day ahead, another's a day behind.</summary>
    [Fact]
    public async Task A_producers_wrong_clock_keeps_nobody_waiting()
    {
        await using var database = await PendingAsync(2);
        await database.MoveTimeAsync(Ten.AddSeconds(30));
        await PayAsync(database, 1, Ten.AddDays(1));
        await LiveStream.PassTimeAsync(database, Ten.AddSeconds(36));
        Assert.Equal(["order-1|10:00:35"], await database.QueryAsync(Released));
        await database.MoveTimeAsync(Ten.AddSeconds(40));
        await PayAsync(database, 2, Ten.AddDays(-1));
        await LiveStream.PassTimeAsync(database, Ten.AddSeconds(41));
        Assert.Equal(["order-2|10:00:41"], (await database.QueryAsync(Released)).Skip(1));
    }

    [Theory]
    [InlineData(ClockMode.Wall)]
    [InlineData(ClockMode.Stream)]
    public async Task However_many_wait_a_batch_loads_what_it_names_until_a_round_falls_due(ClockMode mode)
    {
        await using var database = await PendingAsync(500);
        await database.ExecuteAsync($"UPDATE holds SET released_at = '{Ten:O}'; UPDATE orders SET freed_at = '{Ten.AddSeconds(30):O}'");
        var named = new CloudEvent("e", "tests", EventCatalogue.OrderCancelled, "order-7", Ten.AddSeconds(31), new OrderCancelled());
        Assert.Equal(1, await LoadedAsync(Ten.AddSeconds(34)));
        Assert.Equal(500, await LoadedAsync(Ten.AddSeconds(35)));
        Assert.Equal(500, await LoadedAsync(Ten.AddHours(1)));

        async Task<int> LoadedAsync(DateTimeOffset until)
        {
            var (keys, workspace) = (new Keys(), new Workspace(Domain.Slices) { IsLive = mode == ClockMode.Wall, WallNow = until });
            workspace.NameKeys(named, keys);
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await workspace.LoadAsync(connection, keys, new(Ten, until, Sweep: mode == ClockMode.Stream, LoadAll: false), CancellationToken.None);
            return workspace.Get<OrderBook>().All.Count;
        }
    }

    [Fact]
    public async Task In_a_replay_too_however_it_is_cut_into_batches()
    {
        var random = new Random(4);
        var events = new List<CloudEvent>();
        void Add(EventType type, string subject, DateTimeOffset at, IEventData data) => events.Add(new($"e-{events.Count}", "tests", type, subject, at, data));
        Add(EventCatalogue.LocationUpdated, "north", Business.Start, new LocationUpdated("North"));
        Add(EventCatalogue.ItemUpdated, "mug", Business.Start, new ItemUpdated("Mug"));
        Add(EventCatalogue.StockReceived, "mug", Business.Start, new StockReceived(new("north"), 60));
        for (var number = 1; number <= 60; number++)
        {
            var placed = Ten.AddSeconds(random.Next(5_000));
            Add(EventCatalogue.OrderPlaced, $"order-{number}", placed, new OrderPlaced("web", [new(1, new("mug"), 1, 9m)], Payment: "pending"));
            Add(EventCatalogue.OrderPaymentAuthorized, $"order-{number}", placed.AddSeconds(1 + random.Next(2_000)), new PaymentAuthorized());
        }
        List<string>? reference = null;
        foreach (var size in (int[])[10_000, 11, 1])
        {
            await using var database = await postgres.CreateAsync();
            await new ReplayedStream([.. events.OrderBy(e => e.Time)]).ApplyAsync(database, size);
            var rows = await database.SnapshotAsync();
            BatchProcessorTests.AssertSame(reference ??= rows, rows, $"batches of {size}");
            Assert.Equal(60, await database.CountAsync("SELECT count(*) FROM shipments"));
            // Each went at its payment's own round, or with one that somebody else's payment had made due before.
            Assert.Equal(0, await database.CountAsync("""
                SELECT count(*) FROM shipments s JOIN holds h USING (order_id)
                WHERE s.released_at <= h.released_at OR s.released_at > h.released_at + interval '5 seconds'
                """));
        }
    }

    /// <summary>So many orders of a unit each, placed at ten and not paid.</summary>
    private async Task<Database> PendingAsync(int orders)
    {
        var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Ten);
        var live = new LiveStream("shop", 1);
        live.Send(EventCatalogue.LocationUpdated, "north", Business.Start, new LocationUpdated("North"));
        live.Send(EventCatalogue.ItemUpdated, "mug", Business.Start, new ItemUpdated("Mug"));
        live.Send(EventCatalogue.PolicyUpdated, "allocation", Business.Start,
            new PolicyUpdated(1, System.Text.Json.JsonElement.Parse("""{"waitingOrders":10000}""")));
        live.Send(EventCatalogue.StockReceived, "mug", Business.Start, new StockReceived(new("north"), orders));
        for (var number = 1; number <= orders; number++)
            live.Send(EventCatalogue.OrderPlaced, $"order-{number}", Ten, new OrderPlaced("web", [new(1, new("mug"), 1, 9m)], Payment: "pending"));
        await live.ApplyAllAsync(database.Processor, 1_000);
        await LiveStream.PassTimeAsync(database.Processor);
        return database;
    }

    private static async Task PayAsync(Database database, int number, DateTimeOffset at)
    {
        var live = new LiveStream($"pay-{number}", 1);
        live.Send(EventCatalogue.OrderPaymentAuthorized, $"order-{number}", at, new PaymentAuthorized());
        await live.ApplyAllAsync(database.Processor, 10);
    }
}
