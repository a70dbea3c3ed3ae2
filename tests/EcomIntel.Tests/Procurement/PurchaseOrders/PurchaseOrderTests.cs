using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Procurement.PurchaseOrders;

/// <summary>What suppliers say of a purchase order, and how it ends.</summary>
public sealed class PurchaseOrderTests
{
    private static readonly DateTimeOffset Day = PurchasingHouse.Day;

    [Fact]
    public void What_another_system_placed_is_sent_and_due_by_the_lead_time()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        Assert.Equal((PurchaseOrderStatus.SENT, "outside", "erp"), (house.Order().Status, house.Order().Origin, house.Order().CreatedBy));
        Assert.Equal((Day, Day.AddDays(10), Day.AddDays(10)), (house.Order().SentAt, house.Line().DueAt, house.Line().ExpectedAt));
        Assert.Equal((PurchaseOrderLineStatus.OPEN, 12), (house.Line().Status, house.Line().Open));
        Assert.Empty(house.Cases);
        Assert.Null(house.Hear(Types.PurchaseOrderPlaced, PurchasingHouse.Of("erp", ("mug", 12, 4m)), 1)); // told again
        Assert.Equal(RejectionCodes.AlreadyExists, house.Hear(Types.PurchaseOrderPlaced, PurchasingHouse.Of("erp", ("mug", 18, 4m)), 1)?.Code);
        Assert.Equal(1, house.Order().Version);
    }

    [Fact]
    public void What_was_placed_off_the_terms_is_believed_and_a_case()
    {
        var house = new PurchasingHouse().Placed(("mug", 13, 4m), ("lamp", 1, 130m));
        Assert.Equal(["purchase_order.off_terms"], house.Cases);
        Assert.Equal(PurchaseOrderStatus.SENT, house.Order().Status);
    }

    [Fact]
    public void What_it_names_is_awaited()
    {
        var house = new PurchasingHouse();
        var order = PurchasingHouse.Of("erp", ("vase", 5, 2m)) with { SupplierId = new("S-9"), Location = new("east"), Currency = "USD" };
        Assert.Equal("supplier/S-9", house.Hear(Types.PurchaseOrderPlaced, order)?.Awaits);
        Assert.Null(house.House.Hear(Types.SupplierUpdated, "S-9", new SupplierUpdated("Nine"), Day));
        Assert.Null(house.House.Hear(Types.LocationUpdated, "east", new LocationUpdated("East"), Day));
        Assert.Null(house.House.Hear(Types.ItemUpdated, "vase", new ItemUpdated("Vase"), Day));
        Assert.Null(house.Order());
        Assert.Null(house.House.Hear(Types.RateUpdated, "USD", new RateUpdated(0.8m), Day));
        Assert.Equal(PurchaseOrderStatus.SENT, house.Order().Status);
    }

    [Fact]
    public void An_order_due_before_it_was_made_is_refused() => Assert.Equal(RejectionCodes.Invalid,
        new PurchasingHouse().Hear(Types.PurchaseOrderPlaced, PurchasingHouse.Of("erp", ("mug", 12, 4m)) with { DueAt = Day.AddDays(-1) })?.Code);

    /// <summary>A promise on day 12, another on day 15, an ASN for 8 of 12 units on day 14 and its milestone on day 16: the same in any order.</summary>
    [Theory]
    [InlineData(0, 1, 2, 3)]
    [InlineData(3, 2, 1, 0)]
    [InlineData(1, 3, 0, 2)]
    [InlineData(2, 0, 3, 1)]
    public void The_first_promise_is_kept_and_the_latest_word_counts(params int[] arrival)
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        (EventType, IEventData, double)[] facts =
        [
            (Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(Day.AddDays(12), Reference: "SO-77"), 5),
            (Types.PurchaseOrderDateChanged, new PurchaseOrderDateChanged(Day.AddDays(15), Reason: "strike"), 30),
            (Types.PurchaseOrderAsnSent, new AsnSent("A-1", Day.AddDays(14), [new(1, 8)]), 50),
            (Types.PurchaseOrderMilestone, new PurchaseOrderMilestone("customs_cleared", "A-1", Day.AddDays(16)), 70),
        ];
        foreach (var index in arrival)
            house.Hear(facts[index].Item1, facts[index].Item2, facts[index].Item3);
        var (order, line) = (house.Order(), house.Line());
        Assert.Empty(house.House.NotApplied);
        Assert.Equal((PurchaseOrderStatus.ACKNOWLEDGED, Day.AddHours(5), "SO-77"), (order.Status, order.AcknowledgedAt, order.Reference));
        Assert.Equal((Day.AddDays(12), Day.AddDays(15), Day.AddDays(16)), (line.FirstPromisedAt, line.PromisedAt, line.ExpectedAt));
        Assert.Equal((PurchaseOrderLineStatus.ASN, 8, Day.AddHours(50)), (line.Status, line.Announced, line.AnnouncedAt));
        Assert.Equal(5, order.Version);
        Assert.Empty(house.Cases);
    }

    [Fact]
    public void Once_what_was_announced_has_come_the_rest_is_expected_as_promised()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        house.Hear(Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(Day.AddDays(12)), 5);
        house.Hear(Types.PurchaseOrderAsnSent, new AsnSent("A-1", Day.AddDays(6), [new(1, 8)]), 50);
        Assert.Equal(Day.AddDays(6), house.Line().ExpectedAt);
        Receive(house, 8, Day.AddDays(6));
        Assert.Equal((PurchaseOrderLineStatus.PART_RECEIVED, Day.AddDays(12)), (house.Line().Status, house.Line().ExpectedAt));
        Receive(house, 4, Day.AddDays(11));
        Assert.Equal((PurchaseOrderLineStatus.RECEIVED, Day.AddDays(6), Day.AddDays(11)),
            (house.Line().Status, house.Line().FirstReceivedAt, house.Line().LastReceivedAt));
        Assert.Equal((PurchaseOrderStatus.CLOSED, Day.AddDays(11)), (house.Order().Status, house.Order().ClosedAt));
    }

    [Fact]
    public void An_acknowledgement_without_a_date_promises_what_was_ordered()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        house.Hear(Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(), 5);
        Assert.Equal((Day.AddDays(10), Day.AddDays(10)), (house.Line().FirstPromisedAt, house.Line().ExpectedAt));
    }

    [Fact]
    public void A_promise_for_a_day_that_is_over_is_refused()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        Assert.Equal(RejectionCodes.Invalid, house.Hear(Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(Day.AddDays(-1)), 5)?.Code);
        Assert.Equal(RejectionCodes.Invalid, house.Hear(Types.PurchaseOrderDateChanged, new PurchaseOrderDateChanged(Day), 30)?.Code);
        Assert.Equal(RejectionCodes.UnknownLine, house.Hear(Types.PurchaseOrderDateChanged, new PurchaseOrderDateChanged(Day.AddDays(9), [2]), 30)?.Code);
        Assert.Equal(1, house.Order().Version);
    }

    /// <summary>Of 60 mugs the supplier takes on 40, then 50: 10 will not come, whichever it is heard to say first.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_not_taken_on_is_closed_short(bool turned)
    {
        var house = new PurchasingHouse().Placed(("mug", 60, 4m));
        List<(long Quantity, double Hour)> said = [(40, 5), (50, 30)];
        if (turned)
            said.Reverse();
        foreach (var (quantity, hour) in said)
            house.Hear(Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(Lines: [new(1, Quantity: quantity)]), hour);
        Assert.Equal((10, 50, PurchaseOrderLineStatus.OPEN), (house.Line().ClosedShort, house.Line().Open, house.Line().Status));
        Assert.Contains("purchase_order.differs", house.Cases);
        Receive(house, 50, Day.AddDays(9));
        Assert.Equal((PurchaseOrderLineStatus.CLOSED_SHORT, PurchaseOrderStatus.CLOSED), (house.Line().Status, house.Order().Status));
    }

    [Fact]
    public void A_supplier_that_takes_nothing_on_ends_the_order()
    {
        var house = new PurchasingHouse().Placed(("mug", 60, 4m));
        house.Hear(Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(Lines: [new(1, Quantity: 0)]), 5);
        Assert.Equal((PurchaseOrderStatus.CLOSED, 60), (house.Order().Status, house.Line().ClosedShort));
        Assert.False(house.House.House.Get<PurchaseOrderBook>().HasDelivered(new("S-1")));
    }

    [Theory]
    [InlineData("4.08", 0)] // within the supplier's tolerance of 2 in a hundred
    [InlineData("4.09", 1)]
    public void A_higher_price_is_a_case_and_the_price_stays(string price, int cases)
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        var line = new PurchaseOrderAcknowledged.PromisedLine(1, Price: decimal.Parse(price, CultureInfo.InvariantCulture));
        house.Hear(Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(Lines: [line]), 5);
        Assert.Equal((cases, 4m), (house.Cases.Count, house.Line().Price));
    }

    [Fact]
    public void An_asn_counts_once_and_must_say_the_same()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        var asn = new AsnSent("A-1", Day.AddDays(9), [new(1, 6), new(1, 6)]);
        Assert.Null(house.Hear(Types.PurchaseOrderAsnSent, asn, 5));
        Assert.Null(house.Hear(Types.PurchaseOrderAsnSent, asn, 6));
        Assert.Equal((12, 2), (house.Line().Announced, house.Order().Version));
        Assert.Equal(RejectionCodes.AlreadyExists, house.Hear(Types.PurchaseOrderAsnSent, asn with { Lines = [new(1, 6)] }, 7)?.Code);
        Assert.Equal(RejectionCodes.UnknownLine, house.Hear(Types.PurchaseOrderAsnSent, asn with { AsnId = "A-2", Lines = [new(2, 6)] }, 7)?.Code);
        Assert.Empty(house.Cases);
        Assert.Null(house.Hear(Types.PurchaseOrderAsnSent, asn with { AsnId = "A-2", Lines = [new(1, 2)] }, 8)); // 14 of 12, at most 13 may come
        Assert.Equal(["purchase_order.differs"], house.Cases);
    }

    [Fact]
    public void A_milestone_waits_for_its_asn()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m), ("lamp", 1, 100m));
        Assert.Equal(RejectionCodes.UnknownAsn,
            house.Hear(Types.PurchaseOrderMilestone, new PurchaseOrderMilestone("departed", "A-1", Day.AddDays(8)), 8)?.Code);
        house.Hear(Types.PurchaseOrderAsnSent, new AsnSent("A-1", Day.AddDays(7), [new(1, 12)]), 5);
        Assert.Equal((Day.AddDays(8), Day.AddDays(10)), (house.Line(1).ExpectedAt, house.Line(2).ExpectedAt)); // the lamp is not on it
        Assert.Equal("departed", Assert.Single(house.Order().Milestones).Name);
    }

    [Fact]
    public void Cancelling_takes_what_has_not_come()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m), ("lamp", 3, 100m), ("lamp", 2, 100m));
        Receive(house, 6, Day.AddDays(2));
        Assert.Null(house.Hear(Types.PurchaseOrderCancelled, new PurchaseOrderCancelled("ann", Lines: [2]), 80));
        Assert.Equal((PurchaseOrderStatus.SENT, PurchaseOrderLineStatus.CANCELLED, 3), (house.Order().Status, house.Line(2).Status, house.Line(2).Cancelled));
        Assert.Equal(RejectionCodes.WrongState, house.Hear(Types.PurchaseOrderCancelled, new PurchaseOrderCancelled("ann", Lines: [2]), 81)?.Code);
        Assert.Null(house.Hear(Types.PurchaseOrderCancelled, new PurchaseOrderCancelled("ann", "no room"), 82));
        Assert.Equal((PurchaseOrderStatus.CLOSED, PurchaseOrderLineStatus.RECEIVED, 6), (house.Order().Status, house.Line(1).Status, house.Line(1).Cancelled));
        Assert.Equal(24m, house.Told("po.closed")[0].Order.Value);
        Assert.Empty(house.Cases);
    }

    [Fact]
    public void All_of_it_cancelled_is_its_end_and_what_still_comes_a_case()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        house.Hear(Types.PurchaseOrderAsnSent, new AsnSent("A-1", Day.AddDays(7), [new(1, 12)]), 5);
        Assert.Null(house.Hear(Types.PurchaseOrderCancelled, new PurchaseOrderCancelled("ann"), 6));
        Assert.Equal((PurchaseOrderStatus.CANCELLED, Day.AddHours(6)), (house.Order().Status, house.Order().ClosedAt));
        Assert.Equal(["purchase_order.after_end"], house.Cases);
        Assert.Null(house.Hear(Types.PurchaseOrderCancelled, new PurchaseOrderCancelled("supplier"), 7)); // it agrees
        Assert.Null(house.Hear(Types.PurchaseOrderMilestone, new PurchaseOrderMilestone("departed"), 8));
        Assert.Null(house.Hear(Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(), 5.5)); // said before the end: no case
        Assert.Equal(["purchase_order.after_end", "purchase_order.after_end"], house.Cases);
        Assert.Equal((PurchaseOrderStatus.CANCELLED, Day.AddHours(5.5), 0), (house.Order().Status, house.Order().AcknowledgedAt, house.Line().Open));
    }

    [Fact]
    public void A_supplier_that_does_not_deliver_is_a_case()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m), ("lamp", 3, 100m));
        Assert.Null(house.Hear(Types.PurchaseOrderCancelled, new PurchaseOrderCancelled("supplier", Lines: [2]), 5));
        Assert.Null(house.Hear(Types.PurchaseOrderLineClosed, new PurchaseOrderLineClosed(1, "supplier", "sold out"), 6));
        Assert.Equal(["purchase_order.refused", "purchase_order.refused"], house.Cases);
        Assert.Equal((PurchaseOrderStatus.CLOSED, 12), (house.Order().Status, house.Line().ClosedShort));
        Assert.Equal(RejectionCodes.WrongState, house.Hear(Types.PurchaseOrderCancelled, new PurchaseOrderCancelled("ann"), 7)?.Code);
    }

    [Fact]
    public void Closing_short_leaves_what_came_and_waits_until_it_is_sent()
    {
        var house = new PurchasingHouse().Submitted(("lamp", 10, 100m));
        Assert.Equal("purchase_order/P-1", house.Hear(Types.PurchaseOrderLineClosed, new PurchaseOrderLineClosed(1, "ann"), 90)?.Awaits);
        Assert.Null(house.Hear(Types.PurchaseOrderApproved, new PurchaseOrderDecided("ben"), 2));
        Assert.Null(house.Hear(Types.PurchaseOrderSent, new PurchaseOrderDecided("ben"), 3));
        Assert.Equal((PurchaseOrderStatus.CLOSED, PurchaseOrderLineStatus.CLOSED_SHORT), (house.Order().Status, house.Line().Status));
    }

    [Fact]
    public void Who_does_not_answer_and_what_does_not_come_is_told_once()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m), ("lamp", 1, 100m));
        house.House.Pass(Day.AddDays(3).AddHours(-1));
        Assert.Empty(house.Cases);
        house.House.Pass(Day.AddDays(3));
        Assert.Equal(["purchase_order.unacknowledged"], house.Cases);
        house.House.Pass(Day.AddDays(11).AddTicks(-10));
        Assert.Single(house.Cases);
        house.House.Pass(Day.AddDays(13)); // both lines, a day after they were expected
        Assert.Equal(["purchase_order.unacknowledged", "purchase_order.late"], house.Cases);
        house.Hear(Types.PurchaseOrderDateChanged, new PurchaseOrderDateChanged(Day.AddDays(20), [2]), 13.5 * 24);
        house.House.Pass(Day.AddDays(40));
        Assert.Equal(["purchase_order.unacknowledged", "purchase_order.late", "purchase_order.late"], house.Cases);
    }

    /// <summary>It is heard, as one that waited for another event is, when all of it is long due.</summary>
    [Fact]
    public void What_is_heard_when_it_is_long_due_is_late_as_soon_as_time_passes()
    {
        var house = new PurchasingHouse();
        house.House.Pass(Day.AddDays(40));
        Assert.Null(house.House.Apply(Types.PurchaseOrderPlaced, "P-1", PurchasingHouse.Of("erp", ("mug", 12, 4m)), Day));
        Assert.Empty(house.Cases);
        house.House.Pass(Day.AddDays(40).AddMinutes(1));
        Assert.Equal(["purchase_order.unacknowledged", "purchase_order.late"], house.Cases);
    }

    [Fact]
    public void What_was_acknowledged_and_has_come_is_not_late()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        house.Hear(Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(), 5);
        Receive(house, 12, Day.AddDays(10));
        house.House.Pass(Day.AddDays(40));
        Assert.Empty(house.Cases);
    }

    /// <summary>As receiving does.</summary>
    private static void Receive(PurchasingHouse house, long units, DateTimeOffset at)
    {
        house.House.Pass(at);
        house.Line().Received += units;
        var changes = house.House.House.Get<PurchaseOrderChanges>();
        changes.Emit(house.Order(), at, PurchaseOrderChanged.Received, "clerk");
        changes.Settle(house.Order(), at, "clerk");
    }
}
