using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Replenishment;

namespace EcomIntel.Tests.Procurement.Replenishment;

/// <summary>What people make of proposals.</summary>
public sealed class ProposalTests
{
    private static readonly DateTimeOffset Noon = ReplenishmentHouse.Opens.AddDays(1.5);

    /// <summary>102 of a and 51 of b, of one supplier.</summary>
    private static ReplenishmentHouse Two(long pack = 1) => new ReplenishmentHouse().Supplier("S").Sells("S", "a", pack: pack).Sells("S", "b")
        .Order("o", "a", 28, 0.5).Order("p", "b", 14, 0.6).Pass(1);

    [Fact]
    public void An_accepted_proposal_becomes_an_order()
    {
        var house = Two();
        Assert.Null(house.House.Hear(EventCatalogue.ProposalAccepted, "PP-20260106-north-a", new ProposalAccepted("ann"), Noon));
        var order = Assert.Single(house.Raised);
        Assert.Equal(("PO-PP-20260106-north-a", "ann", 102), (order.Id.Value, order.CreatedBy, Assert.Single(order.Lines).Ordered));
        Assert.Equal((ProposalStatus.ACCEPTED, 2, "ann", Noon),
            (house.Proposals[0].Status, house.Proposals[0].Version, house.Proposals[0].DecidedBy, house.Proposals[0].DecidedAt!.Value));
        Assert.Equal("proposal PP-20260106-north-a is ACCEPTED, it does not wait",
            house.House.Hear(EventCatalogue.ProposalAccepted, "PP-20260106-north-a", new ProposalAccepted("ben"), Noon)!.Detail);
        house.Pass(2);
        Assert.Equal(2, house.Proposals.Count); // what is ordered is not proposed again
    }

    [Fact]
    public void Who_accepted_a_proposal_neither_approves_nor_receives_its_order()
    {
        const string order = "PO-PP-20260106-north-a";
        var house = Two();
        Rejection? Hear(EventType type, string subject, IEventData data) => house.House.Hear(type, subject, data, Noon);
        GoodsReceived ReceivedBy(string by) => new(new("R-1"), new("north"), by, [new(new("a"), 102)]);
        Assert.Null(Hear(EventCatalogue.ProposalAccepted, "PP-20260106-north-a", new ProposalAccepted("ann")));
        Assert.Equal($"purchase order {order} was made by ann: it is approved by somebody else",
            Hear(EventCatalogue.PurchaseOrderApproved, order, new PurchaseOrderDecided("ann"))!.Detail);
        Assert.Null(Hear(EventCatalogue.PurchaseOrderApproved, order, new PurchaseOrderDecided("ben")));
        Assert.Null(Hear(EventCatalogue.PurchaseOrderSent, order, new PurchaseOrderDecided("ann")));
        Assert.Equal($"ann made purchase order {order}: somebody else receives it",
            Hear(EventCatalogue.PurchaseOrderReceived, order, ReceivedBy("ann"))!.Detail);
        Assert.Equal($"ben approved purchase order {order}: somebody else receives it",
            Hear(EventCatalogue.PurchaseOrderReceived, order, ReceivedBy("ben"))!.Detail);
        Assert.Null(Hear(EventCatalogue.PurchaseOrderReceived, order, ReceivedBy("cleo")));
    }

    [Fact]
    public void Several_go_into_one_order_and_quantities_may_be_edited()
    {
        var house = Two(pack: 6);
        Assert.Null(house.House.Hear(EventCatalogue.ProposalAccepted, "PP-20260106-north-a",
            new ProposalAccepted("ann", 60, "enough", [new("PP-20260106-north-b")]), Noon));
        Assert.Equal([("a", 60), ("b", 51)], Assert.Single(house.Raised).Lines.Select(line => (line.Sku.Value, line.Ordered)));
        Assert.Equal([ProposalStatus.EDITED, ProposalStatus.ACCEPTED], house.Proposals.Select(proposal => proposal.Status));
        Assert.Equal(102, house.Proposals[0].Quantity);
    }

    [Theory]
    [InlineData(61, "S sells a in multiples of 6, at least 1")]
    [InlineData(3, "S sells a in multiples of 6, at least 1")]
    public void A_quantity_that_is_not_sold_is_refused(long quantity, string why)
    {
        var house = Two(pack: 6);
        var refused = house.House.Hear(EventCatalogue.ProposalAccepted, "PP-20260106-north-a", new ProposalAccepted("ann", quantity), Noon)!;
        Assert.Equal((RejectionCodes.Invalid, why), (refused.Code, refused.Detail));
        Assert.Empty(house.Raised);
        Assert.All(house.Proposals, proposal => Assert.Equal(ProposalStatus.OPEN, proposal.Status));
    }

    [Fact]
    public void What_no_order_can_have_together_is_refused()
    {
        var house = new ReplenishmentHouse().Supplier("S").Supplier("T").Sells("S", "a").Sells("T", "b").Order("o", "a", 28, 0.5)
            .Order("p", "b", 14, 0.6).Pass(1);
        var refused = house.House.Hear(
            EventCatalogue.ProposalAccepted, "PP-20260106-north-a", new ProposalAccepted("ann", With: [new("PP-20260106-north-b")]), Noon)!;
        Assert.Equal(RejectionCodes.Invalid, refused.Code);
        Assert.Empty(house.Raised);
    }

    [Fact]
    public void A_dismissed_proposal_is_not_made_again_for_a_week()
    {
        var house = Two();
        Assert.Null(house.House.Hear(EventCatalogue.ProposalDismissed, "PP-20260106-north-a", new ProposalDismissed("ann", "out of season"), Noon));
        house.Pass(8);
        Assert.Single(house.Proposals, proposal => proposal.Sku.Value == "a");
        house.Pass(9);
        Assert.Equal([ProposalStatus.DISMISSED, ProposalStatus.OPEN],
            house.Proposals.Where(proposal => proposal.Sku.Value == "a").Select(proposal => proposal.Status));
    }

    [Fact]
    public void One_that_is_not_known_waits_for_it()
    {
        var house = new ReplenishmentHouse().Supplier("S").Sells("S", "a").Order("o", "a", 28, 0.5);
        var refused = house.House.Hear(
            EventCatalogue.ProposalAccepted, "PP-20260106-north-a", new ProposalAccepted("ann"), ReplenishmentHouse.Opens.AddDays(1))!;
        Assert.Equal((RejectionCodes.UnknownProposal, "proposal/PP-20260106-north-a"), (refused.Code, refused.Awaits));
        house.Pass(1);
        Assert.Single(house.Raised);
    }
}
