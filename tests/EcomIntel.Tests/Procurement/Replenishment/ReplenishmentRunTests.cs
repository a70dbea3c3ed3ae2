using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;

namespace EcomIntel.Tests.Procurement.Replenishment;

/// <summary>What a run proposes. The right ends are computed by hand.</summary>
public sealed class ReplenishmentRunTests
{
    private static readonly DateTimeOffset Opens = ReplenishmentHouse.Opens;

    /// <summary>
    /// 28 units on one day, of which the demand is taken to be of 14 days: 2 a day, variance (784 - 784 / 14) / 13 = 56. The lead time is quoted: 10 days, give
    /// or take 2.5. Safety 1.6448536 x sqrt(10 x 56 + 4 x 6.25) = 1.6448536 x 24.186773 = 39.78: 40. Reorder point 20 + 39.78: 60, level 34 + 39.78: 74.
    /// 8 are there and 28 are waited for (8 of them got those that are there): -20, so 94 are wanted, and 100 sold in packs of 10.
    /// </summary>
    [Fact]
    public void A_proposal_keeps_every_number_that_went_into_it()
    {
        var house = new ReplenishmentHouse().Supplier("S").Sells("S", "a", price: 2.5m, minimum: 20, pack: 10)
            .Stock("a", "north", 8).Order("o", "a", 28, 0.5).Pass(1);
        var proposal = Assert.Single(house.Proposals);
        Assert.Equal(("PP-20260106-north-a", 1, Proposal.Purchase, ProposalStatus.OPEN), (proposal.Id, proposal.Version, proposal.Kind, proposal.Status));
        Assert.Equal((100, 94, 2.5m, "GBP"), (proposal.Quantity, proposal.Wanted, proposal.Price, proposal.Currency));
        Assert.Equal((0, 20, -20), (proposal.Available, proposal.Waiting, proposal.Position));
        Assert.Equal((28, 14, 2.0, 7.4833), (proposal.DemandUnits, proposal.DemandDays, proposal.DailyDemand, proposal.DemandDeviation));
        Assert.Equal((10.0, 2.5, 0), (proposal.LeadDays, proposal.LeadDeviation, proposal.LeadTimesKnown));
        Assert.Equal((0.95, 1.6449, 40), (proposal.ServiceLevel, proposal.SafetyFactor, proposal.SafetyStock));
        Assert.Equal((7, 60, 74), (proposal.ReviewDays, proposal.ReorderPoint, proposal.OrderUpTo));
        Assert.Equal(Opens.AddDays(11).AddHours(5), proposal.DueAt);
        Assert.Equal("The position of -20 is at or below the reorder point of 60: 2 a day for 10 days and a safety stock of 40; it is raised to 74. "
            + "94 units are wanted; 100 are ordered, as it is sold (at least 20, in packs of 10).", proposal.Why);
        var said = Assert.Single(house.Said);
        Assert.Equal((proposal.Id, "OPEN", 100, -20, Proposal.Rule),
            (said.Proposal.ProposalId, said.Proposal.Status, said.Proposal.Quantity, said.Proposal.Numbers.Position, said.By));
        Assert.Empty(house.Raised);
    }

    [Fact]
    public void An_open_proposal_is_brought_up_to_date_and_ends_when_it_is_not_wanted()
    {
        var house = new ReplenishmentHouse().Supplier("S").Sells("S", "a").Order("o", "a", 28, 0.5).Pass(1);
        Assert.Equal(102, Assert.Single(house.Proposals).Quantity);
        house.Order("p", "a", 3, 1.5).Pass(2);
        // 31 in 14 days, squares 793: mean 31/14, variance (793 - 961/14) / 13 = 55.72; safety 40; 17 days of it: 37.64; + 39.93 = 77.57, and 31 wait: 109.
        Assert.Equal((109, 2, ProposalStatus.OPEN), (house.Proposals[0].Quantity, house.Proposals[0].Version, house.Proposals[0].Status));
        house.Pass(3);
        Assert.Equal(2, Assert.Single(house.Proposals).Version);
        Assert.Null(house.House.Hear(EventCatalogue.StockReceived, "a", new StockReceived(new("north"), 500), Opens.AddDays(3.5)));
        house.Pass(4);
        Assert.Equal((ProposalStatus.EXPIRED, 3, "it is not wanted any more"),
            (house.Proposals[0].Status, house.Proposals[0].Version, house.Proposals[0].Note));
        Assert.Equal(["OPEN", "OPEN", "EXPIRED"], house.Said.Select(said => said.Proposal.Status));
    }

