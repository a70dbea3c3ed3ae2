using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Fulfillment;

/// <summary>What was lost, refused or came back unopened: where its units are, whose work it is, and what can be chosen.</summary>
public sealed class UndeliveredTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 4);
    private readonly Order _order;

    public UndeliveredTests()
    {
        _order = _house.Place("order-1", [("mug", 2)]);
        _house.Round();
        Assert.Null(Apply(EventCatalogue.ShipmentPickedUp, new ShipmentMoved(), hours: 26));
    }

    private Shipment Shipment => _order.Shipments[0];

    private List<string> Cases => _house.House.Get<ExceptionBook>().Opened.ConvertAll(opened => opened.Category);

    [Fact]
    public void A_refused_parcel_comes_back_and_its_units_stand_where_they_were_received_until_they_are_inspected()
    {
        Assert.Null(Apply(EventCatalogue.ShipmentRefused, new ShipmentMoved("too late"), hours: 40));
        Assert.Equal((ShipmentStatus.REFUSED, OrderStatus.DELIVERED, null), (Shipment.Status, _order.Status, _order.DeliveredAt));
        Assert.Null(Apply(EventCatalogue.ShipmentReceivedBack, new ShipmentReceivedBack(new("south"), [new(1, 2)]), hours: 90));
        Assert.Equal((ShipmentStatus.RETURNED, 2L), (Shipment.Status, _house.Units("mug", "south", StockState.ReturnPending)));
        Assert.Null(_house.Apply(EventCatalogue.StockMoved, "mug", new StockMoved(new("south"), StockState.ReturnPending, StockState.Available, 2),
            SmallHouse.Opens.AddHours(91)));
        Assert.Equal((0L, 2L), (_house.Units("mug", "south", StockState.ReturnPending), _house.Units("mug", "south", StockState.Available)));
        Assert.Equal([CaseCategory.ParcelRefused, CaseCategory.ParcelReturned], Cases);
        Assert.Equal([("refused", "REFUSED"), ("received_back", "RETURNED")], Steps());
        Assert.Equal(2m, _house.House.Get<ExceptionBook>().Opened[0].MoneyAtRisk);
    }

    [Fact]
    public void Whatever_is_heard_first_the_parcel_is_back_and_one_case_says_so()
    {
        foreach (var order in Permutations.Of(3))
        {
            var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 4);
            var placed = house.Place("order-1", [("mug", 2)]);
            house.Round();
            (EventType, IEventData, int)[] facts =
            [
                (EventCatalogue.ShipmentInTransit, new ShipmentMoved(), 30),
                (EventCatalogue.ShipmentReturned, new ShipmentMoved(), 40),
                (EventCatalogue.ShipmentReceivedBack, new ShipmentReceivedBack(new("north"), [new(1, 2)]), 50),
            ];
            foreach (var index in order)
                Assert.Null(house.Apply(facts[index].Item1, "order-1-S1", facts[index].Item2, Opens.AddHours(facts[index].Item3)));
            Assert.Equal((ShipmentStatus.RETURNED, OrderStatus.DELIVERED), (placed.Shipments[0].Status, placed.Status));
            Assert.Equal((2L, 2L), (house.Units("mug", "north", StockState.Available), house.Units("mug", "north", StockState.ReturnPending)));
            Assert.Equal(CaseCategory.ParcelReturned, Assert.Single(house.House.Get<ExceptionBook>().Opened).Category);
        }
    }

    [Fact]
    public void More_than_left_does_not_come_into_the_book()
    {
        Assert.Null(Apply(EventCatalogue.ShipmentReceivedBack, new ShipmentReceivedBack(new("north"), [new(1, 1)]), hours: 50));
        Assert.Null(Apply(EventCatalogue.ShipmentReceivedBack, new ShipmentReceivedBack(new("south"), [new(1, 2)]), hours: 51));
        Assert.Equal((1L, 1L), (_house.Units("mug", "north", StockState.ReturnPending), _house.Units("mug", "south", StockState.ReturnPending)));
        Assert.Equal([CaseCategory.ParcelReturned, CaseCategory.ReturnedOver], Cases);
        Assert.Equal(("unknown_location", "location/west"), Code(Apply(
            EventCatalogue.ShipmentReceivedBack, new ShipmentReceivedBack(new("west"), [new(1, 1)]), hours: 52)));
        Assert.Equal("unknown_line", Apply(EventCatalogue.ShipmentReceivedBack, new ShipmentReceivedBack(new("south"), [new(2, 1)]), hours: 52)!.Code);
    }

    [Fact]
    public void What_was_lost_can_be_sent_again_and_the_order_is_delivered_with_it()
    {
        Assert.Null(Apply(EventCatalogue.ShipmentLost, new ShipmentLost(), hours: 60));
        Assert.Equal((ShipmentStatus.LOST, OrderStatus.SHIPPED, null), (Shipment.Status, _order.Status, _order.ClosedAt));
        Assert.Null(Apply(EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested(), hours: 61));
        Assert.Equal((OrderStatus.SOURCING, 2L, true), (_order.Status, _order.Lines[0].Waiting, _order.Lines[0].FilledFirst));
        _house.Round(62);
        Assert.Null(_house.Apply(EventCatalogue.ShipmentDelivered, "order-1-S2", new ShipmentMoved(), Opens.AddHours(80)));
        Assert.Equal((OrderStatus.DELIVERED, Opens.AddHours(80), 0L), (_order.Status, _order.DeliveredAt, _house.Units("mug", "north", StockState.Available)));
        // The line was filled by what left first: what is sent again adds nothing.
        Assert.Equal([true, false], _house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped).ConvertAll(shipped => shipped.Lines[0].Filled));
        Assert.Equal("wrong_state", Apply(EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested(), hours: 81)!.Code);
        Assert.Null(Apply(EventCatalogue.ShipmentDelivered, new ShipmentMoved(), hours: 90)); // and it turns up
        Assert.Equal((ShipmentStatus.DELIVERED, Opens.AddHours(80)), (Shipment.Status, _order.DeliveredAt));
        Assert.Equal([CaseCategory.ParcelLost, CaseCategory.ParcelTurnedUp], Cases);
    }

    [Fact]
    public void Part_can_be_sent_again_and_the_rest_be_paid_back()
    {
        Assert.Null(Apply(EventCatalogue.ShipmentLost, new ShipmentLost(), hours: 60));
        Assert.Equal("shipment order-1-S1 line 1: 2 units can be sent again, 3 are to be",
            Apply(EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested([new(1, 3)]), hours: 61)!.Detail);
        Assert.Null(Apply(EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested([new(1, 1)]), hours: 61));
        Assert.Null(Apply(EventCatalogue.ShipmentRefundRequested, new ShipmentRefundRequested(), hours: 62));
        Assert.Equal((OrderStatus.SOURCING, 1L), (_order.Status, _order.Lines[0].Waiting));
        _house.Round(63);
        Assert.Null(_house.Apply(EventCatalogue.ShipmentDelivered, "order-1-S2", new ShipmentMoved(), Opens.AddHours(80)));
        Assert.Equal((OrderStatus.DELIVERED, null), (_order.Status, _order.DeliveredAt)); // over, and not delivered whole
        Assert.NotNull(_order.ClosedAt);
        Assert.Equal([("resend_requested", "LOST"), ("refund_requested", "LOST")], Steps());
        Assert.Equal("wrong_state", Apply(EventCatalogue.ShipmentRefundRequested, new ShipmentRefundRequested(), hours: 63)!.Code);
    }

    [Fact]
    public void A_choice_waits_until_something_did_not_arrive_and_names_units_while_other_parcels_are_on_their_way()
    {
        Assert.Equal(("wrong_state", "shipment/order-1-S1"), Code(Apply(EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested(), hours: 30)));
        Assert.Equal(("wrong_state", "shipment/order-1-S1"), Code(Apply(EventCatalogue.ShipmentRefundRequested, new ShipmentRefundRequested(), hours: 30)));
        Assert.Null(Apply(EventCatalogue.ShipmentLabelled, new ShipmentLabelled("post", Tracking: "Z-1"), hours: 25));
        Assert.Null(Apply(EventCatalogue.ShipmentLost, new ShipmentLost(Tracking: "Z-2"), hours: 60));
        Assert.Equal(ShipmentStatus.SHIPPED, Shipment.Status);
        Assert.Equal("invalid", Apply(EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested(), hours: 61)!.Code);
        Assert.Null(Apply(EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested([new(1, 1)]), hours: 61));
        Assert.Equal((1L, OrderStatus.SOURCING), (_order.Lines[0].Waiting, _order.Status));
        Assert.StartsWith("parcel Z-2: ", _house.House.Get<ExceptionBook>().Opened.Single().Detail, StringComparison.Ordinal);
    }

    private static (string?, string?) Code(Rejection? rejection) => (rejection?.Code, rejection?.Awaits);

    private List<(string, string)> Steps() =>
        _house.Emitted(ShipmentChanged.Type, OperationJson.Default.ShipmentChanged).ConvertAll(changed => (changed.Step, changed.Status));

    private Rejection? Apply(EventType type, IEventData data, int hours) => _house.Apply(type, "order-1-S1", data, Opens.AddHours(hours));
}
