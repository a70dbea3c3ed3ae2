using System.Text.Json;
using EcomIntel.Core;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Of a long queue only its head is read, and it does not show.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class LongQueueTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Start = Business.Start;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task How_much_of_a_queue_is_read_at_first_does_not_show(int seed)
    {
        var events = Scarce(seed, orders: 60);
        List<string>? reference = null;
        foreach (var (margin, size) in ((int, int)[])[(10_000, 100_000), (0, 100_000), (0, 50), (1, 7)])
        {
            await using var database = await postgres.CreateAsync();
            database.Slices = Domain.Of(margin);
            await new ReplayedStream(events).ApplyAsync(database, size);
            await database.AssertSoundAsync();
            foreach (var (name, _, sql) in PostgresInvariants.All)
                Assert.True(await database.QueryAsync(sql) is { Count: 0 } wrong, $"{name}: {string.Join("; ", (await database.QueryAsync(sql)).Take(5))}");
            var rows = await database.SnapshotAsync();
            BatchProcessorTests.AssertSame(reference ??= rows, rows, $"margin {margin}, batches of {size}");
        }
        Assert.Contains(reference!, line => line.StartsWith("orders:", StringComparison.Ordinal) && line.Contains("BACKORDERED", StringComparison.Ordinal));
    }

    /// <summary>A unit for the first order that can take it: not the first of all, which ships complete and waits for something else as well.</summary>
    [Fact]
    public async Task Who_cannot_take_what_came_in_does_not_keep_it_from_those_behind()
    {
        await using var database = await postgres.CreateAsync();
        database.Slices = Domain.Of(queueMargin: 0);
        var live = Shop();
        for (var number = 1; number <= 30; number++)
            live.Send(EventCatalogue.OrderPlaced, $"picky-{number:00}", Start.AddMinutes(number),
                new OrderPlaced("web", [new(1, new("mug"), 1, 9m), new(2, new("lid"), 1, 2m)], ShipComplete: true));
        live.Send(EventCatalogue.OrderPlaced, "modest", Start.AddMinutes(40), new OrderPlaced("web", [new(1, new("mug"), 1, 9m)]));
        await live.ApplyAllAsync(database.Processor, 100);
        await LiveStream.PassTimeAsync(database, Start);
        await LiveStream.PassTimeAsync(database, Start.AddHours(1));
        Assert.Equal(31, await database.CountAsync("SELECT count(*) FROM orders WHERE status = 'BACKORDERED'"));

        await ReceiveAsync(database, "receipt", "mug", 1);
        await LiveStream.PassTimeAsync(database, Start.AddHours(2));
        await LiveStream.PassTimeAsync(database, Start.AddHours(3));
        Assert.Equal(["modest"], await database.QueryAsync("SELECT order_id FROM orders WHERE status = 'RELEASED'"));
        Assert.Equal(0, await database.CountAsync("SELECT count(*) FROM changed_skus"));

        await ReceiveAsync(database, "lids", "lid", 2);
        await ReceiveAsync(database, "mugs", "mug", 2);
        await LiveStream.PassTimeAsync(database, Start.AddHours(4));
        Assert.Equal(["modest", "picky-01", "picky-02"], await database.QueryAsync("SELECT order_id FROM orders WHERE status = 'RELEASED' ORDER BY 1"));
        await database.AssertSoundAsync();
    }

    /// <summary>As a copy of an older version leaves it: stock came in, and no row says that lines wait for it.</summary>
    [Fact]
    public async Task What_nobody_noted_down_is_found_within_the_hour()
    {
        await using var database = await postgres.CreateAsync();
        var live = Shop();
        live.Send(EventCatalogue.OrderPlaced, "order", Start, new OrderPlaced("web", [new(1, new("mug"), 1, 9m)]));
        await live.ApplyAllAsync(database.Processor, 10);
        await LiveStream.PassTimeAsync(database, Start);
        await LiveStream.PassTimeAsync(database, Start.AddHours(1));
        await ReceiveAsync(database, "receipt", "mug", 1);
        await database.ExecuteAsync("DELETE FROM changed_skus");
        await LiveStream.PassTimeAsync(database, Start.AddHours(2));
        Assert.Equal(["RELEASED"], await database.QueryAsync("SELECT status::text FROM orders"));
    }

    /// <summary>Rounds at 7:00 and 14:00: none meets the hours between, which note all that waits nevertheless.</summary>
    [Fact]
    public async Task What_nobody_noted_down_is_noted_each_hour_whatever_the_cadence()
    {
        await using var database = await postgres.CreateAsync();
        var live = Shop();
        using var settings = JsonDocument.Parse("""{"cadence":"07:00:00"}""");
        live.Send(EventCatalogue.PolicyUpdated, "allocation", Start, new PolicyUpdated(1, settings.RootElement.Clone()));
        live.Send(EventCatalogue.OrderPlaced, "order", Start, new OrderPlaced("web", [new(1, new("mug"), 1, 9m)]));
        await live.ApplyAllAsync(database.Processor, 10);
        await LiveStream.PassTimeAsync(database, Start);
        await LiveStream.PassTimeAsync(database, Start.AddMinutes(421));
        Assert.Equal(["BACKORDERED"], await database.QueryAsync("SELECT status::text FROM orders"));
        await ReceiveAsync(database, "receipt", "mug", 1);
        await database.ExecuteAsync("DELETE FROM changed_skus");
        await LiveStream.PassTimeAsync(database, Start.AddMinutes(450));
        Assert.Equal(0, await database.CountAsync("SELECT count(*) FROM changed_skus"));
        await LiveStream.PassTimeAsync(database, Start.AddMinutes(481));
        Assert.Equal(["mug"], await database.QueryAsync("SELECT sku FROM changed_skus"));
        await LiveStream.PassTimeAsync(database, Start.AddMinutes(841));
        Assert.Equal(["RELEASED"], await database.QueryAsync("SELECT status::text FROM orders"));
    }

    /// <summary>The channel is served first from now on; a line that comes to wait only then stands where it belongs.</summary>
    [Fact]
    public async Task A_line_that_waits_again_stands_where_its_channel_stands_now()
    {
        await using var database = await postgres.CreateAsync();
        database.Slices = Domain.Of(queueMargin: 0);
        var live = Shop();
        var promised = Start.AddDays(3);
        live.Send(EventCatalogue.ChannelUpdated, "shop", Start, new ChannelUpdated("Shop", 100));
        live.Send(EventCatalogue.StockReceived, "mug", Start, new StockReceived(new("north"), 1));
        live.Send(EventCatalogue.LocationUpdated, "south", Start, new LocationUpdated("South"));
        live.Send(EventCatalogue.OrderPlaced, "late", Start.AddMinutes(9), new OrderPlaced("shop", [new(1, new("mug"), 1, 9m)], PromisedAt: promised));
        await live.ApplyAllAsync(database.Processor, 10);
        await LiveStream.PassTimeAsync(database, Start);
        await LiveStream.PassTimeAsync(database, Start.AddHours(1));
        var later = new LiveStream("later", 1);
        for (var number = 1; number <= 5; number++)
            later.Send(EventCatalogue.OrderPlaced, $"early-{number}", Start.AddMinutes(number),
                new OrderPlaced("web", [new(1, new("mug"), 1, 9m)], PromisedAt: promised));
        await later.ApplyAllAsync(database.Processor, 10);
        await LiveStream.PassTimeAsync(database, Start.AddHours(2));
        var last = new LiveStream("last", 1);
        last.Send(EventCatalogue.ChannelUpdated, "shop", Start.AddHours(2), new ChannelUpdated("Shop", 1));
        last.Send(EventCatalogue.PickShort, "mug", Start.AddHours(2), new PickShort(new("late"), new("late-S1"), 1, 1));
        await last.ApplyAllAsync(database.Processor, 10);
        var south = new LiveStream("south", 1);
        south.Send(EventCatalogue.StockReceived, "mug", Start.AddHours(2), new StockReceived(new("south"), 1));
        await south.ApplyAllAsync(database.Processor, 10);
        await LiveStream.PassTimeAsync(database, Start.AddHours(3));
        Assert.Equal(["late"], await database.QueryAsync("SELECT order_id FROM orders WHERE status = 'RELEASED'"));
    }

    [Fact]
    public async Task A_receipt_reads_as_many_lines_as_it_can_serve()
    {
        await using var database = await postgres.CreateAsync();
        var live = Shop();
        for (var number = 1; number <= 2_000; number++)
            live.Send(EventCatalogue.OrderPlaced, $"order-{number:0000}", Start.AddSeconds(number), new OrderPlaced("web", [new(1, new("mug"), 1, 9m)]));
        await live.ApplyAllAsync(database.Processor, 500);
        await LiveStream.PassTimeAsync(database, Start.AddHours(1));
        Assert.Equal(2_000, await database.CountAsync("SELECT count(*) FROM orders WHERE status = 'BACKORDERED'"));

        await ReceiveAsync(database, "receipt", "mug", 5);
        var workspace = new Workspace(Domain.Of(queueMargin: 10));
        await using (var connection = await database.Source.OpenConnectionAsync())
        await using (await connection.BeginTransactionAsync())
            await workspace.LoadAsync(
                connection, new(), new(Start.AddHours(1), Start.AddHours(2), Sweep: false, LoadAll: false), CancellationToken.None);
        Assert.Equal(15, workspace.Get<OrderBook>().All.Count);

        await LiveStream.PassTimeAsync(database, Start.AddHours(2));
        Assert.Equal(["order-0001", "order-0002", "order-0003", "order-0004", "order-0005"],
            await database.QueryAsync("SELECT order_id FROM orders WHERE status = 'RELEASED' ORDER BY 1"));
    }

    [Fact]
    public async Task A_live_batch_reads_nothing_but_what_its_events_name()
    {
        await using var database = await postgres.CreateAsync();
        var live = Shop();
        for (var number = 1; number <= 50; number++)
            live.Send(EventCatalogue.OrderPlaced, $"order-{number}", Start, new OrderPlaced("web", [new(1, new("mug"), 1, 9m)]));
        await live.ApplyAllAsync(database.Processor, 500);
        var keys = new Keys();
        var workspace = new Workspace(Domain.Slices);
        workspace.NameKeys(new("e", "tests", EventCatalogue.OrderPlaced, "order-51", Start, new OrderPlaced("web", [new(1, new("mug"), 1, 9m)])), keys);
        workspace.NameKeys(new("f", "tests", EventCatalogue.OrderCancelled, "order-7", Start, new OrderCancelled()), keys);
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await workspace.LoadAsync(connection, keys, passing: null, CancellationToken.None);
        Assert.Equal(["order-7"], workspace.Get<OrderBook>().All.Select(order => order.Id.Value));
        Assert.Equal(49, workspace.Get<Core.Allocation.AllocationRound>().UnsourcedElsewhere);
    }

    private static LiveStream Shop()
    {
        var live = new LiveStream("shop", 1);
        live.Send(EventCatalogue.LocationUpdated, "north", Start, new LocationUpdated("North"));
        live.Send(EventCatalogue.ItemUpdated, "mug", Start, new ItemUpdated("Mug"));
        live.Send(EventCatalogue.ItemUpdated, "lid", Start, new ItemUpdated("Lid"));
        return live;
    }

    private static async Task ReceiveAsync(Database database, string stream, string sku, long units)
    {
        var live = new LiveStream(stream, 1);
        live.Send(EventCatalogue.StockReceived, sku, Start.AddHours(1), new StockReceived(new("north"), units));
        await live.ApplyAllAsync(database.Processor, 10);
    }

    /// <summary>Many orders for few units that come in little by little, some of which ship complete or are cancelled; the ways of the world besides.</summary>
    private static List<CloudEvent> Scarce(int seed, int orders)
    {
        var random = new Random(seed);
        var events = new List<CloudEvent>();
        string[] skus = ["mug", "lid", "pot"], nodes = ["north", "south"];
        foreach (var sku in skus)
            Add(EventCatalogue.ItemUpdated, sku, 0, new ItemUpdated(sku));
        foreach (var node in nodes)
            Add(EventCatalogue.LocationUpdated, node, 0, new LocationUpdated(node, Active: node == "north"));
        Add(EventCatalogue.LocationUpdated, "south", 700, new LocationUpdated("south"));
        Add(EventCatalogue.LocationUpdated, "north", 800, new LocationUpdated("north", Active: false, ReopensAt: Start.AddMinutes(950)));
        Add(EventCatalogue.LocationUpdated, "south", 1100, new LocationUpdated("south", Active: false));
        if (seed % 2 == 0)
            Add(EventCatalogue.PolicyUpdated, "allocation", 0, new PolicyUpdated(1, JsonElement.Parse(
                """{"shipCompleteNodes":2,"waitForReopening":"02:00:00","release":"complete","completeWithin":"06:00:00"}""")));
        Add(EventCatalogue.ChannelUpdated, "market", 0, new ChannelUpdated("Market", 7));
        Add(EventCatalogue.ChannelUpdated, "market", 500, new ChannelUpdated("Market", 1));
        for (var number = 0; number < orders; number++)
        {
            var lines = Enumerable.Range(1, random.Next(1, 4))
                .Select(line => new OrderPlaced.PlacedLine(line, new(skus[random.Next(3)]), random.Next(1, 5), 1m)).ToList();
            var at = random.Next(10, 900);
            Add(EventCatalogue.OrderPlaced, $"order-{number}", at, new OrderPlaced(random.Next(3) == 0 ? "market" : "web", lines,
                Tier: random.Next(4, 6), ShipComplete: random.Next(3) == 0, PromisedAt: random.Next(2) == 0 ? Start.AddDays(1 + random.Next(3)) : null));
            if (random.Next(6) == 0)
                Add(EventCatalogue.OrderCancelled, $"order-{number}", at + random.Next(200), new OrderCancelled());
            if (random.Next(5) == 0)
                Add(EventCatalogue.PickConfirmed, lines[^1].Sku.Value, at + random.Next(300),
                    new PickConfirmed(new($"order-{number}"), new($"order-{number}-S1"), lines.Count, 1));
            if (random.Next(8) == 0)
                Add(EventCatalogue.OrderResourceRequested, $"order-{number}", at + random.Next(300),
                    new OrderResourceRequested(random.Next(2) == 0 ? new("north") : null));
            if (random.Next(8) == 0)
                Add(EventCatalogue.OrderFraudFlagged, $"order-{number}", at + random.Next(100), new OrderFlagged());
            if (random.Next(8) == 0)
                Add(EventCatalogue.ShipmentPickedUp, $"order-{number}-S1", at + random.Next(500), new ShipmentMoved());
            if (random.Next(3) == 0)
                Add(EventCatalogue.PickShort, lines[0].Sku.Value, at + random.Next(300),
                    new PickShort(new($"order-{number}"), new($"order-{number}-S1"), 1, 1));
        }
        for (var number = 0; number < orders; number++)
            Add(random.Next(8) == 0 ? EventCatalogue.StockAdjusted : EventCatalogue.StockReceived, skus[random.Next(3)], random.Next(5, 1400), random.Next(3),
                nodes[random.Next(2)]);
        return [.. events.OrderBy(e => e.Time)];

        void Add(EventType type, string subject, int minute, object data, string node = "")
        {
            IEventData fact = data is int units
                ? type == EventCatalogue.StockAdjusted ? new StockAdjusted(new(node), -1 - units, "lost") : new StockReceived(new(node), 1 + units)
                : (IEventData)data;
            events.Add(new($"e-{events.Count}", "tests", type, subject, Start.AddMinutes(minute), fact));
        }
    }
}
