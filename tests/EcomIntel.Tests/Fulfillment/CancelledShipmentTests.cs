using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Fulfillment;

/// <summary>A cancellation crosses the node and the carrier: what they have is believed, and the book says where the units are.</summary>
public sealed class CancelledShipmentTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    private readonly SmallHouse _house = new SmallHouse(["north"]).Item("jug").Stock("jug", "north", 5);
    private readonly Order _order;

    public CancelledShipmentTests()
    {
        _order = _house.Place("order-1", [("jug", 3)]);
        _house.Round();
    }

    private IEnumerable<string> Cases => _house.House.Get<ExceptionBook>().Opened.Select(opened => opened.Category);

    [Fact]
    public void What_the_carrier_has_left_the_house_and_the_customer_can_send_it_back()
    {
        Assert.Null(CancelAll());
        Assert.Equal((OrderStatus.CANCELLED, 5L), (_order.Status, _house.Units("jug", "north", StockState.Available)));
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 27));
        Assert.Equal((OrderStatus.SHIPPED, null, null), (_order.Status, _order.CancelledAt, _order.ClosedAt));
        Assert.Equal((2, 0, 0), Units());
        Assert.Equal((0L, 3L), (_order.Lines[0].Cancelled, _order.Lines[0].Sourced));
        var opened = Assert.Single(_house.House.Get<ExceptionBook>().Opened);
        Assert.Equal((CaseCategory.ShippedAfterCancel, "order-1", 3m), (opened.Category, opened.Subject, opened.MoneyAtRisk));
        Assert.Contains("3 cancelled units left with shipment order-1-S1", opened.Detail, StringComparison.Ordinal);
        Assert.Null(_house.Apply(EventCatalogue.ReturnRequested, "order-1", new ReturnRequested(new("r-1"), [new(1, 3)]), Opens.AddHours(50)));
        // It was not due any more, is so again, and has shipped in full.
        var shipped = Assert.Single(_house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped));
        Assert.Equal(new(1, new("jug"), 3, 1m, Filled: true, DueAgain: true), Assert.Single(shipped.Lines));
        Assert.True(_order.Lines[0].Due);
    }

    [Fact]
    public void The_order_ends_the_same_when_the_carrier_is_heard_before_the_cancellation()
    {
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 27));
        Assert.Null(CancelAll()); // it was said at 26
        Assert.Equal((OrderStatus.SHIPPED, 0L, 3L), (_order.Status, _order.Lines[0].Cancelled, _order.Lines[0].Sourced));
        Assert.Equal((2, 0, 0), Units());
        Assert.Equal([CaseCategory.ShippedAfterCancel], Cases);
        Assert.Equal("wrong_state", _house.Apply(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled(), Opens.AddHours(28))!.Code);
    }

    [Fact]
    public void Units_promised_to_another_order_meanwhile_are_taken_from_it_and_it_is_sourced_again()
    {
        Assert.Null(CancelAll());
        var held = _house.Place("order-2", [("jug", 2)], placedAfterHours: 26);
        var younger = _house.Place("order-3", [("jug", 3)], placedAfterHours: 27);
        foreach (var id in (string[])["order-2", "order-3"]) // promised, and not released
            Assert.Null(_house.Apply(EventCatalogue.OrderFraudFlagged, id, new OrderFlagged(), Opens.AddHours(27)));
        _house.Round(28);
        Assert.Equal((OrderStatus.ALLOCATED, OrderStatus.ALLOCATED), (held.Status, younger.Status));
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 29));
        Assert.Equal((0, 2, 0), Units());
        Assert.Equal((OrderStatus.ALLOCATED, OrderStatus.SOURCING, 3L), (held.Status, younger.Status, younger.Lines[0].Waiting));
        _house.Stock("jug", "north", 3).Round(30);
        Assert.Equal(OrderStatus.ALLOCATED, younger.Status);
    }

    [Fact]
    public void What_was_released_to_others_is_not_taken_and_what_the_book_lacks_is_a_case()
    {
        Assert.Null(CancelAll());
        var other = _house.Place("order-2", [("jug", 4)], placedAfterHours: 26);
        _house.Round(28);
        Assert.Null(Carrier(EventCatalogue.ShipmentDelivered, hours: 29));
        Assert.Equal((0, 4, 0), Units());
        Assert.Equal((OrderStatus.RELEASED, OrderStatus.DELIVERED, 3L), (other.Status, _order.Status, _order.Shipped(_order.Lines[0])));
        Assert.Equal([CaseCategory.StockNegative, CaseCategory.ShippedAfterCancel], Cases);
        Assert.Contains("the book has 1", _house.House.Get<ExceptionBook>().Opened[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_shipment_that_was_cancelled_in_part_the_rest_leaves_and_picked_units_come_back_when_the_node_says_so()
    {
        Assert.Null(Node(EventCatalogue.PickConfirmed, 3, hours: 25));
        Assert.Null(CancelUnits(1));
        Assert.Equal((2, 0, 3), Units());
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 27));
        Assert.Equal((2, 0, 1), Units());
        Assert.Null(Node(EventCatalogue.PickPutBack, 1, hours: 28));
        Assert.Equal((3, 0, 0), Units());
        Assert.Equal((1L, OrderStatus.SHIPPED), (_order.Lines[0].Cancelled, _order.Status));
        Assert.Empty(Cases);
    }

    [Fact]
    public void A_report_may_say_that_what_was_cancelled_is_in_the_parcel()
    {
        Assert.Null(Node(EventCatalogue.PickConfirmed, 3, hours: 25));
        Assert.Null(CancelUnits(2));
        Assert.Null(_house.Apply(EventCatalogue.ShipmentPickedUp, "order-1-S1", new ShipmentMoved(Lines: [new(1, 2)]), Opens.AddHours(27)));
        Assert.Equal((2, 0, 1), Units());
        Assert.Equal((1L, 2L), (_order.Lines[0].Cancelled, _order.Shipped(_order.Lines[0])));
        Assert.Equal([CaseCategory.ShippedAfterCancel], Cases);
    }

    [Fact]
    public void A_later_report_may_say_so_as_well()
    {
        Assert.Null(Node(EventCatalogue.PickConfirmed, 3, hours: 25));
        Assert.Null(CancelUnits(2));
        Assert.Null(Carrier(EventCatalogue.ShipmentPickedUp, hours: 27));
        Assert.Equal((2, 0, 2), Units());
        foreach (var hours in (int[])[30, 31])
            Assert.Null(_house.Apply(EventCatalogue.ShipmentDelivered, "order-1-S1", new ShipmentMoved(Lines: [new(1, 3)]), Opens.AddHours(hours)));
        Assert.Equal((2, 0, 0), Units());
        Assert.Equal((0L, 3L, OrderStatus.DELIVERED), (_order.Lines[0].Cancelled, _order.Shipped(_order.Lines[0]), _order.Status));
        Assert.Equal([CaseCategory.ShippedAfterCancel], Cases);
        var step = Assert.Single(_house.Emitted(ShipmentChanged.Type, OperationJson.Default.ShipmentChanged));
        Assert.Equal(("found_in_parcel", 2L), (step.Step, step.Lines.Single().Quantity));
    }

    /// <summary>Three are released, two picked; two cancelled, of which one was picked; it is put back. In every order in which that may be heard.</summary>
    [Fact]
    public void Picks_a_cancellation_and_what_is_put_back_end_alike_in_every_order()
    {
        foreach (var order in Permutations.Of(4))
        {
            var house = new SmallHouse(["north"]).Item("jug").Stock("jug", "north", 5);
            var placed = house.Place("order-1", [("jug", 3)]);
            house.Round();
            Func<Rejection?>[] facts =
            [
                () => At(house, EventCatalogue.PickConfirmed, 1, 25),
                () => At(house, EventCatalogue.PickConfirmed, 1, 26),
                () => house.Apply(EventCatalogue.OrderLineCancelled, "order-1", new OrderLineCancelled(1, 2), Opens.AddHours(27)),
                () => At(house, EventCatalogue.PickPutBack, 1, 28),
            ];
            var waiting = new List<Func<Rejection?>>();
            foreach (var index in order)
            {
                if (facts[index]() is { } refused)
                {
                    Assert.Equal("shipment/order-1-S1", refused.Awaits);
                    waiting.Add(facts[index]);
                }
                waiting.RemoveAll(fact => fact() is null);
            }
            Assert.Empty(waiting);
            Assert.Equal((4, 0, 1), (house.Units("jug", "north", StockState.Available), house.Units("jug", "north", StockState.Allocated),
                house.Units("jug", "north", StockState.Picked)));
            Assert.Equal((2L, 1L, OrderStatus.PICKED), (placed.Lines[0].Cancelled, placed.Lines[0].Sourced, placed.Status));
        }

        static Rejection? At(SmallHouse house, EventType type, long quantity, int hours) =>
            house.Apply(type, "jug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, quantity), Opens.AddHours(hours));
    }

    [Fact]
    public void A_pick_that_is_heard_after_its_cancellation_takes_the_units_from_whom_they_are_promised_to()
    {
        Assert.Null(CancelAll());
        var other = _house.Place("order-2", [("jug", 4)], placedAfterHours: 26);
        Assert.Null(_house.Apply(EventCatalogue.OrderFraudFlagged, "order-2", new OrderFlagged(), Opens.AddHours(27)));
        _house.Round(28);
        Assert.Null(Node(EventCatalogue.PackConfirmed, 3, hours: 25));
        Assert.Equal((0, 2, 3), Units());
        Assert.Equal((OrderStatus.SOURCING, 2L), (other.Status, other.Lines[0].Waiting));
        Assert.Null(Node(EventCatalogue.PickPutBack, 3, hours: 29));
        _house.Round(30);
        Assert.Equal((1, 4, 0), Units());
        Assert.Equal((OrderStatus.ALLOCATED, OrderStatus.CANCELLED), (other.Status, _order.Status));
    }

    /// <summary>Lot A was cancelled and is promised to another; the node had picked from lot B.</summary>
    [Theory]
    [InlineData(2, "B 2 picked 2")]
    [InlineData(3, "A 1 picked 1, B 2 picked 2")]
    public void A_pick_of_what_was_cancelled_may_be_of_another_lot(long there, string held)
    {
        var house = new SmallHouse(["north"]).Item("jug").Stock("jug", "north", there, "A");
        var order = house.Place("order-1", [("jug", there)]);
        house.Round();
        Assert.Null(house.Apply(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled(), Opens.AddHours(26)));
        house.Place("order-2", [("jug", 2)], placedAfterHours: 26);
        house.Round(27).Stock("jug", "north", 2, "B");
        Assert.Null(house.Apply(EventCatalogue.PackConfirmed, "jug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, there), Opens.AddHours(25)));
        Assert.Equal(held, string.Join(", ", order.Allocations.Select(unit => $"{unit.Lot} {unit.Quantity} picked {unit.Picked}")));
        Assert.All(order.Allocations, unit => Assert.Equal((unit.Quantity, unit.Quantity), (unit.Picked, unit.Packed)));
        Assert.Equal(there, house.Units("jug", "north", StockState.Picked));
        Assert.Null(house.Apply(EventCatalogue.PickPutBack, "jug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, there), Opens.AddHours(28)));
        Assert.Equal(there, house.Units("jug", "north", StockState.Available));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_not_found_and_cancelled_stands_in_quarantine_whichever_is_heard_first(bool cancelledFirst)
    {
        if (cancelledFirst)
            Assert.Null(CancelAll());
        Assert.Null(_house.Apply(EventCatalogue.PickShort, "jug", new PickShort(new("order-1"), new("order-1-S1"), 1, 1), Opens.AddHours(25)));
        if (!cancelledFirst)
            Assert.Null(CancelAll());
        Assert.Equal((4, 0, 0), Units());
        Assert.Equal((1L, OrderStatus.CANCELLED), (_house.Units("jug", "north", StockState.Quarantined), _order.Status));
        Assert.Equal([CaseCategory.PickShort], Cases);
    }

    /// <summary>Two are picked and packed, then the third, in every order in which that may be heard; and no more than there are.</summary>
    [Fact]
    public void A_pick_that_is_heard_after_its_pack_says_nothing_new()
    {
        foreach (var order in Permutations.Of(4))
        {
            var house = new SmallHouse(["north"]).Item("jug").Stock("jug", "north", 5);
            var placed = house.Place("order-1", [("jug", 3)]);
            house.Round();
            (EventType Type, long Quantity, int Hours)[] facts =
            [
                (EventCatalogue.PickConfirmed, 2, 25), (EventCatalogue.PackConfirmed, 2, 26),
                (EventCatalogue.PickConfirmed, 1, 27), (EventCatalogue.PackConfirmed, 1, 28),
            ];
            foreach (var (type, quantity, hours) in order.Select(index => facts[index]))
                Assert.Null(Say(type, quantity, hours));
            Assert.Equal((2, 0, 3), (house.Units("jug", "north", StockState.Available), house.Units("jug", "north", StockState.Allocated),
                house.Units("jug", "north", StockState.Picked)));
            Assert.Equal(OrderStatus.PACKED, placed.Status);
            Assert.Equal("quantity_exceeded", Say(EventCatalogue.PickConfirmed, 4, 29)!.Code);

            Rejection? Say(EventType type, long quantity, int hours) =>
                house.Apply(type, "jug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, quantity), Opens.AddHours(hours));
        }
    }

    [Fact]
    public void A_pick_that_is_heard_after_its_pack_takes_none_that_were_cancelled()
    {
        Assert.Null(Node(EventCatalogue.PackConfirmed, 2, hours: 26));
        Assert.Null(CancelUnits(1));
        Assert.Null(Node(EventCatalogue.PickConfirmed, 2, hours: 25));
        Assert.Equal((3, 0, 2), Units());
    }

    [Fact]
    public void What_is_put_back_and_was_not_cancelled_is_to_be_picked_once_more()
    {
        Assert.Null(Node(EventCatalogue.PackConfirmed, 3, hours: 25));
        Assert.Equal(OrderStatus.PACKED, _order.Status);
        Assert.Null(Node(EventCatalogue.PickPutBack, 2, hours: 26));
        Assert.Equal((OrderStatus.RELEASED, ShipmentStatus.RELEASED), (_order.Status, _order.Shipments[0].Status));
        Assert.Equal((2, 2, 1), Units());
        Assert.Null(Node(EventCatalogue.PickConfirmed, 2, hours: 27));
        Assert.Equal(OrderStatus.PICKED, _order.Status);
    }

    [Fact]
    public void A_line_that_a_cancellation_had_filled_counts_as_filled_once()
    {
        var house = new SmallHouse(["north", "south"]).Item("jug").Stock("jug", "north", 3).Stock("jug", "south", 2);
        house.Place("order-1", [("jug", 5)]);
        house.Round();
        Assert.Null(house.Apply(EventCatalogue.ShipmentPickedUp, "order-1-S1", new ShipmentMoved(), Opens.AddHours(25)));
        Assert.Null(house.Apply(EventCatalogue.OrderLineCancelled, "order-1", new OrderLineCancelled(1, 2), Opens.AddHours(26)));
        Assert.Null(house.Apply(EventCatalogue.ShipmentPickedUp, "order-1-S2", new ShipmentMoved(), Opens.AddHours(27)));
        Assert.Single(house.Emitted(OperationEvents.Cancelled, OperationJson.Default.OrderCancelled), cancelled => cancelled.Lines[0].Filled);
        Assert.All(house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped), shipped => Assert.False(shipped.Lines[0].Filled));
        Assert.Equal([(1, 3L), (2, 2L)], house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped)
            .ConvertAll(shipped => (shipped.Number, shipped.Lines[0].Quantity)));
    }

    private (long Available, long Allocated, long Picked) Units() => (_house.Units("jug", "north", StockState.Available),
        _house.Units("jug", "north", StockState.Allocated), _house.Units("jug", "north", StockState.Picked));

    private Rejection? CancelAll() => _house.Apply(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled(), Opens.AddHours(26));

    private Rejection? CancelUnits(long quantity) =>
        _house.Apply(EventCatalogue.OrderLineCancelled, "order-1", new OrderLineCancelled(1, quantity), Opens.AddHours(26));

    private Rejection? Carrier(EventType type, int hours) => _house.Apply(type, "order-1-S1", new ShipmentMoved(), Opens.AddHours(hours));

    private Rejection? Node(EventType type, long quantity, int hours) =>
        _house.Apply(type, "jug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, quantity), Opens.AddHours(hours));
}
