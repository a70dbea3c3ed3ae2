using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Orders;

/// <summary>Orders promised within five days; stuck after three (built in).</summary>
public sealed class OrderWatchTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;
    private readonly SmallHouse _house = new SmallHouse(["north"]).Item("tea", "mug");

    public OrderWatchTests() => Assert.Null(_house.Policy("events", 1, Opens, """{"maxAhead": "366.00:00:00"}"""));

    private ExceptionBook Book => _house.House.Get<ExceptionBook>();

    private IEnumerable<ExceptionCase> Of(string category) => Book.Opened.Where(each => each.Category == category);

    [Fact]
    public void Late_at_the_instant_of_its_promise_and_not_before_and_told_once()
    {
        Place("O-1", 5);
        _house.Pass(Opens.AddDays(5).AddTicks(-10));
        Assert.Empty(Of(CaseCategory.OrderLate));
        _house.Pass(Opens.AddDays(5));
        var late = Of(CaseCategory.OrderLate).Single();
        Assert.Equal(("O-1", Opens.AddDays(5), 10m, "customer_care"), (late.Subject, late.DetectedAt, late.MoneyAtRisk, late.Team));
        Assert.Equal($"promised by {Opens.AddDays(5):yyyy-MM-dd}, and not shipped: 10 units wait for stock", late.Detail);
        _house.Pass(Opens.AddDays(60));
        Assert.Equal(1, Of(CaseCategory.OrderLate).Single().Reports);
    }

    [Fact]
    public void It_says_what_holds_it()
    {
        Place("O-1", 5);
        Hear(Types.OrderPaymentFailed, "O-1", new OrderFlagged("declined"), 1);
        _house.Pass(Opens.AddDays(5));
        Assert.Equal(
            $"promised by {Opens.AddDays(5):yyyy-MM-dd}, and not shipped: held as awaiting_payment since {Opens.AddDays(1):yyyy-MM-dd}; "
                + "10 units wait for stock",
            Of(CaseCategory.OrderLate).Single().Detail);
    }

    [Fact]
    public void What_is_cancelled_in_time_is_not_late_and_what_is_cancelled_later_settles_the_case()
    {
        Place("O-1", 5);
        Place("O-2", 5);
        Hear(Types.OrderCancelled, "O-1", new OrderCancelled(), 4);
        _house.Pass(Opens.AddDays(5));
        var late = Of(CaseCategory.OrderLate).Single();
        Assert.Equal("O-2", late.Subject);
        Hear(Types.OrderCancelled, "O-2", new OrderCancelled(), 6);
        _house.Pass(Opens.AddDays(7));
        Assert.Equal(
            (ExceptionStatus.RESOLVED, "process", Opens.AddDays(6).AddTicks(TimeSpan.TicksPerMicrosecond), (string?)null),
            (late.Status, late.RootCause, late.EndedAt, late.Assignee));
        Assert.Equal("order O-2 is CANCELLED", Book.Entries[^1].Note);
    }

    [Fact]
    public void A_case_that_somebody_works_is_left_to_whoever_does()
    {
        Place("O-1", 5);
        _house.Pass(Opens.AddDays(5));
        var late = Of(CaseCategory.OrderLate).Single();
        Assert.Null(_house.Hear(Types.ExceptionAcknowledged, "O-1", new CaseDecided(late.CaseId, "ann"), Opens.AddDays(5.5)));
        Hear(Types.OrderCancelled, "O-1", new OrderCancelled(), 6);
        _house.Pass(Opens.AddDays(7));
        Assert.Equal(ExceptionStatus.TRIAGED, late.Status);
        Assert.Null(_house.Orders.Find(new OrderId("O-1"))!.WatchAt);
    }

    [Fact]
    public void Promised_anew_it_is_settled_and_late_again_when_that_passes_too()
    {
        Place("O-1", 5);
        _house.Pass(Opens.AddDays(5));
        Hear(Types.OrderPromiseChanged, "O-1", new PromiseChanged(Opens.AddDays(9), "told the customer"), 6);
        _house.Pass(Opens.AddDays(8));
        Assert.Equal(ExceptionStatus.RESOLVED, Of(CaseCategory.OrderLate).Single().Status);
        _house.Pass(Opens.AddDays(9));
        Assert.Equal([Opens.AddDays(5), Opens.AddDays(9)], Of(CaseCategory.OrderLate).Select(each => each.DetectedAt));
    }

    [Fact]
    public void Stuck_three_days_after_the_last_thing_that_happened_and_no_more_once_something_does()
    {
        _house.Stock("tea", "north", 10);
        Place("O-1", 30);
        _house.Pass(Opens.AddHours(30));
        var order = _house.Orders.Find(new OrderId("O-1"))!;
        Assert.Equal(OrderStatus.RELEASED, order.Status);
        var released = order.ProgressedAt!.Value;
        _house.Pass(released.AddDays(3).AddTicks(-10));
        Assert.Empty(Of(CaseCategory.OrderStuck));
        _house.Pass(released.AddDays(3));
        var stuck = Of(CaseCategory.OrderStuck).Single();
        Assert.Equal((released.AddDays(3), "warehouse"), (stuck.DetectedAt, stuck.Team));
        Assert.Equal($"nothing has happened since {released:yyyy-MM-dd}: 10 units are with north since {order.Shipments[0].ReleasedAt:yyyy-MM-dd}, released",
            stuck.Detail);
        var picked = released.AddDays(4);
        Assert.Null(_house.Hear(Types.PickConfirmed, "tea", new PickConfirmed(order.Id, order.Shipments[0].Id, 1, 10), picked));
        _house.Pass(picked.AddHours(1));
        Assert.Equal((ExceptionStatus.RESOLVED, $"order O-1 went on: it is PICKED"), (stuck.Status, Book.Entries[^1].Note));
        _house.Pass(picked.AddDays(3));
        Assert.Equal(2, Of(CaseCategory.OrderStuck).Count()); // it stands still again
    }

    [Fact]
    public void What_is_held_is_not_stuck_and_counts_from_when_it_is_let_go()
    {
        _house.Stock("tea", "north", 10);
        Place("O-1", 60);
        Hear(Types.OrderHoldPlaced, "O-1", new HoldRequested("manual", "ask"), 0.01);
        _house.Pass(Opens.AddDays(20));
        Assert.Empty(Of(CaseCategory.OrderStuck));
        Hear(Types.OrderHoldReleased, "O-1", new HoldRequested("manual"), 20);
        _house.Pass(Opens.AddDays(22));
        Assert.Empty(Of(CaseCategory.OrderStuck));
    }

    [Fact]
    public void Overdue_two_days_after_the_promise_and_settled_when_it_arrives()
    {
        _house.Stock("tea", "north", 10);
        Place("O-1", 5);
        _house.Pass(Opens.AddHours(30));
        var shipment = _house.Orders.Find(new OrderId("O-1"))!.Shipments.Single();
        Hear(Types.ShipmentPickedUp, shipment.Id.Value, new ShipmentMoved(), 2);
        _house.Pass(Opens.AddDays(7).AddTicks(-10));
        Assert.Empty(Book.Opened);
        _house.Pass(Opens.AddDays(7));
        var overdue = Of(CaseCategory.ShipmentOverdue).Single();
        Assert.Equal((shipment.Id.Value, new LocationId("north"), Opens.AddDays(7), 10m),
            (overdue.Subject, overdue.Location!.Value, overdue.DetectedAt, overdue.MoneyAtRisk));
        Assert.Equal(
            $"left {Opens.AddDays(2):yyyy-MM-dd}, promised by {Opens.AddDays(5):yyyy-MM-dd}, and not delivered: ask its carrier where it is", overdue.Detail);
        Hear(Types.ShipmentDelivered, shipment.Id.Value, new ShipmentMoved(), 9);
        _house.Pass(Opens.AddDays(10));
        Assert.Equal((ExceptionStatus.RESOLVED, "carrier"), (overdue.Status, overdue.RootCause));
        Assert.Null(_house.Orders.Find(new OrderId("O-1"))!.WatchAt);
        Assert.Single(Book.Opened);
    }

    [Fact]
    public void The_policy_as_it_ruled_when_the_order_was_placed_says_how_long()
    {
        Assert.Null(_house.Policy("lateness", 1, Opens, """{"lateAfter": "2.00:00:00"}"""));
        Place("O-1", 5);
        _house.Pass(Opens.AddDays(7).AddTicks(-10));
        Assert.Empty(Of(CaseCategory.OrderLate));
        _house.Pass(Opens.AddDays(7));
        Assert.Single(Of(CaseCategory.OrderLate));
        Assert.Equal("stuckAfter must be an hour to 90 days", _house.Policy("lateness", 2, Opens.AddDays(8), """{"stuckAfter": "00:10:00"}""")!.Detail);
    }

    private void Place(string id, int promisedInDays) => Assert.Null(_house.Hear(
        Types.OrderPlaced, id, new OrderPlaced("web", [new(1, new("tea"), 10, 1m)], PromisedAt: Opens.AddDays(promisedInDays)), Opens));

    private void Hear(EventType type, string subject, IEventData data, double afterDays) =>
        Assert.Null(_house.Hear(type, subject, data, Opens.AddDays(afterDays)));
}
