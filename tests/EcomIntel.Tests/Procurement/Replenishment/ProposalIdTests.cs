using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;

namespace EcomIntel.Tests.Procurement.Replenishment;

/// <summary>Ids that are made of others.</summary>
public sealed class ProposalIdTests
{
    private static readonly DateTimeOffset Day = new(2026, 1, 6, 5, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("north", "S", "RP-20260106-north-S")]
    [InlineData("wh-north", "sup-07", "RP-20260106-wh-north-sup-07")]
    [InlineData("wh-north", "S", "RP-20260106-wh-north-S")]
    [InlineData("a", "b-c", "RP-20260106.0-a-b-c")]
    [InlineData("a-b", "c", "RP-20260106-a-b-c")]
    public void They_can_be_read(string location, string supplier, string id) =>
        Assert.Equal(id, ProposalId.OrderOf(Day, new(location), new(supplier), 0).Value);

    /// <summary>All that can be made of a few dashes, letters, signs that the ids themselves use, and lengths around the longest.</summary>
    [Fact]
    public void No_two_are_alike()
    {
        string[] names =
        [
            "-", "--", "---", "a", "b", "a-", "-a", "a-b", "b-c", "-a-", "a--b", "a-b-c", "b-c-d", "a-b-c-d", ".0-a", "+2-a", "S", "S-2", "a-S", "0-a",
            new string('a', 99), new string('a', 100), new string('-', 90), new string('-', 91), new string('a', 85), new string('a', 86),
            new string('a', 99) + "b", new string('é', 100),
        ];
        var made = (from location in names from other in names from part in (int[])[0, 1, 2]
            select ProposalId.OrderOf(Day, new(location), new(other), part).Value).ToList();
        var proposed = (from location in names from sku in names from kind in (string[])[Proposal.Purchase, Proposal.Transfer]
            select ProposalId.Of(kind, Day, new(location), new(sku))).ToList();
        var accepted = proposed.Where(id => id.StartsWith("PP-", StringComparison.Ordinal)).Select(id => ProposalId.OrderOf(new Proposal
        {
            Id = id, Kind = Proposal.Purchase, Sku = new("a"), Location = new("a"), MadeAt = Day,
        }).Value).ToList();
        var all = made.Concat(proposed).Concat(accepted).ToList();
        Assert.Equal((names.Length * names.Length * 6, all.Count), (all.Count, all.Distinct(StringComparer.Ordinal).Count()));
        Assert.All(all, id => Assert.True(Identifier.IsValid(id), id));
        Assert.All(made.Concat(accepted), id => Assert.True(PurchaseOrderWords.IsOwn(new(id)), id));
    }

    /// <summary>Both are bought on one day, as supplier b-c of the place a and as supplier c of the place a-b.</summary>
    [Fact]
    public void Orders_of_places_and_suppliers_that_read_alike_are_two()
    {
        var house = new ReplenishmentHouse("a", "a-b").Policy(1, """
            {"accept":"by_rule","transfers":false,"method":"none","rules":[
            {"sku":"a","location":"a","method":"min_max","minimum":9,"maximum":20},{"sku":"b","location":"a-b","method":"min_max","minimum":9,"maximum":20}]}
            """)
            .Supplier("b-c").Supplier("c").Sells("b-c", "a").Sells("c", "b").Stock("b", "a-b", 1).Pass(0);
        Assert.Equal(["RP-20260105-a-b-c", "RP-20260105.0-a-b-c"], house.Raised.Select(order => order.Id.Value).Order(StringComparer.Ordinal));
    }
}
