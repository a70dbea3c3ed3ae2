using System.Collections.Concurrent;
using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Many orders, few units, many copies of ingest at once: no unit is promised twice.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class LastUnitsTests(PostgresFixture postgres)
{
    private const int Skus = 5, Readers = 4, Orders = 200;
    private static readonly string[] Nodes = ["north", "south", "west"];

    /// <summary>What the ledger alone says, entry by entry in the order in which they were committed.</summary>
    private const string BelowZero = """
        SELECT * FROM (
            SELECT entry, sku, location, lot, state, sum(q) OVER (PARTITION BY sku, location, lot, state ORDER BY entry, q DESC) AS stood FROM (
                SELECT entry, sku, location, lot, to_state AS state, quantity AS q FROM stock_ledger WHERE to_state IS NOT NULL
                UNION ALL SELECT entry, sku, location, lot, from_state, -quantity FROM stock_ledger WHERE from_state IS NOT NULL) moved) x
        WHERE stood < 0
        """;

    /// <summary>
    /// What is promised and not shipped, against what came in and has not left. More has left than the book had only where a case says so: a carrier that has
    /// what was cancelled is believed.
    /// </summary>
    private const string PromisedBeyondWhatWasHad = """
        SELECT * FROM
            (SELECT l.sku, coalesce(sum(a.quantity) FILTER (WHERE s.shipped_at IS NULL), 0) AS promised,
                coalesce(sum(a.quantity) FILTER (WHERE s.shipped_at IS NOT NULL), 0) AS shipped
                FROM allocations a JOIN order_lines l USING (order_id, line) LEFT JOIN shipments s USING (shipment_id)
                WHERE a.status IN ('ALLOCATED', 'RELEASED') GROUP BY l.sku) p
            JOIN (SELECT sku, sum(CASE WHEN from_state IS NULL THEN quantity WHEN to_state IS NULL THEN -quantity ELSE 0 END) AS had,
                coalesce(sum(quantity) FILTER (WHERE to_state IS NULL AND reason = 'shipped'), 0) AS gone FROM stock_ledger GROUP BY sku) h USING (sku)
        WHERE promised > had
            OR (shipped > gone AND NOT EXISTS (SELECT FROM exception_cases c WHERE c.category = 'inventory.negative' AND c.subject = sku))
        """;

    private const string PromisedBeyondWhatWasAsked = """
        SELECT l.order_id, l.line FROM order_lines l JOIN allocations a ON a.order_id = l.order_id AND a.line = l.line AND a.status IN ('ALLOCATED', 'RELEASED')
        GROUP BY l.order_id, l.line HAVING sum(a.quantity) > l.ordered - l.cancelled
        """;

    /// <summary>An order that takes what it gets still waits, and a node that did not reject it has units to give.</summary>
    private const string KeptBack = """
        SELECT l.order_id, l.line, b.location, b.quantity FROM order_lines l JOIN orders o USING (order_id) JOIN stock_balances b ON b.sku = l.sku
            AND b.state = 'available' AND b.quantity > 0
        WHERE l.ordered > l.cancelled + l.sourced AND NOT o.ship_complete AND NOT l.rejected
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Concurrent_allocation_of_the_last_units_never_oversells(int seed)
    {
        await using var database = await postgres.CreateAsync();
        var master = new LiveStream("master", 1);
        foreach (var sku in Enumerable.Range(1, Skus))
            master.Send(EventCatalogue.ItemUpdated, $"sku-{sku}", Business.Start, new ItemUpdated($"Item {sku}"));
        foreach (var (rank, node) in Nodes.Index())
            master.Send(EventCatalogue.LocationUpdated, node, Business.Start, new LocationUpdated(node, Priority: rank));
        await master.ApplyAllAsync(database.Processor, 100);

        var live = Scarce(new Random(seed));
        var now = Business.Start.AddHours(1).UtcTicks;
        var passed = 0;
        using var done = new CancellationTokenSource();
        // Two copies run what falls due, time after time, while every partition has a reader of its own.
        var rounds = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await LiveStream.PassTimeAsync(database, new(Interlocked.Add(ref now, TimeSpan.TicksPerHour), TimeSpan.Zero));
                Interlocked.Increment(ref passed);
            }
        })).ToList();
        var (applied, positions) = (0, new ConcurrentDictionary<(string, int), long>());
        for (var quarter = 1; quarter <= 4; quarter++)
        {
            await Task.WhenAll(live.Partitions.ToList().Select((place, index) => Task.Run(async () =>
            {
                var read = await live.ApplyAsync(
                    database.Processor, place, 3 + ((seed + index) % 5), positions.GetValueOrDefault(place), until: quarter / 4.0);
                positions[place] = read.Position;
                Interlocked.Add(ref applied, read.Applied);
            })));
            // However fast the machine reads: of three that end from now on, one has begun from now on.
            for (var ended = Volatile.Read(ref passed); Volatile.Read(ref passed) < ended + 3 && !rounds.Exists(copy => copy.IsCompleted);)
                await Task.Delay(5);
        }
        await done.CancelAsync();
        await Task.WhenAll(rounds);
        await LiveStream.PassTimeAsync(database, new(Interlocked.Add(ref now, TimeSpan.TicksPerHour), TimeSpan.Zero));

        await database.AssertSoundAsync();
        foreach (var rule in (string[])[BelowZero, PromisedBeyondWhatWasHad, PromisedBeyondWhatWasAsked, KeptBack])
            Assert.True(await database.QueryAsync(rule) is { Count: 0 }, $"{rule}\n{string.Join('\n', await database.QueryAsync(rule))}");

        // That it was a fight: much was promised, much could not be, and both cancellations and rounds came between.
        Assert.True(applied > Orders);
        Assert.True(await database.CountAsync("SELECT count(*) FROM allocations WHERE status IN ('ALLOCATED', 'RELEASED')") > 20);
        Assert.True(await database.CountAsync("SELECT count(*) FROM order_lines WHERE ordered > cancelled + sourced") > 20);
        Assert.True(await database.CountAsync("SELECT count(*) FROM stock_ledger WHERE reason = 'cancelled'") > 0);
        Assert.True(await database.CountAsync("SELECT count(DISTINCT at) FROM stock_ledger WHERE reason = 'allocated'") > 2);
    }

    private static LiveStream Scarce(Random random)
    {
        var live = new LiveStream("live", Readers);
        var at = Business.Start.AddHours(1);
        string Sku() => $"sku-{random.Next(1, Skus + 1)}";
        LocationId Node() => new(Nodes[random.Next(Nodes.Length)]);
        for (var number = 1; number <= Orders; number++)
        {
            at = at.AddMinutes(1);
            var order = $"order-{number}";
            var lines = Enumerable.Range(1, random.Next(1, 4)).Select(line => new OrderPlaced.PlacedLine(line, new(Sku()), random.Next(1, 6), 9.99m)).ToList();
            live.Send(EventCatalogue.OrderPlaced, order, at,
                new OrderPlaced("web", lines, Tier: random.Next(10), ShipComplete: random.Next(4) == 0,
                Payment: random.Next(5) == 0 ? "pending" : "authorized"));
            if (random.Next(2) == 0)
                live.Send(EventCatalogue.StockReceived, Sku(), at, new StockReceived(Node(), random.Next(1, 5), random.Next(3) == 0 ? "lot-1" : ""));
            var earlier = $"order-{random.Next(1, number + 1)}";
            switch (random.Next(8))
            {
                case 0: live.Send(EventCatalogue.OrderCancelled, earlier, at, new OrderCancelled()); break;
                case 1: live.Send(EventCatalogue.OrderLineCancelled, earlier, at, new OrderLineCancelled(1, 1)); break;
                case 2: live.Send(EventCatalogue.StockAdjusted, Sku(), at, new StockAdjusted(Node(), -random.Next(1, 4), "breakage")); break;
                case 3: live.Send(EventCatalogue.StockCounted, Sku(), at, new StockCounted(Node(), random.Next(0, 6))); break;
                case 4: live.Send(EventCatalogue.ShipmentPickedUp, $"{earlier}-S1", at, new ShipmentMoved()); break;
                case 5: live.Send(EventCatalogue.OrderPaymentAuthorized, earlier, at, new PaymentAuthorized()); break;
            }
        }
        return live;
    }
}
