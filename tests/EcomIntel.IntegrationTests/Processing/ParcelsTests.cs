using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>
/// What nodes and carriers say of cancelled and undelivered units, stored: however it is cut into batches, and with all invariants that are checked.
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class ParcelsTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Day = Business.Start.AddDays(1);

    private readonly List<CloudEvent> _events = [];

    /// <summary>
    /// Of three released and cancelled jars two were picked. A held order is promised what is free again; then the carrier has the parcel, and the held
    /// order's promise is taken from it, though no event of that batch names it.
    /// </summary>
    [Fact]
    public async Task A_hand_over_after_a_cancellation_takes_promises_of_orders_that_no_event_names()
    {
        Begin(jars: 4);
        Add(EventCatalogue.OrderPlaced, "A-1", 9, Order(3));
        Add(EventCatalogue.PickConfirmed, "jar", 11, new PickConfirmed(new("A-1"), new("A-1-S1"), 1, 2));
        Add(EventCatalogue.OrderCancelled, "A-1", 12, new OrderCancelled());
        Add(EventCatalogue.OrderPlaced, "A-2", 13, Order(2, "pending"));
        Add(EventCatalogue.ShipmentPickedUp, "A-1-S1", 16, new ShipmentMoved());
        Add(EventCatalogue.ReturnRequested, "A-1", 30, new ReturnRequested(new("R-1"), [new(1, 3)]));
        await InEveryCutAsync(async database =>
        {
            Assert.Equal(["A-1|SHIPPED", "A-2|BACKORDERED"], await database.QueryAsync("SELECT order_id, status FROM orders ORDER BY 1"));
            Assert.Equal(["allocated|1"], await database.QueryAsync("SELECT state, sum(quantity) FROM stock_balances WHERE quantity > 0 GROUP BY 1"));
            Assert.Equal(["order.shipped_after_cancel|A-1|30.0000"],
                await database.QueryAsync("SELECT category, subject, money_at_risk FROM exception_cases"));
            Assert.Equal(0, await database.CountAsync("SELECT count(*) FROM dead_letters"));
        });
    }

    /// <summary>Placed, released, cancelled, picked and handed over within one batch or many.</summary>
    [Fact]
    public async Task A_pick_heard_after_its_cancellation_holds_the_units_until_they_are_put_back()
    {
        Begin(jars: 3);
        Add(EventCatalogue.OrderPlaced, "A-1", 9, Order(3));
        Add(EventCatalogue.OrderCancelled, "A-1", 11, new OrderCancelled());
        Add(EventCatalogue.OrderPlaced, "A-2", 12, Order(2, "pending"));
        Add(EventCatalogue.PickConfirmed, "jar", 14, new PickConfirmed(new("A-1"), new("A-1-S1"), 1, 2));
        Add(EventCatalogue.OrderPaymentAuthorized, "A-2", 20, new PaymentAuthorized());
        Add(EventCatalogue.PickPutBack, "jar", 21, new PickConfirmed(new("A-1"), new("A-1-S1"), 1, 2));
        await InEveryCutAsync(async database =>
        {
            Assert.Equal(["A-1|CANCELLED", "A-2|RELEASED"], await database.QueryAsync("SELECT order_id, status FROM orders ORDER BY 1"));
            Assert.Equal(["allocated|2", "available|1"],
                await database.QueryAsync("SELECT state::text, sum(quantity) FROM stock_balances WHERE quantity > 0 GROUP BY 1 ORDER BY 1"));
        });
    }

    [Fact]
    public async Task Two_boxes_one_lost_and_sent_again_one_refused_and_received_back()
    {
        Begin(jars: 5);
        Add(EventCatalogue.OrderPlaced, "A-1", 9, Order(2));
        Add(EventCatalogue.ShipmentLabelled, "A-1-S1", 11, new ShipmentLabelled("post", Tracking: "P-1"));
        Add(EventCatalogue.ShipmentLabelled, "A-1-S1", 11, new ShipmentLabelled("post", Tracking: "P-2"));
        Add(EventCatalogue.ShipmentPickedUp, "A-1-S1", 12, new ShipmentMoved());
        Add(EventCatalogue.ShipmentRefused, "A-1-S1", 20, new ShipmentMoved(Tracking: "P-1"));
        Add(EventCatalogue.ShipmentLost, "A-1-S1", 40, new ShipmentLost(Tracking: "P-2"));
        Add(EventCatalogue.ShipmentReceivedBack, "A-1-S1", 50, new ShipmentReceivedBack(new("north"), [new(1, 1)], "P-1"));
        Add(EventCatalogue.ShipmentResendRequested, "A-1-S1", 51, new ShipmentResendRequested([new(1, 1)]));
        Add(EventCatalogue.ShipmentRefundRequested, "A-1-S1", 52, new ShipmentRefundRequested());
        Add(EventCatalogue.StockMoved, "jar", 53, new StockMoved(new("north"), StockState.ReturnPending, StockState.Available, 1));
        Add(EventCatalogue.ShipmentDelivered, "A-1-S2", 70, new ShipmentMoved());
        await InEveryCutAsync(async database =>
        {
            Assert.Equal(["A-1-S1|LOST", "A-1-S2|DELIVERED"], await database.QueryAsync("SELECT shipment_id, status FROM shipments ORDER BY 1"));
            Assert.Equal(["DELIVERED"], await database.QueryAsync("SELECT status FROM orders"));
            Assert.Equal(["available|3"], await database.QueryAsync("SELECT state::text, sum(quantity) FROM stock_balances WHERE quantity > 0 GROUP BY 1"));
            Assert.Equal(["P-1|RETURNED", "P-2|LOST"], await database.QueryAsync("SELECT tracking, ended FROM parcels ORDER BY 1"));
            Assert.Equal(["1|1"], await database.QueryAsync("SELECT received, inspected FROM unopened_units"));
            Assert.Equal(["carrier.lost", "carrier.refused", "carrier.returned"],
                await database.QueryAsync("SELECT category FROM exception_cases ORDER BY 1"));
        });
    }

    /// <summary>
    /// Paid back, and then it left all the same, arrived or was sent again; claimed by a return, and then back unopened and sent again;
    /// back unopened, and then claimed by a return, which waits in vain.
    /// </summary>
    [Fact]
    public async Task A_unit_comes_back_one_way_and_is_paid_back_once_whatever_becomes_of_it_since()
    {
        Begin(jars: 20);
        foreach (var order in (string[])["A-1", "A-2", "A-3", "A-4", "A-5"])
            Add(EventCatalogue.OrderPlaced, order, 9, Order(2));
        Add(EventCatalogue.OrderCancelled, "A-1", 11, new OrderCancelled());
        foreach (var order in (string[])["A-2", "A-3", "A-4", "A-5"])
            Add(EventCatalogue.ShipmentRefused, $"{order}-S1", 20, new ShipmentMoved());
        foreach (var order in (string[])["A-1", "A-2", "A-3", "A-5"])
            Add(EventCatalogue.RefundPaid, order, 21, new RefundPaid(20m));
        Add(EventCatalogue.ReturnRequested, "A-4", 22, new ReturnRequested(new("R-4"), [new(1, 2)]));
        Add(EventCatalogue.ShipmentPickedUp, "A-1-S1", 23, new ShipmentMoved());
        Add(EventCatalogue.ShipmentDelivered, "A-2-S1", 24, new ShipmentMoved());
        foreach (var order in (string[])["A-3", "A-4", "A-5"])
            Add(EventCatalogue.ShipmentReceivedBack, $"{order}-S1", 30, new ShipmentReceivedBack(new("north"), [new(1, 2)]));
        foreach (var order in (string[])["A-3", "A-4"])
            Add(EventCatalogue.ShipmentResendRequested, $"{order}-S1", 31, new ShipmentResendRequested());
        Add(EventCatalogue.ReturnReceived, "A-4", 32, new ReturnReceived(new("R-4"), new("north"), [new(1, 1)]));
        Add(EventCatalogue.ReturnRequested, "A-5", 33, new ReturnRequested(new("R-5"), [new(1, 2)]));
        await InEveryCutAsync(async database =>
        {
            Assert.Equal(["return_pending|6"],
                await database.QueryAsync("SELECT state::text, sum(quantity) FROM stock_balances WHERE state = 'return_pending' GROUP BY 1"));
            Assert.Equal(["R-4|0"], await database.QueryAsync("SELECT return_id, received FROM return_lines"));
            Assert.Equal(["open|quantity_exceeded|order/A-5"], await database.QueryAsync("SELECT status, reason, awaits FROM dead_letters"));
            Assert.Equal(["A-1|order.shipped_after_cancel", "R-4|return.over"], await database.QueryAsync(
                "SELECT subject, category FROM exception_cases WHERE category NOT IN ('carrier.refused', 'carrier.returned') ORDER BY 1, 2"));
        });
    }

    private async Task InEveryCutAsync(Func<Database, Task> assert)
    {
        List<string>? reference = null;
        foreach (var size in (int[])[1_000, 3, 1])
        {
            await using var database = await postgres.CreateAsync();
            await new ReplayedStream(_events).ApplyAsync(database, size);
            await database.AssertSoundAsync();
            await assert(database);
            var rows = await database.SnapshotAsync();
            BatchProcessorTests.AssertSame(reference ??= rows, rows, $"batches of {size}");
        }
    }

    private void Begin(int jars)
    {
        Add(EventCatalogue.LocationUpdated, "north", 0, new LocationUpdated("North"));
        Add(EventCatalogue.ItemUpdated, "jar", 0, new ItemUpdated("Jar"));
        Add(EventCatalogue.StockReceived, "jar", 1, new StockReceived(new("north"), jars));
    }

    private static OrderPlaced Order(long jars, string payment = "authorized") => new("web", [new(1, new("jar"), jars, 10m)], Payment: payment);

    /// <param name="hour">Half past it, of the second day.</param>
    private void Add(EventType type, string subject, int hour, IEventData data) =>
        _events.Add(new($"e-{_events.Count}", "tests", type, subject, Day.AddHours(hour).AddMinutes(30), data));
}
