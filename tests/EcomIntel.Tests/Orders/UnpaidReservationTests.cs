using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Orders;

/// <summary>Three mugs; order-1 wants two and is not paid, order-2 wants two and is.</summary>
public sealed class UnpaidReservationTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    private readonly SmallHouse _house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 3);

    [Fact]
    public void Stock_kept_for_an_order_that_is_not_paid_goes_to_who_has_paid()
    {
        var unpaid = Place("order-1", "pending", hours: 0);
        var due = new DueWork(_house.House, Opens);
        due.RunUntil(Opens.AddHours(10));
        var paid = Place("order-2", "authorized", hours: 10);
        due.RunUntil(Opens.AddHours(71).AddMinutes(59));
        Assert.Equal((OrderStatus.ALLOCATED, OrderStatus.BACKORDERED), (unpaid.Status, paid.Status));
        Assert.Equal(Opens.AddDays(3), unpaid.ReservedUntil);
        due.RunUntil(Opens.AddDays(3));
        Assert.Equal((OrderStatus.SOURCING, OrderStatus.RELEASED, Opens.AddDays(3)), (unpaid.Status, paid.Status, unpaid.ReservationEndedAt));
        Assert.Equal((1, 2), (_house.Units("mug", "north", StockState.Available), _house.Units("mug", "north", StockState.Allocated)));
        var ended = Assert.Single(_house.Emitted(ReservationEnded.Type, OperationJson.Default.ReservationEnded));
        Assert.Equal(("SOURCING", 2L, 2L), (ended.Order.Status, ended.Order.WaitingUnits, ended.Lines.Sum(line => line.Quantity)));
        due.RunUntil(Opens.AddDays(9));
        Assert.Equal((OrderStatus.SOURCING, true, 0), (unpaid.Status, unpaid.IsHeld, unpaid.Allocations.Count(allocation => allocation.IsLive)));
    }

    [Fact]
    public void Once_paid_it_is_promised_stock_again()
    {
        var order = Place("order-1", "pending", hours: 0);
        var due = new DueWork(_house.House, Opens);
        due.RunUntil(Opens.AddDays(4));
        Assert.Equal(OrderStatus.SOURCING, order.Status);
        Pay("order-1", Opens.AddDays(4));
        Assert.Equal((null, null, Opens.AddDays(4)), (order.ReservedUntil, order.ReservationEndedAt, order.FreedAt));
        due.RunUntil(Opens.AddDays(4).AddMinutes(1));
        Assert.Equal((OrderStatus.RELEASED, 2L), (order.Status, _house.Units("mug", "north", StockState.Allocated)));
    }

    [Fact]
    public void Once_paid_one_that_was_out_of_stock_is_looked_at_again()
    {
        var first = Place("order-2", "authorized", hours: 0);
        var order = Place("order-1", "pending", hours: 0);
        var due = new DueWork(_house.House, Opens);
        due.RunUntil(Opens.AddDays(3));
        Assert.Equal((OrderStatus.RELEASED, OrderStatus.BACKORDERED), (first.Status, order.Status));
        _house.Stock("mug", "north", 5);
        due.RunUntil(Opens.AddDays(4));
        Assert.Equal(OrderStatus.BACKORDERED, order.Status);
        Pay("order-1", Opens.AddDays(4));
        due.RunUntil(Opens.AddDays(4).AddMinutes(1));
        Assert.Equal(OrderStatus.RELEASED, order.Status);
    }

    [Theory]
    [InlineData(2.9)]
    [InlineData(0)]
    public void One_that_is_paid_in_time_keeps_what_it_was_promised(double days)
    {
        var order = Place("order-1", "pending", hours: 0);
        var due = new DueWork(_house.House, Opens);
        due.RunUntil(Opens.AddDays(days));
        Pay("order-1", Opens.AddDays(days));
        due.RunUntil(Opens.AddDays(9));
        Assert.Equal((OrderStatus.RELEASED, null), (order.Status, order.ReservationEndedAt));
        Assert.Empty(_house.Emitted(ReservationEnded.Type, OperationJson.Default.ReservationEnded));
    }

    [Fact]
    public void How_long_is_policy_from_when_the_hold_opened()
    {
        Assert.Null(_house.Policy("payment", 1, Opens, """{"reservationFor":"02:00:00"}"""));
        var order = Place("order-1", "authorized", hours: 0);
        var due = new DueWork(_house.House, Opens);
        Assert.Null(_house.Apply(EventCatalogue.OrderPaymentFailed, "order-1", new OrderFlagged(), Opens.AddMinutes(30)));
        due.RunUntil(Opens.AddHours(2).AddMinutes(29));
        Assert.Equal(OrderStatus.ALLOCATED, order.Status);
        due.RunUntil(Opens.AddHours(2).AddMinutes(30));
        Assert.Equal((OrderStatus.SOURCING, Opens.AddMinutes(150)), (order.Status, order.ReservationEndedAt));
        // An older failure is heard: it was over by then, and stays so.
        Assert.Null(_house.Apply(EventCatalogue.OrderPaymentFailed, "order-1", new OrderFlagged(), Opens.AddMinutes(10)));
        Assert.Equal((Opens.AddMinutes(130), Opens.AddMinutes(150)), (order.ReservedUntil, order.ReservationEndedAt));
    }

    [Fact]
    public void What_is_heard_too_late_is_over_at_once_and_what_was_released_stays()
    {
        var order = Place("order-1", "authorized", hours: 0);
        var due = new DueWork(_house.House, Opens);
        due.RunUntil(Opens.AddDays(5));
        Assert.Equal(OrderStatus.RELEASED, order.Status);
        Assert.Null(_house.Apply(EventCatalogue.OrderPaymentVoided, "order-1", new PaymentChanged(), Opens.AddHours(1)));
        due.RunAtOnce(Opens.AddDays(5));
        Assert.Equal((OrderStatus.RELEASED, Opens.AddDays(5), 2L),
            (order.Status, order.ReservationEndedAt, _house.Units("mug", "north", StockState.Allocated)));
        Assert.False(due.IsDueNow(Opens.AddDays(5)));
    }

    [Fact]
    public void A_cancelled_order_is_kept_nothing()
    {
        var order = Place("order-1", "pending", hours: 0);
        var due = new DueWork(_house.House, Opens);
        due.RunUntil(Opens.AddHours(2));
        Assert.Null(_house.Apply(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled(), Opens.AddHours(2)));
        Assert.Equal((null, 3L, 0), (order.ReservedUntil, _house.Units("mug", "north", StockState.Available), _house.Orders.Reserved.Count));
    }

    private Order Place(string id, string payment, int hours)
    {
        Assert.Null(_house.Apply(EventCatalogue.OrderPlaced, id,
            new OrderPlaced("web", [new(1, new("mug"), 2, 5m)], Payment: payment, PromisedAt: Opens.AddDays(id == "order-2" ? 7 : 8)), Opens.AddHours(hours)));
        return _house.Orders.Find(new OrderId(id))!;
    }

    private void Pay(string id, DateTimeOffset at) => Assert.Null(_house.Apply(EventCatalogue.OrderPaymentAuthorized, id, new PaymentAuthorized(), at));
}
