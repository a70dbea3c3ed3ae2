using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Fulfillment;

/// <summary>Nodes and carriers report over topics of their own: a later step may be heard before an earlier one, and implies it.</summary>
public sealed class ShipmentStepTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    private readonly SmallHouse _house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 5);
    private readonly Order _order;

    public ShipmentStepTests()
    {
        _order = _house.Place("order-1", [("mug", 2)]);
        _house.Round();
    }

    private Shipment Shipment => _order.Shipments.Single();

    [Fact]
    public void Delivered_first_has_shipped_then_and_what_is_heard_later_changes_nothing()
    {
        Assert.Null(Carrier(EventCatalogue.ShipmentDelivered, hours: 30));
        var (ledger, operations) = (_house.Stocks.Ledger.Count, _house.Operations.Count);
        Assert.Equal((ShipmentStatus.DELIVERED, Opens.AddHours(30), Opens.AddHours(30)), (Shipment.Status, Shipment.ShippedAt, Shipment.DeliveredAt));
        Assert.Null(Carrier(EventCatalogue.ShipmentInTransit, hours: 28));
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 26));
        Assert.Null(Node(EventCatalogue.PackConfirmed, 2, hours: 25));
        Assert.Null(Node(EventCatalogue.PickConfirmed, 2, hours: 25));
        Assert.Null(Carrier(EventCatalogue.ShipmentDelivered, hours: 31));
        Assert.Equal((ShipmentStatus.DELIVERED, Opens.AddHours(30), Opens.AddHours(30)), (Shipment.Status, Shipment.ShippedAt, Shipment.DeliveredAt));
        Assert.Equal((ledger, operations), (_house.Stocks.Ledger.Count, _house.Operations.Count));
    }

    [Fact]
    public void Whatever_was_heard_before_two_units_leave_the_house_once()
    {
        Assert.Null(Node(EventCatalogue.PickConfirmed, 1, hours: 25));
        Assert.Equal((3, 1, 1), Units());
        Assert.Null(Carrier(EventCatalogue.ShipmentInTransit, hours: 28));
        Assert.Equal((3, 0, 0), Units());
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 27));
        Assert.Null(Carrier(EventCatalogue.ShipmentDelivered, hours: 40));
        Assert.Equal((3, 0, 0), Units());
        var shipped = Assert.Single(_house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped));
        Assert.Equal((Opens.AddHours(28), 2L, true), (shipped.ShippedAt, shipped.Lines[0].Quantity, shipped.Lines[0].Filled));

        (long, long, long) Units() =>
            (_house.Units("mug", "north", StockState.Available), _house.Units("mug", "north", StockState.Allocated),
                _house.Units("mug", "north", StockState.Picked));
    }

    [Fact]
    public void A_label_says_nothing_of_the_packing_and_what_was_packed_was_picked()
    {
        Assert.Null(_house.Apply(EventCatalogue.ShipmentLabelled, "order-1-S1", new ShipmentLabelled("post", "express", "T1"), Opens.AddHours(25)));
        Assert.Equal((ShipmentStatus.RELEASED, OrderStatus.RELEASED, "post"), (Shipment.Status, _order.Status, Shipment.Carrier));
        Assert.Null(Node(EventCatalogue.PickConfirmed, 1, hours: 26));
        Assert.Null(Node(EventCatalogue.PackConfirmed, 2, hours: 26));
        Assert.Equal((ShipmentStatus.PACKED, OrderStatus.PACKED), (Shipment.Status, _order.Status));
        Assert.Equal(2, _house.Units("mug", "north", StockState.Picked));
    }

    [Fact]
    public void A_label_that_is_heard_after_the_parcel_has_left_still_names_the_carrier()
    {
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 26));
        Assert.Null(_house.Apply(EventCatalogue.ShipmentLabelled, "order-1-S1", new ShipmentLabelled("post", Tracking: "T1"), Opens.AddHours(25)));
        Assert.Equal((ShipmentStatus.SHIPPED, "post", "T1"), (Shipment.Status, Shipment.Carrier, Shipment.Tracking));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_parcel_that_was_delivered_and_then_comes_back_is_on_its_way_back_in_whatever_order_it_is_heard(bool backFirst)
    {
        if (backFirst)
            Assert.Null(Carrier(EventCatalogue.ShipmentReturned, hours: 40));
        Assert.Null(Carrier(EventCatalogue.ShipmentDelivered, hours: 30));
        if (!backFirst)
            Assert.Null(Carrier(EventCatalogue.ShipmentReturned, hours: 40));
        Assert.Equal((ShipmentStatus.RETURNED, OrderStatus.DELIVERED), (Shipment.Status, _order.Status));
        Assert.Equal(3, _house.Units("mug", "north", StockState.Available)); // not stock again before the node has received it
    }

    [Fact]
    public void Shipments_are_numbered_as_they_leave_and_the_first_to_leave_dates_the_order()
    {
        var house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 3).Stock("mug", "south", 2);
        var order = house.Place("order-2", [("mug", 5)]);
        house.Round();
        Assert.Null(house.Apply(EventCatalogue.ShipmentDelivered, "order-2-S2", new ShipmentMoved(), Opens.AddHours(30)));
        Assert.Equal(OrderStatus.RELEASED, order.Status);
        Assert.Null(house.Apply(EventCatalogue.ShipmentPickedUp, "order-2-S1", new ShipmentMoved(), Opens.AddHours(29)));
        Assert.Equal([("order-2-S1", 2), ("order-2-S2", 1)], order.Shipments.ConvertAll(shipment => (shipment.Id.Value, shipment.Number!.Value)));
        Assert.Equal((OrderStatus.SHIPPED, Opens.AddHours(30)), (order.Status, order.FirstShippedAt));
        var filled = house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped)
            .ConvertAll(shipped => (shipped.Number, shipped.Lines[0].Filled));
        Assert.Equal([(1, false), (2, true)], filled); // the line is filled when its last unit has left
    }

    [Fact]
    public void More_than_was_released_is_neither_picked_nor_packed_nor_short()
    {
        Node(EventCatalogue.PickConfirmed, 1, hours: 25);
        Assert.Equal("shipment order-1-S1 line 1: 1 units are left to pick, 2 were picked", Node(EventCatalogue.PickConfirmed, 2, hours: 25)!.Detail);
        Assert.Equal("shipment order-1-S1 line 1: 1 units are left to pick, 2 are short",
            _house.Apply(EventCatalogue.PickShort, "mug", new PickShort(new("order-1"), new("order-1-S1"), 1, 2))!.Detail);
        Assert.Equal("shipment order-1-S1 line 1: 2 units are left to pack, 3 were packed", Node(EventCatalogue.PackConfirmed, 3, hours: 25)!.Detail);
        Assert.Equal((1, 1), (_house.Units("mug", "north", StockState.Picked), _house.Units("mug", "north", StockState.Allocated)));
    }

    [Fact]
    public void A_carrier_cannot_have_what_was_never_released()
    {
        var unknown = _house.Apply(EventCatalogue.ShipmentPickedUp, "order-1-S2", new ShipmentMoved())!;
        Assert.Equal(("no shipment order-1-S2", "shipment/order-1-S2"), (unknown.Detail, unknown.Awaits));
    }

    [Fact]
    public void Units_that_are_not_found_stand_in_quarantine_and_the_rest_of_the_shipment_goes_on()
    {
        Assert.Null(_house.Apply(EventCatalogue.PickShort, "mug", new PickShort(new("order-1"), new("order-1-S1"), 1, 1, "empty bin"), Opens.AddHours(25)));
        Assert.Equal((3, 1, 1), (_house.Units("mug", "north", StockState.Available), _house.Units("mug", "north", StockState.Allocated),
            _house.Units("mug", "north", StockState.Quarantined)));
        var opened = Assert.Single(_house.House.Get<ExceptionBook>().Opened);
        Assert.Equal(("inventory.pick_short", "1 units for shipment order-1-S1 not found: empty bin"), (opened.Category, opened.Detail));
        Assert.Null(Node(EventCatalogue.PackConfirmed, 1, hours: 26));
        Assert.Equal(ShipmentStatus.PACKED, Shipment.Status);
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 27));
        var shipped = Assert.Single(_house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped));
        Assert.Equal((1L, false), (shipped.Lines[0].Quantity, shipped.Lines[0].Filled));
        Assert.Equal(1, _order.Lines[0].Waiting); // and no other node has it
    }

    [Fact]
    public void What_was_not_found_before_the_pick_up_did_not_leave_though_it_is_heard_after_it()
    {
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 27));
        Assert.Equal("wrong_state", Short(1, hours: 28)!.Code);
        Assert.Null(Short(1, hours: 25));
        Assert.Equal((3, 1), (_house.Units("mug", "north", StockState.Available), _house.Units("mug", "north", StockState.Quarantined)));
        Assert.Equal((1L, 1L, true), (_order.Lines[0].Waiting, _order.Shipped(_order.Lines[0]), _order.Lines[0].Rejected));
        var opened = Assert.Single(_house.House.Get<ExceptionBook>().Opened);
        Assert.Equal(("inventory.pick_short", "1 units for shipment order-1-S1 not found: no reason given; 1 of them did not leave with it"),
            (opened.Category, opened.Detail));
        Assert.True(Assert.Single(_house.Emitted(OperationEvents.Rejected, OperationJson.Default.OrderRejected)).Unfilled);
        var step = Assert.Single(_house.Emitted(ShipmentChanged.Type, OperationJson.Default.ShipmentChanged));
        Assert.Equal(("not_left", 1L), (step.Step, step.Lines.Single().Quantity));
        Assert.Equal(ShipmentStatus.SHIPPED, Shipment.Status);
    }

    [Theory]
    [InlineData(true, "SHIPPED", "inventory.pick_short", 3)]
    [InlineData(false, "CANCELLED", "inventory.pick_short carrier.exception carrier.exception", 3)]
    public void Where_nothing_was_found_and_the_carrier_has_something_a_case_says_so(bool carrierFirst, string status, string told, long available)
    {
        if (carrierFirst)
            Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 27));
        Assert.Null(Short(2, hours: 25));
        if (!carrierFirst)
            Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 27));
        if (!carrierFirst)
            Assert.Null(_house.Apply(EventCatalogue.ShipmentLost, "order-1-S1", new ShipmentLost("fell off"), Opens.AddHours(40)));
        Assert.Equal((status, told),
            (Shipment.Status.ToString(), string.Join(" ", _house.Reports.Select(reported => reported.Category))));
        Assert.Equal((available, carrierFirst ? 0 : 2),
            (_house.Units("mug", "north", StockState.Available), _house.Units("mug", "north", StockState.Quarantined)));
        Assert.Equal(carrierFirst ? 0 : 2, _order.Lines[0].Waiting);
    }

    private Rejection? Short(long quantity, int hours) =>
        _house.Apply(EventCatalogue.PickShort, "mug", new PickShort(new("order-1"), new("order-1-S1"), 1, quantity), Opens.AddHours(hours));

    private Rejection? Carrier(EventType type, int hours) => _house.Apply(type, "order-1-S1", new ShipmentMoved(), Opens.AddHours(hours));

    private Rejection? Node(EventType type, long quantity, int hours) =>
        _house.Apply(type, "mug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, quantity), Opens.AddHours(hours));
}
