using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Fulfillment;

/// <summary>A round gave a released shipment back, and the carrier had it all the same. The order ships complete: the mug was not found.</summary>
public sealed class RecalledShipmentTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("mug", "lid").Stock("mug", "north", 1).Stock("lid", "north", 9);
    private readonly Order _order;
    private readonly OrderLine _lids;

    public RecalledShipmentTests()
    {
        _order = _house.Place("order", [("mug", 1), ("lid", 2)], complete: true);
        _lids = _order.Lines[1];
        _house.Round(24);
        Assert.Null(_house.Apply(EventCatalogue.PickShort, "mug", new PickShort(new("order"), new("order-S1"), 1, 1), Opens.AddHours(25)));
        _house.Round(26);
        Assert.Equal(AllocationStatus.RECALLED, Lids().Single().Status);
    }

    [Fact]
    public void What_was_recalled_and_then_cancelled_is_the_orders_again()
    {
        Assert.Null(_house.Apply(EventCatalogue.OrderCancelled, "order", new OrderCancelled(), Opens.AddHours(27)));
        Assert.False(_lids.Due);
        Leave();
        Assert.Equal((OrderStatus.SHIPPED, null), (_order.Status, _order.CancelledAt));
        Assert.Equal((0L, 2L, 2L, true), (_lids.Cancelled, _lids.Sourced, _order.Shipped(_lids), _lids.Due));
        Assert.Equal([("order.shipped_after_cancel", 2m)], Cases());
        var line = Assert.Single(_house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped).Single().Lines);
        Assert.Equal((2, 2L, true), (line.Number, line.Quantity, line.DueAgain));
        Assert.Null(_house.Apply(EventCatalogue.ReturnRequested, "order", new ReturnRequested(new("r"), [new(2, 2)]), Opens.AddHours(51)));
        Assert.Equal(7, _house.Units("lid", "north", StockState.Available));
    }

    [Fact]
    public void One_that_the_line_waits_for_and_one_that_was_cancelled_are_both_the_lines()
    {
        Assert.Null(Node(EventCatalogue.PackConfirmed, 2, 26));
        Assert.Null(_house.Apply(EventCatalogue.OrderLineCancelled, "order", new OrderLineCancelled(2, 1), Opens.AddHours(27)));
        Leave();
        Assert.Equal((0L, 2L, 2L), (_lids.Cancelled, _lids.Sourced, _order.Shipped(_lids)));
        Assert.Equal([("order.shipped_after_cancel", 1m)], Cases());
        Valid();
    }

    /// <summary>South has released the same to the customer meanwhile.</summary>
    [Fact]
    public void What_the_line_has_from_elsewhere_has_left_beside_it_and_is_not_picked_again()
    {
        Elsewhere();
        Leave();
        Assert.Equal((AllocationStatus.RESENT, 2L), (Lids()[0].Status, Lids()[0].Quantity));
        Assert.Equal((0L, 2L, 0L), (_lids.Cancelled, _lids.Sourced, _order.Shipped(_lids)));
        Assert.Equal([(CaseCategory.ShippedTwice, 2m)], Cases());
        Assert.Equal(2, _house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped).Single().Lines.Single().Quantity);
        var step = _house.Emitted(ShipmentChanged.Type, OperationJson.Default.ShipmentChanged).Single();
        Assert.Equal(("shipped_twice", "north", 2L), (step.Step, step.Location.Value, step.Lines.Single().Quantity));

        Assert.Null(Node(EventCatalogue.PickConfirmed, 2, 25)); // heard late: they are out of the book
        Assert.Equal((7, 0), (_house.Units("lid", "north", StockState.Available), _house.Units("lid", "north", StockState.Picked)));
        Assert.Null(_house.Apply(EventCatalogue.ShipmentReceivedBack, "order-S1", new ShipmentReceivedBack(new("north"), [new(2, 2)]), Opens.AddHours(90)));
        Assert.Equal(2, _house.Units("lid", "north", StockState.ReturnPending));
        Assert.DoesNotContain(Cases(), opened => opened.Category == CaseCategory.ReturnedOver);
        Valid();
    }

    [Fact]
    public void What_was_packed_leaves_in_part_and_the_rest_is_put_back()
    {
        Elsewhere();
        Assert.Null(Node(EventCatalogue.PackConfirmed, 2, 26));
        Assert.Equal((7, 2), (_house.Units("lid", "north", StockState.Available), _house.Units("lid", "north", StockState.Picked)));
        Leave([new(2, 1)]);
        Assert.Equal([(CaseCategory.ShippedTwice, 1m)], Cases());
        Valid();
        Assert.Null(Node(EventCatalogue.PickPutBack, 1, 31));
        Assert.Equal((8, 0), (_house.Units("lid", "north", StockState.Available), _house.Units("lid", "north", StockState.Picked)));
    }

    /// <summary>The recalled ones take the room of the cancelled ones, so those that leave after them are one too many.</summary>
    [Fact]
    public void Where_the_cancelled_ones_leave_from_elsewhere_as_well_they_are_too_many()
    {
        Elsewhere();
        Assert.Null(_house.Apply(EventCatalogue.OrderCancelled, "order", new OrderCancelled(), Opens.AddHours(28)));
        Leave();
        Assert.Equal((0L, 2L), (_lids.Cancelled, _order.Shipped(_lids)));
        Assert.Null(_house.Apply(EventCatalogue.ShipmentPickedUp, "order-S2", new ShipmentMoved(Lines: [new(2, 2)]), Opens.AddHours(31)));
        Assert.Equal((0L, 2L), (_lids.Cancelled, _order.Shipped(_lids)));
        Assert.Equal([("order.shipped_after_cancel", 2m), (CaseCategory.ShippedTwice, 2m)], Cases());
    }

    private void Elsewhere()
    {
        _house.Stock("mug", "south", 1).Stock("lid", "south", 2).Round(27);
        Assert.Equal("order-S2", Lids().Single(unit => unit.IsLive).ShipmentId?.Value);
    }

    private List<Core.Orders.Allocation> Lids() => _order.Allocations.FindAll(unit => unit.Line == _lids);

    private void Leave(IReadOnlyList<ParcelLine>? lines = null) =>
        Assert.Null(_house.Apply(EventCatalogue.ShipmentPickedUp, "order-S1", new ShipmentMoved(Lines: lines), Opens.AddHours(30)));

    private Rejection? Node(EventType type, long quantity, int hours) =>
        _house.Apply(type, "lid", new PickConfirmed(new("order"), new("order-S1"), 2, quantity), Opens.AddHours(hours));

    private List<(string Category, decimal? AtRisk)> Cases() =>
        [.. _house.House.Get<ExceptionBook>().Opened.Where(opened => opened.Category.StartsWith("order.shipped", StringComparison.Ordinal)
            || opened.Category == CaseCategory.ReturnedOver).Select(opened => (opened.Category, opened.MoneyAtRisk))];

    /// <summary>As the table wants it.</summary>
    private void Valid() => Assert.All(_order.Allocations, unit =>
        Assert.True(unit.Quantity > 0 && unit.Picked >= 0 && unit.Picked <= unit.Quantity && unit.Packed >= 0 && unit.Packed <= unit.Quantity));
}