    [Fact]
    public void By_rule_it_is_ordered_once_and_again_only_what_will_not_come()
    {
        var house = new ReplenishmentHouse().Policy(1, """{"accept":"by_rule"}""").Supplier("S").Sells("S", "a").Sells("S", "b")
            .Order("o", "a", 28, 0.5).Order("p", "b", 14, 0.6).Pass(1).Pass(2).Pass(3);
        var order = Assert.Single(house.Raised);
        Assert.Equal(("RP-20260106-north-S", "rule:replenishment"), (order.Id.Value, order.CreatedBy));
        Assert.Equal([("a", 102), ("b", 51)], order.Lines.Select(line => (line.Sku.Value, line.Ordered)));
        Assert.All(house.Proposals, proposal => Assert.Equal((ProposalStatus.ACCEPTED, order.Id), (proposal.Status, proposal.PurchaseOrderId!.Value)));

        // 2 of 102 come, the rest is closed short; of b all is on its way.
        (order.Lines[0].Received, order.Lines[0].ClosedShort, order.Lines[0].Status) = (2, 100, PurchaseOrderLineStatus.CLOSED_SHORT);
        Assert.Null(house.House.Hear(EventCatalogue.StockReceived, "a", new StockReceived(new("north"), 2), Opens.AddDays(3.5)));
        house.Pass(4);
        Assert.Equal(("RP-20260109-north-S", "a", 100), (house.Raised[1].Id.Value, house.Raised[1].Lines[0].Sku.Value, house.Raised[1].Lines[0].Ordered));
        Assert.Single(house.Raised[1].Lines);
    }

    [Fact]
    public void Nothing_is_bought_that_is_not_active_or_that_nobody_sells()
    {
        var house = new ReplenishmentHouse().Supplier("S").Supplier("gone", active: false).Sells("S", "a", active: false).Sells("gone", "a").Sells("S", "b")
            .Order("o", "a", 9, 0.5).Order("p", "b", 9, 0.5);
        Assert.Null(house.House.Hear(EventCatalogue.ItemUpdated, "b", new ItemUpdated("b", Active: false), Opens.AddDays(0.6)));
        Assert.Empty(house.Pass(1).Proposals);
        Assert.Null(house.House.Hear(EventCatalogue.ItemUpdated, "b", new ItemUpdated("b"), Opens.AddDays(1.6)));
        Assert.Equal("b", Assert.Single(house.Pass(2).Proposals).Sku.Value);
    }

    /// <summary>40 of a are there, 28 were sold: 12 left, six days of 2. The best-ranked needs ten days, the second too, the third four.</summary>
    [Fact]
    public void An_alternate_is_asked_where_the_first_delivers_too_late()
    {
        var house = new ReplenishmentHouse().Supplier("fast", lead: 4, rank: 3).Supplier("best", rank: 1).Supplier("slow", rank: 2)
            .Sells("fast", "a", price: 9).Sells("best", "a").Sells("slow", "a").Stock("a", "north", 40).Order("o", "a", 28, 0.5).Pass(1);
        var proposal = Assert.Single(house.Proposals);
        Assert.Equal(("fast", 12, 6.0), (proposal.SupplierId!.Value.Value, proposal.Position, proposal.CoverDays));
        // Safety 1.6448536 x sqrt(4 x 56 + 4 x 1) = 24.84; 11 days of 2 are 22: 46.84, so 47 less 12.
        Assert.Equal((35, 4.0), (proposal.Quantity, proposal.LeadDays));
        Assert.Contains("best ranks before fast, but needs 10 days: the stock lasts 6.", proposal.Why, StringComparison.Ordinal);
    }

    /// <summary>North is to have 100 and has none, south has 80 and sells nothing: 80 are moved, and 20 bought.</summary>
    [Fact]
    public void A_transfer_is_proposed_before_a_purchase()
    {
        var house = new ReplenishmentHouse("north", "south").Policy(1, """{"rules":[{"location":"north","method":"min_max","minimum":90,"maximum":100}]}""")
            .Supplier("S").Sells("S", "a").Stock("a", "south", 80).Pass(1);
        Assert.Equal([("PP-20260105-north-a", 20), ("TP-20260105-north-a", 80)], house.Proposals.Select(proposal => (proposal.Id, proposal.Quantity)));
        Assert.Equal("The position of 0 is at or below the minimum of 90; the maximum is 100. 20 units are wanted beside 80 by transfer; 20 are ordered.",
            house.Proposals[0].Why);
        Assert.EndsWith("south has more than its own cover: 80 of the 100 units wanted come from there.", house.Proposals[1].Why, StringComparison.Ordinal);

        // What south needs itself stays there; too little is not moved.
        house = new ReplenishmentHouse("north", "south").Policy(1, """
            {"rules":[{"location":"north","method":"min_max","minimum":90,"maximum":100},{"location":"south","method":"min_max","minimum":20,"maximum":40}]}
            """).Supplier("S").Sells("S", "a").Stock("a", "south", 80).Pass(1);
        Assert.Equal([("PP-20260105-north-a", 100)], house.Proposals.Select(proposal => (proposal.Id, proposal.Quantity)));
    }

