using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Returns;
using EcomIntel.Tests.Fulfillment;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Returns;

/// <summary>A unit comes back one way: unopened with its parcel, or by a return; and its price goes back once.</summary>
public sealed class ReturnAndUnopenedTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 2);
    private readonly Order _order;

    public ReturnAndUnopenedTests()
    {
        _order = _house.Place("order-1", [("mug", 2)]);
        _house.Round();
        Assert.Null(Carrier(EventCatalogue.ShipmentRefused, new ShipmentMoved(), hours: 40));
    }

    private long Pending => _house.Units("mug", "south", StockState.ReturnPending);

    private Return Return => _house.House.Get<ReturnBook>().Find(new("R-1"))!;

    private List<(string Category, string Subject, decimal? Money)> Over => _house.Reports
        .FindAll(opened => opened.Category.EndsWith("over", StringComparison.Ordinal))
        .ConvertAll(opened => (opened.Category, opened.Subject, opened.MoneyAtRisk));

    [Fact]
    public void What_came_back_unopened_cannot_be_claimed_by_a_return()
    {
        Assert.Null(Back(2, hours: 50));
        Assert.Equal((RejectionCodes.QuantityExceeded, "order order-1 line 1: 0 units can be returned, 2 are to be"), Code(Request(2, hours: 51)));
        Assert.Equal((2L, 0), (Pending, Over.Count));
    }

    [Fact]
    public void Of_two_units_one_comes_back_unopened_and_the_other_by_a_return()
    {
        Assert.Null(Back(1, hours: 50));
        Assert.Equal(RejectionCodes.QuantityExceeded, Request(2, hours: 51)!.Code);
        Assert.Null(Request(1, hours: 51));
        Assert.Null(Receive(1, hours: 52));
        Assert.Equal((2L, 1L, 0), (Pending, Return.Lines[0].Received, Over.Count));
        Assert.Null(Back(1, hours: 53));
        Assert.Equal((2L, (CaseCategory.ReturnedOver, "order-1-S1", 1m)), (Pending, Assert.Single(Over)));
    }

    [Fact]
    public void A_claim_made_before_the_units_came_back_unopened_has_no_units_to_receive()
    {
        Assert.Null(Request(2, hours: 45));
        Assert.Null(Back(2, hours: 50));
        Assert.Null(Receive(2, hours: 52));
        Assert.Equal((2L, 0L, (CaseCategory.ReturnOver, "R-1")), (Pending, Return.Lines[0].Received, (Over[0].Category, Over[0].Subject)));
    }

    [Fact]
    public void What_came_back_by_a_return_does_not_come_back_unopened_too()
    {
        Assert.Null(Request(2, hours: 45));
        Assert.Null(Receive(2, hours: 46));
        Assert.Null(Back(2, hours: 50));
        Assert.Equal((2L, (CaseCategory.ReturnedOver, "order-1-S1", 2m)), (Pending, Assert.Single(Over)));
    }

    [Fact]
    public void What_a_return_claims_is_sent_again_once_the_return_is_closed()
    {
        Assert.Null(Request(2, hours: 45));
        var refused = Resend(hours: 46);
        Assert.Equal((RejectionCodes.QuantityExceeded, "order/order-1"), (refused!.Code, refused.Awaits));
        Assert.Equal(2, _order.Shipped(_order.Lines[0]));
        Assert.Null(_house.Apply(EventCatalogue.ReturnClosed, "order-1", new ReturnClosed(new("R-1")), Opens.AddHours(47)));
        Assert.Null(Resend(hours: 48));
        Assert.Equal((0L, 2L), (_order.Shipped(_order.Lines[0]), _order.Lines[0].Waiting));
    }

    [Fact]
    public void What_stands_at_a_node_is_sent_again_whatever_a_return_claims_and_the_return_receives_none_of_it()
    {
        Assert.Null(Request(2, hours: 45));
        Assert.Null(Back(2, hours: 50));
        Assert.Null(Resend(hours: 51));
        Assert.Null(Receive(2, hours: 52));
        Assert.Equal((2L, 0L, 2L), (Pending, Return.Lines[0].Received, _order.Lines[0].Waiting));
    }

    [Fact]
    public void What_was_sent_again_and_arrived_can_be_returned()
    {
        Assert.Null(Back(2, hours: 50));
        Assert.Null(Resend(hours: 51));
        Assert.Equal(RejectionCodes.QuantityExceeded, Request(2, hours: 52)!.Code);
        _house.Stock("mug", "north", 2).Round(72);
        Assert.Null(_house.Apply(EventCatalogue.ShipmentDelivered, "order-1-S2", new ShipmentMoved(), Opens.AddHours(80)));
        Assert.Null(Request(2, hours: 90));
        Assert.Null(Receive(2, hours: 99));
        Assert.Equal((4L, 2L, 0), (Pending, Return.Lines[0].Received, Over.Count));
    }

    [Fact]
    public void Refunds_of_the_order_do_not_pay_for_what_a_return_claims_and_the_other_way_round()
    {
        // 1.00 a unit, with a quarter for what the order does not tell: 2.50 for both.
        Assert.Null(Pay(2m, null, hours: 43));
        Assert.Empty(Over);
        Assert.Null(Request(1, hours: 45));
        Assert.Equal((CaseCategory.RefundOver, "order-1", 0.75m), Assert.Single(Over));
        Assert.Null(Pay(1m, "R-1", hours: 46));
        Assert.Single(Over);
        Assert.Null(Pay(0.5m, null, hours: 47));
        Assert.Equal((CaseCategory.RefundOver, "order-1", 0.5m), Over[1]);
    }

    [Fact]
    public void What_is_claimed_of_units_that_arrived_leaves_the_refund_of_those_that_did_not()
    {
        var order = _house.Stock("mug", "north", 1).Stock("mug", "south", 1).Place("order-2", [("mug", 2)]);
        _house.Round(48);
        Assert.Equal(2, order.Shipments.Count);
        Assert.Null(_house.Apply(EventCatalogue.ShipmentDelivered, "order-2-S1", new ShipmentMoved(), Opens.AddHours(50)));
        Assert.Null(_house.Apply(EventCatalogue.ShipmentRefused, "order-2-S2", new ShipmentMoved(), Opens.AddHours(50)));
        Assert.Null(_house.Apply(EventCatalogue.ReturnRequested, "order-2", new ReturnRequested(new("R-2"), [new(1, 1)]), Opens.AddHours(51)));
        Assert.Null(_house.Apply(EventCatalogue.RefundPaid, "order-2", new RefundPaid(1m, RefundId: "of the order"), Opens.AddHours(52)));
        Assert.Null(_house.Apply(EventCatalogue.RefundPaid, "order-2", new RefundPaid(1m, new("R-2"), "of the return"), Opens.AddHours(52)));
        Assert.Empty(Over);
    }

    /// <summary>
    /// Of two boxes with a mug each one is lost and sent again, the other refused and received back: of the first shipment the customer has nothing to return,
    /// whichever is heard first.
    /// </summary>
    [Fact]
    public void What_was_sent_again_for_a_lost_box_is_not_what_came_back_in_another()
    {
        (EventType Type, IEventData Data, int Hours)[] facts =
        [
            (EventCatalogue.ShipmentLost, new ShipmentLost(Tracking: "P-2"), 20),
            (EventCatalogue.ShipmentRefused, new ShipmentMoved(Tracking: "P-1"), 21),
            (EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested([new(1, 1)]), 22),
            (EventCatalogue.ShipmentReceivedBack, new ShipmentReceivedBack(new("north"), [new(1, 1)], "P-1"), 23),
        ];
        foreach (var order in Permutations.Of(facts.Length))
        {
            var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 3);
            var placed = house.Place("order-1", [("mug", 2)]);
            house.Round(1);
            Assert.Null(house.Apply(EventCatalogue.ShipmentPickedUp, "order-1-S1", new ShipmentMoved(), Opens.AddHours(2)));
            foreach (var (type, data, hours) in order.Select(index => facts[index]))
                house.Hear(type, "order-1-S1", data, Opens.AddHours(hours));
            Assert.Empty(house.NotApplied);
            Assert.Equal(0, house.House.Get<ReturnBook>().Unclaimed(placed, placed.Lines[0]));
            house.Rounds.Run(Opens.AddHours(24));
            Assert.Null(house.Apply(EventCatalogue.ShipmentDelivered, "order-1-S2", new ShipmentMoved(), Opens.AddHours(30)));
            Assert.Equal(1, house.House.Get<ReturnBook>().Unclaimed(placed, placed.Lines[0]));
            Assert.Equal("order/order-1", house.Apply(
                EventCatalogue.ReturnRequested, "order-1", new ReturnRequested(new("R-1"), [new(1, 2)]), Opens.AddHours(31))!.Awaits);
        }
    }

    [Fact]
    public void What_came_back_and_was_sent_again_is_counted_once()
    {
        Assert.Null(Back(1, hours: 50));
        Assert.Null(Carrier(EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested([new(1, 1)], "wanted"), hours: 51));
        Assert.Null(Carrier(EventCatalogue.ShipmentLost, new ShipmentLost(Tracking: "P-2"), hours: 52));
        Assert.Equal(1, _house.House.Get<ReturnBook>().Unclaimed(_order, _order.Lines[0])); // the other may turn up
    }

    private static (string, string?) Code(Rejection? refused) => (refused!.Code, refused.Detail);

    private Rejection? Carrier(EventType type, IEventData data, int hours) => _house.Apply(type, "order-1-S1", data, Opens.AddHours(hours));

    private Rejection? Back(long quantity, int hours) =>
        Carrier(EventCatalogue.ShipmentReceivedBack, new ShipmentReceivedBack(new("south"), [new(1, quantity)]), hours);

    private Rejection? Resend(int hours) => Carrier(EventCatalogue.ShipmentResendRequested, new ShipmentResendRequested(null, "wanted"), hours);

    private Rejection? Request(long quantity, int hours) =>
        _house.Apply(EventCatalogue.ReturnRequested, "order-1", new ReturnRequested(new("R-1"), [new(1, quantity)]), Opens.AddHours(hours));

    private Rejection? Receive(long quantity, int hours) =>
        _house.Apply(EventCatalogue.ReturnReceived, "order-1", new ReturnReceived(new("R-1"), new("south"), [new(1, quantity)]), Opens.AddHours(hours));

    private Rejection? Pay(decimal amount, string? id, int hours) =>
        _house.Apply(EventCatalogue.RefundPaid, "order-1", new RefundPaid(amount, id is null ? null : new ReturnId(id)), Opens.AddHours(hours));
}
