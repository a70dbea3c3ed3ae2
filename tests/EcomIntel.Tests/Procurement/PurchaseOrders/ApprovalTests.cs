using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Procurement.PurchaseOrders;

/// <summary>Who may buy what: below the policy's thresholds a rule approves and says so, above them a person does, who is not the one who made it.</summary>
public sealed class ApprovalTests
{
    [Fact]
    public void Below_the_limit_the_rule_approves_and_sends()
    {
        var house = new PurchasingHouse().Submitted(("mug", 60, 4m), ("lamp", 7, 100m)); // 940
        var order = house.Order();
        Assert.Equal((PurchaseOrderStatus.SENT, "rule:approval", PurchasingHouse.Day.AddHours(1)), (order.Status, order.ApprovedBy, order.SentAt));
        Assert.Equal([("PENDING_APPROVAL", 2L), ("APPROVED", 3L), ("SENT", 4L)],
            house.Told("po.submitted").Concat(house.Told("po.approved")).Concat(house.Told("po.sent")).Select(told => (told.Order.Status, told.Order.Version)));
        Assert.Equal("on the supplier's terms, and below the limit of policy purchasing 1", house.Told("po.approved")[0].Note);
        Assert.Equal((940m, 1m, 1), (house.Told("po.sent")[0].Order.Value, order.BaseRate, order.PolicyVersion));
    }

    [Fact]
    public void At_the_limit_another_person_approves()
    {
        var house = new PurchasingHouse().Submitted(("lamp", 10, 100m)); // 1000
        Assert.Equal((PurchaseOrderStatus.PENDING_APPROVAL, "for a person: its value reaches the limit"), (house.Order().Status, house.Order().Note));
        var refused = house.Hear(Types.PurchaseOrderApproved, new PurchaseOrderDecided("ann"), 2);
        Assert.Equal((RejectionCodes.WrongState, "purchase order P-1 was made by ann: it is approved by somebody else"), (refused?.Code, refused?.Detail));
        Assert.Equal(RejectionCodes.Invalid, house.Hear(Types.PurchaseOrderApproved, new PurchaseOrderDecided("rule:approval"), 2)?.Code);
        Assert.Null(house.Hear(Types.PurchaseOrderApproved, new PurchaseOrderDecided("ben", "needed"), 3));
        Assert.Equal((PurchaseOrderStatus.APPROVED, "ben", "needed"), (house.Order().Status, house.Order().ApprovedBy, house.Order().Note));
        Assert.Null(house.Hear(Types.PurchaseOrderSent, new PurchaseOrderDecided("ann"), 4));
        Assert.Equal(PurchaseOrderStatus.SENT, house.Order().Status);
    }

    [Fact]
    public void What_is_rejected_is_over_and_nothing_of_it_is_open()
    {
        var house = new PurchasingHouse().Submitted(("lamp", 10, 100m));
        Assert.Equal(RejectionCodes.WrongState, house.Hear(Types.PurchaseOrderRejected, new PurchaseOrderDecided("ann"), 2)?.Code);
        Assert.Null(house.Hear(Types.PurchaseOrderRejected, new PurchaseOrderDecided("ben", "too many"), 2));
        Assert.Equal((PurchaseOrderStatus.REJECTED, 0, PurchasingHouse.Day.AddHours(2)), (house.Order().Status, house.Line().Open, house.Order().ClosedAt));
        var late = house.Hear(Types.PurchaseOrderApproved, new PurchaseOrderDecided("cid"), 3);
        Assert.Equal((RejectionCodes.WrongState, null), (late?.Code, late?.Awaits));
    }

    [Theory]
    [InlineData("""{"approveNewSuppliersByPerson": true}""", "no order of supplier S-1 was received yet")]
    [InlineData("""{"personCategories": ["kitchen"], "approveNewSuppliersByPerson": false}""", "it has items of category kitchen")]
    [InlineData("""{"paymentDays": 45, "approveNewSuppliersByPerson": false}""", "the supplier is to be paid in 30 days")]
    [InlineData("""{"incoterms": ["DDP"], "approveNewSuppliersByPerson": false}""", "the supplier delivers by no agreed incoterm")]
    [InlineData("""{"priceOff": 0.04, "approveNewSuppliersByPerson": false}""",
        "line 1: the price of mug is further above the supplier's list than the policy allows")]
    public void Each_rule_sends_it_to_a_person_and_says_why(string policy, string why)
    {
        var house = new PurchasingHouse(policy).Submitted(("mug", 12, 4.20m));
        Assert.Equal((PurchaseOrderStatus.PENDING_APPROVAL, "for a person: " + why), (house.Order().Status, house.Order().Note));
    }

    [Fact]
    public void A_person_sends_where_the_policy_says_so()
    {
        var house = new PurchasingHouse("""{"sendAtOnce": false, "approveNewSuppliersByPerson": false}""").Submitted(("mug", 12, 4m));
        Assert.Equal(PurchaseOrderStatus.APPROVED, house.Order().Status);
    }

