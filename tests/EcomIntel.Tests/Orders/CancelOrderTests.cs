using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;
using CancelledLine = EcomIntel.Core.Events.OperationEvents.OrderCancelled.CancelledLine;

namespace EcomIntel.Tests.Orders;

public sealed class CancelOrderTests
{
    [Theory]
    [InlineData("customer", 4, false)]
    [InlineData("customer", 5, true)] // at its promise it was due, and was not served
    [InlineData("customer", 30, true)]
    [InlineData("stock", 4, true)]
    public void A_line_is_due_no_more_only_when_it_is_withdrawn_before_its_promise(string by, int day, bool due)
    {
        var house = new SmallHouse(["north"]).Item("mug");
        var order = house.Place("order-1", [("mug", 2)], promisedInDays: 5);
        Assert.Null(house.Apply(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled(by), SmallHouse.Opens.AddDays(day)));
        Assert.Equal(due, order.Lines[0].Due);
        Assert.Equal(!due, Assert.Single(Cancelled(house)).WithdrawnFromDue);
        Assert.False(order.IsFilled(order.Lines[0]));
    }

    [Fact]
    public void Units_that_wait_are_cancelled_first_then_promised_ones()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 3);
        var order = house.Place("order-1", [("mug", 5)]);
        house.Round();
        Assert.Null(Cancel(house, 2));
        Assert.Equal((0L, 3L, 0L), (order.Lines[0].Waiting, order.Lines[0].Sourced, house.Units("mug", "north", StockState.Available)));
        Assert.Null(Cancel(house, 1));
        Assert.Equal((0L, 2L, 1L), (order.Lines[0].Waiting, order.Lines[0].Sourced, house.Units("mug", "north", StockState.Available)));
        Assert.Equal([(2L, AllocationStatus.RELEASED), (1L, AllocationStatus.CANCELLED)],
            order.Allocations.ConvertAll(allocation => (allocation.Quantity, allocation.Status)));
        Assert.True(order.Lines[0].Due); // something of it is left
        Assert.Equal(OrderStatus.RELEASED, order.Status);
    }

    [Fact]
    public void Picked_units_are_cancelled_last_and_stay_with_the_node_until_it_puts_them_back()
    {
        // Two lots, so two promises: of the first both units are picked, the one of the second is not.
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 2, "a").Stock("mug", "north", 1, "b");
        var order = house.Place("order-1", [("mug", 3)]);
        house.Round();
        Assert.Null(house.Apply(EventCatalogue.PickConfirmed, "mug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, 2)));
        Assert.Null(Cancel(house, 1));
        Assert.Equal((1, 2), (house.Units("mug", "north", StockState.Available), house.Units("mug", "north", StockState.Picked)));
        Assert.Equal(1, house.Stocks.At(new("mug"), new("north"), "b")[StockState.Available]);
        Assert.Equal(OrderStatus.PICKED, order.Status);
        Assert.Null(Cancel(house, 1));
        Assert.Equal((1, 2), (house.Units("mug", "north", StockState.Available), house.Units("mug", "north", StockState.Picked)));
        Assert.Equal([("a", 1L, 1L, "CANCELLED"), ("a", 1L, 1L, "RELEASED"), ("b", 1L, 0L, "CANCELLED")], order.Allocations
            .ConvertAll(allocation => (allocation.Lot, allocation.Quantity, allocation.Picked, allocation.Status.ToString())).Order());
        Assert.Null(house.Apply(EventCatalogue.PickPutBack, "mug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, 1)));
        Assert.Equal((2, 1), (house.Units("mug", "north", StockState.Available), house.Units("mug", "north", StockState.Picked)));
        Assert.Equal(OrderStatus.PICKED, order.Status);
    }

    [Fact]
    public void A_shipment_is_cancelled_with_the_last_of_its_units_and_the_others_are_not()
    {
        var house = new SmallHouse(["north", "south"]).Item("mug", "lid").Stock("mug", "north", 2).Stock("lid", "south", 1);
        var order = house.Place("order-1", [("mug", 2), ("lid", 1)]);
        house.Round();
        Assert.Null(Cancel(house, 1));
        Assert.Equal([ShipmentStatus.RELEASED, ShipmentStatus.RELEASED], order.Shipments.ConvertAll(shipment => shipment.Status));
        Assert.Null(Cancel(house, 1));
        Assert.Equal([ShipmentStatus.CANCELLED, ShipmentStatus.RELEASED], order.Shipments.ConvertAll(shipment => shipment.Status));
        Assert.Equal((OrderStatus.RELEASED, null), (order.Status, order.CancelledAt));
        Assert.Null(house.Apply(EventCatalogue.OrderLineCancelled, "order-1", new OrderLineCancelled(2), SmallHouse.Opens.AddHours(2)));
        Assert.All(order.Shipments, shipment => Assert.Equal(ShipmentStatus.CANCELLED, shipment.Status));
        Assert.Equal((OrderStatus.CANCELLED, SmallHouse.Opens.AddHours(2)), (order.Status, order.CancelledAt));
    }

    [Fact]
    public void What_has_shipped_cannot_be_cancelled_and_stays_due()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 2);
        var order = house.Place("order-1", [("mug", 3)]);
        house.Round();
        Assert.Null(house.Apply(EventCatalogue.ShipmentPickedUp, "order-1-S1", new ShipmentMoved()));
        var refused = Cancel(house, 2);
        Assert.Equal(("quantity_exceeded", "order order-1 line 1: 1 units have not shipped, 2 to cancel"), (refused?.Code, refused?.Detail));
        Assert.Null(house.Apply(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled()));
        Assert.Equal((1L, 2L, true, OrderStatus.SHIPPED), (order.Lines[0].Cancelled, order.Lines[0].Live, order.Lines[0].Due, order.Status));
        Assert.Equal("wrong_state", house.Apply(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled())!.Code);
    }

    /// <summary>North ships, south's part is called off: what is left has all shipped, from stock and at the first attempt.</summary>
    [Theory]
    [InlineData("customer", true)]
    [InlineData("stock", false)] // called off because it could not be had: not served in full
    public void A_line_may_be_filled_by_a_cancellation(string by, bool filled)
    {
        var house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 3).Stock("mug", "south", 2);
        house.Place("order-1", [("mug", 5)]);
        house.Round();
        Assert.Null(house.Apply(EventCatalogue.ShipmentPickedUp, "order-1-S1", new ShipmentMoved()));
        Assert.Null(Cancel(house, 2, by));
        Assert.Equal(new(1, new("mug"), 2, WithdrawnFromDue: false, filled), Assert.Single(Cancelled(house)));
    }

    [Fact]
    public void What_an_order_gives_back_serves_the_next()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 2);
        house.Place("order-1", [("mug", 2)]);
        var next = house.Place("order-2", [("mug", 1)], placedAfterHours: 1);
        house.Round(2);
        Assert.Equal(OrderStatus.BACKORDERED, next.Status);
        Assert.Null(Cancel(house, 1));
        house.Round(3);
        Assert.Equal(OrderStatus.RELEASED, next.Status);
    }

    private static Rejection? Cancel(SmallHouse house, long quantity, string by = "customer") =>
        house.Apply(EventCatalogue.OrderLineCancelled, "order-1", new OrderLineCancelled(1, quantity, by));

    private static List<CancelledLine> Cancelled(SmallHouse house) =>
        [.. house.Emitted(OperationEvents.Cancelled, OperationJson.Default.OrderCancelled).SelectMany(cancelled => cancelled.Lines)];
}