    [Fact]
    public void A_transfer_that_is_not_made_in_time_is_bought_instead()
    {
        var house = new ReplenishmentHouse("north", "south")
            .Policy(1, """{"autoTransfer":true,"rules":[{"location":"north","method":"min_max","minimum":10,"maximum":60}]}""")
            .Supplier("S").Sells("S", "a").Stock("a", "south", 80).Pass(1);
        var transfer = Assert.Single(house.Proposals);
        Assert.Equal((ProposalStatus.ACCEPTED, 60, "south"), (transfer.Status, transfer.AcceptedQuantity!.Value, transfer.FromLocation!.Value.Value));
        house.Pass(2);
        Assert.Single(house.Proposals); // it is expected
        house.Pass(3);
        Assert.Equal(("PP-20260108-north-a", 60), house.Proposals.Select(proposal => (proposal.Id, proposal.Quantity)).First());
        Assert.NotNull(transfer.SettledAt);
    }

    [Fact]
    public void A_dispatched_transfer_is_counted_once()
    {
        var house = new ReplenishmentHouse("north", "south")
            .Policy(1, """{"autoTransfer":true,"rules":[{"location":"north","method":"min_max","minimum":10,"maximum":60}]}""")
            .Supplier("S").Sells("S", "a").Stock("a", "south", 80).Pass(1);
        Assert.Null(house.House.Hear(EventCatalogue.TransferDispatched, "a",
            new TransferDispatched("TP-20260105-north-a", new("south"), new("north"), 60), Opens.AddDays(1.5)));
        house.Pass(5);
        Assert.Equal(Opens.AddDays(2).AddHours(5), Assert.Single(house.Proposals).SettledAt);
    }

    [Fact]
    public void An_order_below_the_minimum_value_is_raised_or_waits()
    {
        // 102 of a at 2 are 204 of 300: 150 are.
        var house = new ReplenishmentHouse().Supplier("S", minimum: 300).Sells("S", "a").Order("o", "a", 28, 0.5).Pass(1);
        var proposal = Assert.Single(house.Proposals);
        Assert.True(proposal is { Quantity: >= 150 and <= 151, Held: null });
        Assert.Contains("for the supplier's minimum order value", proposal.Why, StringComparison.Ordinal);

        // Above what may be raised, and nothing runs out: 60 of 60 are there, 74 is the level.
        house = new ReplenishmentHouse().Supplier("S", minimum: 5000).Sells("S", "a").Stock("a", "north", 88).Order("o", "a", 28, 0.5).Pass(1);
        Assert.Equal((14, "all that is wanted of S for north is worth less than its minimum order"),
            (house.Proposals[0].Quantity, house.Proposals[0].Held));
        // Once it runs out it does not wait.
        house.Order("p", "a", 45, 1.5).Pass(2);
        Assert.True(house.Proposals[0] is { Held: null, Quantity: >= 2500 });
    }

    [Fact]
    public void A_price_in_another_currency_is_converted_and_waits_for_a_rate()
    {
        var house = new ReplenishmentHouse().Supplier("S", currency: "EUR").Sells("S", "a", price: 3, currency: "USD").Order("o", "a", 28, 0.5).Pass(1);
        Assert.Equal((null, "no rate is known for USD in EUR"), (house.Proposals[0].Price, house.Proposals[0].Held));
        Assert.Null(house.House.Hear(EventCatalogue.RateUpdated, "EUR", new RateUpdated(0.8m), Opens.AddDays(1.5)));
        Assert.Null(house.House.Hear(EventCatalogue.RateUpdated, "USD", new RateUpdated(0.7m), Opens.AddDays(1.5)));
        house.Pass(2);
        Assert.Equal((2.625m, "EUR", null), (house.Proposals[0].Price, house.Proposals[0].Currency, house.Proposals[0].Held));
    }

    [Fact]
    public void A_line_heard_late_is_added_to_its_day()
    {
        var house = new ReplenishmentHouse().Supplier("S").Sells("S", "a").Order("o", "a", 28, 0.5).Pass(3);
        house.Order("late", "a", 7, 1.5);
        var sum = house.Book.Sum(new("a"), new("north"))!;
        Assert.Equal((35, 28 * 28 + 7 * 7), (sum.Units, sum.Squares));
        house.Order("later", "a", 2, 0.2);
        Assert.Equal((37, 30 * 30 + 7 * 7), (sum.Units, sum.Squares));
        Assert.Equal(new DateOnly(2026, 1, 5), sum.FirstDay);
    }

    [Fact]
    public void Days_leave_the_window_as_it_moves_and_come_back_as_it_grows()
    {
        var house = new ReplenishmentHouse().Policy(1, """{"windowDays":7,"minimumDays":7}""").Supplier("S").Sells("S", "a")
            .Order("o", "a", 4, 0.5).Order("p", "a", 6, 2.5).Pass(7);
        var sum = house.Book.Sum(new("a"), new("north"))!;
        Assert.Equal((10, 52), (sum.Units, sum.Squares));
        house.Pass(8);
        Assert.Equal((6, 36), (sum.Units, sum.Squares));
        house.Pass(10);
        Assert.Equal((0, 0), (sum.Units, sum.Squares));
        house.Policy(2, """{"windowDays":9,"minimumDays":7}""").Pass(11);
        Assert.Equal((6, 36), (sum.Units, sum.Squares));
    }
}