    [Fact]
    public void A_decision_waits_for_what_it_decides_on()
    {
        var house = new PurchasingHouse();
        Assert.Equal("purchase_order/P-1", house.Hear(Types.PurchaseOrderApproved, new PurchaseOrderDecided("ben"), 3)?.Awaits);
        Assert.Equal("purchase_order/P-1", house.Hear(Types.PurchaseOrderSent, new PurchaseOrderDecided("ben"), 4)?.Awaits);
        house.Submitted(("lamp", 10, 100m));
        var order = house.Order();
        Assert.Equal((PurchaseOrderStatus.SENT, "ben", PurchasingHouse.Day.AddHours(4)), (order.Status, order.ApprovedBy, order.SentAt));
        Assert.Empty(house.House.NotApplied);
    }

    [Fact]
    public void Other_money_counts_by_its_rate_and_waits_for_one()
    {
        var house = new PurchasingHouse();
        Assert.Null(house.House.Hear(Types.SupplierUpdated, "S-2", new SupplierUpdated("Two", "USD")));
        Assert.Null(house.House.Hear(Types.SupplierItemUpdated, "S-2", new SupplierItemUpdated(new("lamp"), 110m)));
        var order = PurchasingHouse.Of("ann", ("lamp", 10, 110m)) with { SupplierId = new("S-2") };
        Assert.Null(house.Hear(Types.PurchaseOrderDrafted, order));
        var refused = house.Hear(Types.PurchaseOrderSubmitted, new PurchaseOrderDecided("ann"), 1);
        Assert.Equal((RejectionCodes.NoRate, "rate/USD"), (refused?.Code, refused?.Awaits));
        Assert.Null(house.House.Hear(Types.RateUpdated, "USD", new RateUpdated(0.8m), PurchasingHouse.Day));
        // 1100 USD are 880 GBP.
        Assert.Equal((PurchaseOrderStatus.SENT, "USD", 0.8m), (house.Order().Status, house.Order().Currency, house.Order().BaseRate));
    }

    [Theory]
    [InlineData(11, "line 1: 11 units of mug are fewer than the supplier's minimum of 12")]
    [InlineData(20, "line 1: 20 units of mug are no multiple of 6")]
    public void A_person_does_not_draft_what_the_supplier_does_not_sell_so(long quantity, string why)
    {
        var refused = new PurchasingHouse().Hear(Types.PurchaseOrderDrafted, PurchasingHouse.Of("ann", ("mug", quantity, 4m)));
        Assert.Equal((RejectionCodes.Invalid, why), (refused?.Code, refused?.Detail));
    }

    [Fact]
    public void What_is_inactive_is_not_drafted()
    {
        var house = new PurchasingHouse();
        Assert.Null(house.House.Hear(Types.ItemUpdated, "mug", new ItemUpdated("Mug", Active: false), PurchasingHouse.Day));
        Assert.Equal("line 1: item mug is not active", house.Hear(Types.PurchaseOrderDrafted, PurchasingHouse.Of("ann", ("mug", 12, 4m)), 1)?.Detail);
        Assert.Null(house.House.Hear(Types.SupplierUpdated, "S-1", new SupplierUpdated("One", Active: false), PurchasingHouse.Day));
        Assert.Equal("supplier S-1 is not active", house.Hear(Types.PurchaseOrderDrafted, PurchasingHouse.Of("ann", ("lamp", 1, 100m)), 1, "P-2")?.Detail);
    }

    [Theory]
    [InlineData("RP-20260106-north-S-1")]
    [InlineData("PO-PP-20260106-north-mug")]
    public void Nobody_takes_an_id_that_replenishment_gives(string id)
    {
        var house = new PurchasingHouse();
        foreach (var type in (EventType[])[Types.PurchaseOrderPlaced, Types.PurchaseOrderDrafted])
            Assert.Equal("invalid", house.Hear(type, PurchasingHouse.Of("ann", ("mug", 12, 4m)), 1, id)?.Code);
    }

    [Fact]
    public void Replenishment_raises_orders_that_go_the_same_way()
    {
        var house = new PurchasingHouse();
        var purchasing = house.House.House.Get<MakePurchaseOrder>();
        var due = PurchasingHouse.Day.AddDays(10);
        var small = purchasing.Raise(PurchasingHouse.Day, new("RP-1"), new("S-1"), new("north"), [new(new("mug"), 12, 4m, due)], "rule:replenishment");
        var large = purchasing.Raise(PurchasingHouse.Day, new("RP-2"), new("S-1"), new("north"), [new(new("lamp"), 12, 100m, due)], "rule:replenishment");
        Assert.Equal((PurchaseOrderStatus.SENT, "replenishment", 4), (small.Status, small.Origin, small.Version));
        Assert.Equal((PurchaseOrderStatus.PENDING_APPROVAL, "rule:replenishment"), (large.Status, large.CreatedBy));
        Assert.Null(house.Hear(Types.PurchaseOrderApproved, new PurchaseOrderDecided("ann"), 1, "RP-2"));
        Assert.Equal(PurchaseOrderStatus.APPROVED, large.Status);
        Assert.Throws<InvalidOperationException>(() =>
            purchasing.Raise(PurchasingHouse.Day, new("RP-2"), new("S-1"), new("north"), [new(new("mug"), 12, 4m, due)], "rule:replenishment"));
    }
}
