using System.Text.Json;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>
/// What late, refused and waiting reports of nodes, carriers and customers leave is found right, and each way in which it could be wrong is found.
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class LateReportChecksTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Start = Business.Start;

    private static readonly (string Check, string Fault)[] Faults =
    [
        ("what_is_pending_came_back", "UPDATE stock_balances SET quantity = quantity - 1 WHERE state = 'return_pending'"),
        ("what_is_pending_came_back", "UPDATE return_units SET quantity = quantity + 1 WHERE disposition = ''"),
        ("what_came_back_first_is_inspected_first",
            "UPDATE unopened_units SET inspected = CASE shipment_id WHEN 'first-S1' THEN 0 ELSE 1 END"),
        ("what_is_moved_does_not_wait", """
            UPDATE unopened_units SET received = received + 5;
            UPDATE stock_balances SET quantity = quantity + 10 WHERE state = 'return_pending'
            """),
        ("nodes_are_believed", "UPDATE dead_letters SET event_time = event_time - interval '5 hours' WHERE type LIKE '%.pick.short'"),
        ("what_was_announced_again_does_not_wait", "UPDATE returns SET requested_at = '2099-01-01Z' WHERE return_id = 'R-1'"),
        ("what_left_is_the_lines_that_waits", """
            UPDATE allocations SET status = 'RESENT' WHERE order_id = 'first';
            UPDATE order_lines SET sourced = 0 WHERE order_id = 'first';
            INSERT INTO exception_cases (case_id, category, subject, detail, status, detected_at)
            VALUES ('twice', 'order.shipped_twice', 'first', 'twice', 'DETECTED', now())
            """),
        .. from thing in (string[])[
                "return/R-1", "shipment/first-S1", "supplier/mill", "purchase_order/P-1", "transfer/T-1", "receipt/G-1", "sku/mug", "location/north",
                "order/first"]
            select ("what_waits_has_not_come", $"""
                UPDATE dead_letters SET awaits = '{thing}', reason = 'unknown_{thing.Split('/')[0]}', topic = 'carriers', key = 'mug' WHERE status = 'waiting'
                """),
        ("bought_where_it_is_stocked", "UPDATE replenishment_proposals SET location = 'south'"),
    ];

    private int _clusters;

    [Fact]
    public async Task Each_fault_is_found_by_its_check_and_by_none_before()
    {
        await using var database = await postgres.CreateAsync();
        await HappenAsync(database);
        await database.AssertSoundAsync();
        Assert.Equal(
            ["pick.confirmed|open|quantity_exceeded", "pick.short|open|wrong_state", "return.received|waiting|unknown_return",
                "return.requested|waiting|quantity_exceeded", "stock.moved|waiting|quantity_exceeded"],
            await database.QueryAsync("SELECT replace(type, 'com.ecomintel.', ''), status, reason FROM dead_letters ORDER BY 1"));
        foreach (var (name, _, sql) in PostgresInvariants.All)
            Assert.True((await database.QueryAsync(sql)).Count == 0, $"{name}: {string.Join("; ", await database.QueryAsync(sql))}");

        foreach (var (check, fault) in Faults)
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var wrong = connection.CreateCommand())
            {
                wrong.CommandText = fault;
                Assert.True(await wrong.ExecuteNonQueryAsync() > 0, fault);
            }
            await using var found = connection.CreateCommand();
            found.CommandText = PostgresInvariants.All.Single(one => one.Name == check).Sql;
            Assert.True(await found.ExecuteScalarAsync() is string, $"{check} does not find: {fault}");
        }
    }

    /// <summary>
    /// Of three mugs each, "first" and "second" come back unopened in part, and a part of "third" by a return; "picked" is picked twice. More is moved, and
    /// announced again, than there is; something comes of a return that nobody knows.
    /// </summary>
    private async Task HappenAsync(Database database)
    {
        await HearAsync(database,
            (Types.LocationUpdated, "north", 0, new LocationUpdated("North", Priority: 1)),
            (Types.LocationUpdated, "south", 0, new LocationUpdated("South", Priority: 2)),
            (Types.ItemUpdated, "mug", 0, new ItemUpdated("Mug")), (Types.ItemUpdated, "cup", 0, new ItemUpdated("Cup")),
            (Types.SupplierUpdated, "mill", 0, new SupplierUpdated("Mill", LeadTimeDays: 4)),
            (Types.SupplierItemUpdated, "mill", 0, new SupplierItemUpdated(new("cup"), 2m)),
            (Types.PolicyUpdated, "replenishment", 0, new PolicyUpdated(1, JsonElement.Parse("""
                {"accept":"by_person","rules":[{"sku":"cup","location":"north","method":"min_max","minimum":20,"maximum":30}]}
                """))));
        await HearAsync(database, (Types.StockReceived, "mug", 0.5, new StockReceived(new("north"), 20)),
            (Types.StockReceived, "cup", 0.5, new StockReceived(new("north"), 3)));
        await HearAsync(database, (Types.TransferDispatched, "mug", 0.7, new TransferDispatched("T-1", new("north"), new("south"), 1)),
            (Types.PurchaseOrderPlaced, "P-1", 0.7, new PurchaseOrderPlaced(new("mill"), new("south"), "erp", [new(1, new("mug"), 2, 2m)])));
        await HearAsync(database, (Types.PurchaseOrderReceived, "P-1", 0.8, new GoodsReceived(new("G-1"), new("south"), "cleo", [new(new("mug"), 2, 1)])));
        foreach (var order in (string[])["first", "second", "third", "picked"])
            await HearAsync(database, (Types.OrderPlaced, order, 1, new OrderPlaced("web", [new(1, new("mug"), 3, 10m)])));
        await LiveStream.PassTimeAsync(database, Start.AddHours(2));
        await LiveStream.PassTimeAsync(database, Start.AddHours(3));
        foreach (var order in (string[])["first", "second", "third"])
            await HearAsync(database, (Types.ShipmentPickedUp, $"{order}-S1", 4, new ShipmentMoved()));
        PickConfirmed picked = new(new("picked"), new("picked-S1"), 1, 3);
        await HearAsync(database, (Types.PickConfirmed, "mug", 4, picked));
        await HearAsync(database, (Types.PickConfirmed, "mug", 4.5, picked));
        await HearAsync(database, (Types.PickShort, "mug", 8, new PickShort(new("third"), new("third-S1"), 1, 1)));
        await HearAsync(database, (Types.ShipmentReceivedBack, "first-S1", 10, new ShipmentReceivedBack(new("south"), [new(1, 1)])));
        await HearAsync(database, (Types.ShipmentReceivedBack, "second-S1", 11, new ShipmentReceivedBack(new("south"), [new(1, 1)])));
        await HearAsync(database, (Types.StockMoved, "mug", 12, new StockMoved(new("south"), StockState.ReturnPending, StockState.Available, 1)));
        await HearAsync(database, (Types.StockMoved, "mug", 13, new StockMoved(new("south"), StockState.ReturnPending, StockState.Available, 4)));
        await HearAsync(database, (Types.ReturnRequested, "third", 14, new ReturnRequested(new("R-1"), [new(1, 2)])));
        await HearAsync(database, (Types.ReturnReceived, "third", 15, new ReturnReceived(new("R-1"), new("south"), [new(1, 1)])));
        await HearAsync(database, (Types.ReturnRequested, "third", 16, new ReturnRequested(new("R-2"), [new(1, 2)])));
        await HearAsync(database, (Types.ReturnReceived, "third", 17, new ReturnReceived(new("R-7"), new("south"), [new(1, 1)])));
        // What waits is tried once more, and time goes on to a run of replenishment.
        await LiveStream.PassTimeAsync(database, Start.AddHours(18));
        await LiveStream.PassTimeAsync(database, Start.AddHours(30));
    }

    private async Task HearAsync(Database database, params IReadOnlyList<(EventType Type, string Subject, double Hour, IEventData Data)> events)
    {
        var live = new LiveStream($"reports-{++_clusters}", 1);
        foreach (var (type, subject, hour, data) in events)
        {
            await database.MoveTimeAsync(Start.AddHours(hour), back: false);
            live.Send(type, subject, Start.AddHours(hour), data);
        }
        await live.ApplyAllAsync(database.Processor, 20);
    }
}
