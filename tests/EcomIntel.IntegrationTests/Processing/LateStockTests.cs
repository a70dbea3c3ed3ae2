using EcomIntel.Core;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory.Adjustments;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Facts of stock that come late, each in a batch of its own: what is needed of the past is read again.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class LateStockTests(PostgresFixture postgres)
{
    private static readonly LocationId North = new("north"), South = new("south");

    private static readonly (EventType Type, IEventData Data)[] Facts =
    [
        (Types.StockReceived, new StockReceived(North, 12, "old", ExpiresAt: Business.Start.AddDays(9))),
        (Types.StockReceived, new StockReceived(North, 8, "new", ExpiresAt: Business.Start.AddDays(90))),
        (Types.StockMoved, new StockMoved(North, StockState.Available, StockState.Damaged, 2)),
        (Types.StockCounted, new StockCounted(North, 15)),
        (Types.TransferDispatched, new TransferDispatched("T-1", North, South, 6)),
        (Types.StockAdjusted, new StockAdjusted(North, -20, "flooded")),
        (Types.TransferReceived, new TransferReceived("T-1", South, 4)),
        (Types.StockReceived, new StockReceived(North, 5)),
        (Types.TransferReceived, new TransferReceived("T-1", South, 4)),
        (Types.PartnerStockReported, new PartnerStockReported(South, 5)),
    ];

    [Theory]
    [InlineData(0)] // in order
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Stock_ends_alike_in_every_order_and_is_sound(int seed)
    {
        await using var database = await postgres.CreateAsync();
        var live = await ShopAsync(database);
        // Of lots old 12 and new 8, 2 of old are damaged; counted 15 of 18: old 7, new 8. Old 6 leave; 1 and 8 are all that the flood finds; then 5 come.
        var order = Facts.Select((fact, index) => (fact.Type, fact.Data, At: Business.Start.AddHours(index + 1))).ToArray();
        if (seed > 0)
            new Random(seed).Shuffle(order);
        // A receipt waits for its transfer: told again until it is known.
        var waiting = new Queue<(EventType, IEventData, DateTimeOffset)>(order);
        for (var turn = 0; waiting.Count > 0 && turn < 40; turn++)
        {
            var (type, data, at) = waiting.Dequeue();
            if (type == Types.TransferReceived && await database.CountAsync("SELECT count(*) FROM transfers") == 0)
                waiting.Enqueue((type, data, at));
            else
                live.Send(type, "tea", at, data);
            await ApplyAsync(database, live);
        }
        Assert.Equal(["north||available|5", "north|old|damaged|2", "south||available|5"], await database.QueryAsync("""
            SELECT location, CASE WHEN location = 'north' THEN lot ELSE '' END, state::text, sum(quantity) FROM stock_balances WHERE quantity > 0
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """));
        Assert.Equal(["6|6|0|2"], await database.QueryAsync(
            "SELECT sum(dispatched), sum(received), sum(dispatched - received - lost - short), sum(over) FROM transfers"));
        await SoundAsync(database);
    }

    [Fact]
    public async Task A_fault_of_each_kind_is_found()
    {
        await using var database = await postgres.CreateAsync();
        var live = await ShopAsync(database);
        foreach (var (fact, index) in Facts.Select((fact, index) => (fact, index)))
        {
            live.Send(fact.Type, "tea", Business.Start.AddHours(index + 1), fact.Data);
            await ApplyAsync(database, live);
        }
        await SoundAsync(database);
        async Task FindsAsync(string check, string fault)
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new Npgsql.NpgsqlCommand(fault, connection);
            await command.ExecuteNonQueryAsync();
            command.CommandText = PostgresInvariants.All.Single(invariant => invariant.Name == check).Sql;
            await using var found = await command.ExecuteReaderAsync();
            Assert.True(await found.ReadAsync(), $"{check} does not see: {fault}");
        }
        await FindsAsync("in_transit_is_open_transfers", "UPDATE transfers SET received = received - 1, settled_at = NULL WHERE received > 0");
        await FindsAsync("transfers_are_their_reports", "UPDATE transfers SET over = 0");
        await FindsAsync("counted_stock_is_what_was_counted", "DELETE FROM exception_cases; UPDATE stock_claims SET quantity = quantity + 1");
    }

    [Fact]
    public async Task What_is_asked_for_above_the_threshold_waits_in_the_database_until_another_person_decides()
    {
        await using var database = await postgres.CreateAsync();
        var live = await ShopAsync(database);
        live.Send(Types.StockReceived, "tea", Business.Start.AddHours(1), new StockReceived(North, 500));
        await ApplyAsync(database, live);
        var wanted = new AdjustmentRequested("A-1", North, -200, "flooded", "user:ann");
        Assert.Null((await DirectAsync(database, "a", new("A-1", North, null), new(Types.AdjustmentRequested, "tea", wanted))).Refusal);
        Assert.Equal(["WAITING|500"], await database.QueryAsync("SELECT a.status, b.quantity FROM stock_adjustments a, stock_balances b"));
        Assert.Equal(RejectionCodes.UnknownAdjustment, (await DirectAsync(database, "b", new("A-1", null, ["south"]), Approved("user:ben"))).Refusal?.Code);
        Assert.Equal(RejectionCodes.WrongState, (await DirectAsync(database, "c", new("A-1", null, null), Approved("user:ann"))).Refusal?.Code);
        Assert.True((await DirectAsync(database, "d", new("A-1", null, null) { ExpectedVersion = 9 }, Approved("user:ben"))).VersionChanged);
        Assert.Equal(new Standing(2, "APPLIED"), (await DirectAsync(database, "e", new("A-1", null, ["north"]), Approved("user:ben"))).After);
        Assert.Equal(["APPLIED|300|user:ben"], await database.QueryAsync(
            "SELECT a.status, b.quantity, a.decided_by FROM stock_adjustments a, stock_balances b"));
        await SoundAsync(database);

        static DirectEvent Approved(string by) => new(Types.AdjustmentApproved, "tea", new AdjustmentDecided("A-1", by));
    }

    /// <summary>
    /// A sku that has moved 200,000 times: a late fact reads what came after it and no more, and of one that is later than too much, no more than tells so.
    /// </summary>
    [Fact]
    public async Task What_a_late_fact_reads_is_bounded()
    {
        await using var database = await postgres.CreateAsync();
        var live = await ShopAsync(database);
        live.Send(Types.StockCounted, "tea", Business.Start.AddDays(200), new StockCounted(North, 50));
        await ApplyAsync(database, live);
        // One unit an event each minute of some 139 days, in and out.
        await database.ExecuteAsync($"""
            INSERT INTO stock_ledger (entry, at, sku, location, lot, from_state, to_state, quantity, reason, cause)
            SELECT 1 + n, timestamptz '{Business.Start:O}' + n * interval '1 minute', 'tea', 'north', '', CASE WHEN n % 2 = 0 THEN 'available'::stock_state END,
                CASE WHEN n % 2 = 1 THEN 'available'::stock_state END, 1, 'received', 'bulk-' || n FROM generate_series(1, 200000) n;
            UPDATE sequences SET ledger = ledger + 200000;
            UPDATE stock_balances SET moved_at = timestamptz '{Business.Start:O}' + interval '200 days';
            ANALYZE stock_ledger;
            """);
        // Ten units too many were seen to go before the last 1,000 movements: the count of later stands.
        live.Send(Types.StockAdjusted, "tea", Business.Start.AddMinutes(199_000).AddSeconds(1), new StockAdjusted(North, -10, "broken"));
        await ApplyAsync(database, live);
        Assert.Equal(50, await AvailableAsync());
        // Before 190,000 of them: it is held against the book as it is.
        live.Send(Types.StockAdjusted, "tea", Business.Start.AddMinutes(10_000).AddSeconds(1), new StockAdjusted(North, -10, "broken"));
        await ApplyAsync(database, live);
        Assert.Equal(40, await AvailableAsync());
        var plan = string.Join('\n', await database.QueryAsync($"""
            EXPLAIN SELECT entry FROM stock_ledger WHERE sku = 'tea' AND location = 'north' AND at >= '{Business.Start:O}' ORDER BY at DESC LIMIT 20001
            """));
        Assert.Contains("Index Scan Backward using stock_ledger_by_shelf", plan, StringComparison.Ordinal);

        Task<long> AvailableAsync() => database.CountAsync("SELECT sum(quantity) FROM stock_balances WHERE sku = 'tea' AND state = 'available'");
    }

    private static async Task<DirectResult> DirectAsync(Database database, string id, DirectAdjustment subject, DirectEvent wanted)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var result = await new DirectEvents(Domain.Slices, TimeProvider.System).ApplyAsync(connection, id, [wanted], subject, CancellationToken.None);
        if (result is { Refusal: null, VersionChanged: false })
            await transaction.CommitAsync();
        return result;
    }

    private static async Task<LiveStream> ShopAsync(Database database)
    {
        var live = new LiveStream("shop", 1);
        live.Send(Types.LocationUpdated, "north", Business.Start, new LocationUpdated("North"));
        live.Send(Types.LocationUpdated, "south", Business.Start, new LocationUpdated("South"));
        live.Send(Types.ItemUpdated, "tea", Business.Start, new ItemUpdated("Tea", UnitCost: 3m));
        await live.ApplyAllAsync(database.Processor, 10);
        return live;
    }

    /// <summary>What partition inventory holds and was not applied yet, an event a batch.</summary>
    private static async Task ApplyAsync(Database database, LiveStream live)
    {
        if (!live.Partitions.Contains((Topics.Inventory, 0)))
            return;
        var at = await database.CountAsync("SELECT coalesce(max(next_offset), 0) FROM consumer_positions WHERE topic = 'inventory'");
        var (_, refused, _) = await live.ApplyAsync(database.Processor, (Topics.Inventory, 0), 1, at);
        Assert.Equal(0, refused);
    }

    private static async Task SoundAsync(Database database)
    {
        await database.AssertSoundAsync();
        foreach (var (name, says, sql) in PostgresInvariants.All)
            Assert.True(await database.QueryAsync(sql) is { Count: 0 }, $"{name}: {says}; {string.Join("; ", (await database.QueryAsync(sql)).Take(3))}");
    }
}
