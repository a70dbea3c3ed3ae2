using EcomIntel.Core.Checks;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Returns;

namespace EcomIntel.IntegrationTests.Processing;

[Collection(nameof(PostgresCollection))]
public sealed class ReturnsTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Day = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReturnId R1 = new("R-1");
    private static readonly ReturnId R2 = new("R-2");

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_returns_units_and_money_are_kept_as_they_were_told_however_batches_are_cut(int batchSize)
    {
        await using var database = await ShippedAsync();
        var live = new LiveStream("orders", width: 1);
        void Send(EventType type, double hour, IEventData data) => live.Send(type, "order-1", Day.AddDays(1).AddHours(hour), data);
        Send(EventCatalogue.ReturnRequested, 1, new ReturnRequested(R1, [new(1, 4)]));
        Send(EventCatalogue.ReturnReceived, 2, new ReturnReceived(R1, new("north"), [new(1, 2)]));
        Send(EventCatalogue.ReturnReceived, 3, new ReturnReceived(R1, new("south"), [new(1, 1)]));
        Send(EventCatalogue.ReturnInspected, 4, new ReturnInspected(R1, [new(1, 2, "restock")]));
        Send(EventCatalogue.RefundPaid, 5, new RefundPaid(30m, R1, "psp-1"));
        Send(EventCatalogue.RefundPaid, 5.01, new RefundPaid(30m, R1, "psp-2"));
        Send(EventCatalogue.RefundPaid, 6, new RefundPaid(0.5m));
        Send(EventCatalogue.ReturnClosed, 7, new ReturnClosed(R1));
        Send(EventCatalogue.ReturnRequested, 8, new ReturnRequested(R2, [new(1, 2)]));
        Send(EventCatalogue.ReturnRefused, 9, new ReturnRefused(R2, "worn"));
        Assert.Equal((10, 0), await live.ApplyAllAsync(database.Processor, batchSize));

        Assert.Equal(["R-1|RECEIVED|60.0000", "R-2|REFUSED|"], await database.QueryAsync("SELECT return_id, status, refunded FROM returns ORDER BY 1"));
        Assert.Equal(["north||0", "north|restock|2", "south||1"], await database.QueryAsync(
            "SELECT location, disposition, quantity FROM return_units WHERE return_id = 'R-1' ORDER BY location, disposition"));
        Assert.Equal(["north|available|2", "south|return_pending|1"], await database.QueryAsync(
            "SELECT location, state::text, quantity FROM stock_balances WHERE quantity > 0 ORDER BY location, state"));
        // 40.00 were paid for the units, 50.00 with tolerance; of the three that came at last 37.50: 30.00 and 12.50 too much, one case.
        Assert.Equal(["R-1|42.5000", "order-1|0.5000"], await database.QueryAsync(
            "SELECT subject, money_at_risk FROM exception_cases WHERE category = 'refund.over' ORDER BY money_at_risk DESC"));
        await AssertSoundAsync(database);
    }

    [Fact]
    public async Task A_return_expires_when_business_time_passes_its_instant_though_no_event_names_it()
    {
        await using var database = await ShippedAsync();
        var live = new LiveStream("orders", width: 1);
        live.Send(EventCatalogue.ReturnRequested, "order-1", Day.AddDays(1), new ReturnRequested(R1, [new(1, 4)]));
        live.Send(EventCatalogue.ReturnRequested, "order-1", Day.AddDays(1), new ReturnRequested(R2, [new(1, 1)]));
        live.Send(EventCatalogue.ReturnReceived, "order-1", Day.AddDays(2), new ReturnReceived(R2, new("north"), [new(1, 1)]));
        await live.ApplyAllAsync(database.Processor, 10);
        await LiveStream.PassTimeAsync(database, Day.AddDays(91).AddSeconds(-1));
        Assert.Equal(["R-1|AUTHORIZED", "R-2|RECEIVED"], await StatusesAsync(database));
        await LiveStream.PassTimeAsync(database, Day.AddDays(91).AddMinutes(5));
        Assert.Equal(["R-1|EXPIRED", "R-2|RECEIVED"], await StatusesAsync(database));
        Assert.Equal(1, await database.CountAsync("SELECT count(*) FROM returns WHERE expired_at = expires_at"));
        await AssertSoundAsync(database);
    }

    [Fact]
    public async Task A_person_changes_a_return_of_a_version()
    {
        await using var database = await ShippedAsync();
        var live = new LiveStream("orders", width: 1);
        live.Send(EventCatalogue.ReturnRequested, "order-1", Day.AddDays(1), new ReturnRequested(R1, [new(1, 4)]));
        await live.ApplyAllAsync(database.Processor, 10);
        var subject = new DirectReturn(R1, new("order-1"), ["web"]);
        async Task<DirectResult> Refuse(string id, DirectReturn of)
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var result = await new DirectEvents(database.Slices, TimeProvider.System).ApplyAsync(
                connection, id, [new(EventCatalogue.ReturnRefused, "order-1", new ReturnRefused(R1, "worn"))], of, CancellationToken.None);
            await transaction.CommitAsync();
            return result;
        }
        Assert.Equal(RejectionCodes.UnknownReturn, (await Refuse("a", subject with { Channels = ["market"] })).Refusal?.Code);
        Assert.Equal(RejectionCodes.UnknownReturn, (await Refuse("b", subject with { OrderId = new("order-2") })).Refusal?.Code);
        Assert.True((await Refuse("c", subject with { ExpectedVersion = 7 })).VersionChanged);
        var refused = await Refuse("d", subject with { ExpectedVersion = 1 });
        Assert.Equal((new Standing(1, "AUTHORIZED"), new Standing(2, "REFUSED")), (refused.Before, refused.After));
        await AssertSoundAsync(database);
    }

    /// <summary>Of before: a return knew its last place alone, and what was refunded as one sum.</summary>
    [Fact]
    public async Task Returns_of_before_are_carried_over_by_what_the_ledger_tells()
    {
        await using var database = await postgres.CreateAsync();
        await database.ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        var files = PostgresMigrations.Files;
        await ApplyAsync(files.Where(file => string.CompareOrdinal(file.Name, "0019") < 0));
        await database.ExecuteAsync("""
            INSERT INTO orders (order_id, version, status, channel, currency, tier, ship_complete, placed_at, promised_at, first_shipped_at, closed_at)
            VALUES ('order-1', 5, 'DELIVERED', 'web', 'EUR', 5, false, '2026-03-01Z', '2026-03-09Z', '2026-03-02Z', '2026-03-03Z');
            INSERT INTO order_lines (order_id, line, sku, price, ordered, cancelled, sourced, backordered, rejected, due)
            VALUES ('order-1', 1, 'mug', 10, 6, 0, 6, false, false, true);
            INSERT INTO shipments (shipment_id, order_id, location, status, number, released_at, shipped_at, delivered_at,
                whole_delivered_at, whole_end, whole_ended_at)
            VALUES ('order-1-S1', 'order-1', 'north', 'DELIVERED', 1, '2026-03-02Z', '2026-03-02Z', '2026-03-03Z', '2026-03-03Z', 'DELIVERED', '2026-03-03Z');
            INSERT INTO allocations (order_id, line, number, location, lot, status, quantity, picked, packed, shipment_id)
            VALUES ('order-1', 1, 1, 'north', '', 'RELEASED', 6, 0, 0, 'order-1-S1');
            INSERT INTO returns (return_id, order_id, status, location, requested_at, received_at, inspected_at, refunded) VALUES
                ('R-1', 'order-1', 'RECEIVED', 'south', '2026-03-04Z', '2026-03-06Z', NULL, 12.5),
                ('R-2', 'order-1', 'CLOSED', 'north', '2026-03-04Z', '2026-03-07Z', '2026-03-08Z', 20),
                ('R-3', 'order-1', 'AUTHORIZED', NULL, '2026-03-04Z', NULL, NULL, NULL);
            INSERT INTO return_lines (return_id, line, sku, requested, received, inspected) VALUES
                ('R-1', 1, 'mug', 3, 3, 0), ('R-2', 1, 'mug', 2, 2, 2), ('R-3', 1, 'mug', 1, 0, 0);
            INSERT INTO stock_ledger (entry, at, sku, location, lot, from_state, to_state, quantity, reason, cause, order_id) VALUES
                (1, '2026-03-05Z', 'mug', 'north', '', NULL, 'return_pending', 2, 'return_received', 'a', 'order-1'),
                (2, '2026-03-06Z', 'mug', 'south', '', NULL, 'return_pending', 1, 'return_received', 'b', 'order-1'),
                (3, '2026-03-07Z', 'mug', 'north', '', NULL, 'return_pending', 2, 'return_received', 'c', 'order-1'),
                (4, '2026-03-08Z', 'mug', 'north', '', 'return_pending', 'available', 1, 'return_restock', 'd', 'order-1'),
                (5, '2026-03-08Z', 'mug', 'north', '', 'return_pending', NULL, 1, 'return_write_off', 'd', 'order-1');
            INSERT INTO stock_balances (sku, location, lot, state, quantity) VALUES
                ('mug', 'north', '', 'return_pending', 2), ('mug', 'north', '', 'available', 1), ('mug', 'south', '', 'return_pending', 1);
            INSERT INTO items (sku, name, hazmat, active, updated_at) VALUES ('mug', 'Mug', false, true, '2026-03-01Z');
            INSERT INTO locations (location, name, kind, priority, active, updated_at) VALUES ('north', 'N', 'warehouse', 0, true, '2026-03-01Z');
            UPDATE sequences SET ledger = 5
            """);
        await ApplyAsync(files);

        Assert.Equal(
            ["R-1|north||2", "R-1|south||1", "R-2|north|restock|1", "R-2|north|write_off|1"],
            await database.QueryAsync("SELECT return_id, location, disposition, quantity FROM return_units ORDER BY return_id, location, disposition"));
        Assert.Equal(
            ["R-1|12.5000|2026-03-06", "R-2|20.0000|2026-03-08"],
            await database.QueryAsync("SELECT return_id, amount, to_char(paid_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM refunds ORDER BY 1"));
        Assert.Equal(3, await database.CountAsync("SELECT count(*) FROM returns WHERE authorized_at = requested_at AND version = 1"));
        await AssertSoundAsync(database);

        // They go on as if they had been told so.
        var live = new LiveStream("orders", width: 1);
        live.Send(EventCatalogue.ReturnInspected, "order-1", Day.AddDays(8), new ReturnInspected(R1, [new(1, 2, "restock")]));
        live.Send(EventCatalogue.RefundPaid, "order-1", Day.AddDays(9), new RefundPaid(7.5m, R1));
        Assert.Equal((2, 0), await live.ApplyAllAsync(database.Processor, 1));
        Assert.Equal(["north|available|3", "south|return_pending|1"], await database.QueryAsync(
            "SELECT location, state::text, quantity FROM stock_balances WHERE quantity > 0 ORDER BY location, state"));
        Assert.Equal(["20.0000"], await database.QueryAsync("SELECT refunded FROM returns WHERE return_id = 'R-1'"));
        await AssertSoundAsync(database);

        Task<IReadOnlyList<string>> ApplyAsync(IEnumerable<Migration> of) =>
            PostgresMigrations.ApplyAsync(database.ConnectionString, null, null, of, CancellationToken.None);
    }

    /// <summary>An order of five mugs at 10.00 that have left north.</summary>
    private async Task<Database> ShippedAsync()
    {
        var database = await postgres.CreateAsync();
        await LiveStream.PassTimeAsync(database, Day);
        var live = new LiveStream("shop", width: 1);
        live.Send(EventCatalogue.ItemUpdated, "mug", Day, new ItemUpdated("Mug"));
        live.Send(EventCatalogue.LocationUpdated, "north", Day, new LocationUpdated("North"));
        live.Send(EventCatalogue.LocationUpdated, "south", Day, new LocationUpdated("South", Priority: 1));
        live.Send(EventCatalogue.StockReceived, "mug", Day, new StockReceived(new("north"), 5));
        live.Send(EventCatalogue.OrderPlaced, "order-1", Day, new OrderPlaced("web", [new(1, new("mug"), 5, 10m)], "EUR"));
        await live.ApplyAllAsync(database.Processor, 10);
        await LiveStream.PassTimeAsync(database, Day.AddHours(1.5));
        var carrier = new LiveStream("carrier", width: 1);
        carrier.Send(EventCatalogue.ShipmentPickedUp, "order-1-S1", Day.AddHours(2), new ShipmentMoved());
        Assert.Equal((1, 0), await carrier.ApplyAllAsync(database.Processor, 10));
        await database.MoveTimeAsync(Day.AddDays(3));
        return database;
    }

    private static Task<List<string>> StatusesAsync(Database database) => database.QueryAsync("SELECT return_id, status FROM returns ORDER BY 1");

    private static async Task AssertSoundAsync(Database database)
    {
        foreach (var (name, _, sql) in PostgresInvariants.All)
            Assert.True(await database.QueryAsync(sql) is { Count: 0 }, $"{name}: {string.Join("; ", await database.QueryAsync(sql))}");
    }
}
