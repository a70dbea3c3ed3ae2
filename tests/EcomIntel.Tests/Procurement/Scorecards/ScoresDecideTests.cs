using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;
using EcomIntel.Core.Procurement.Suppliers;
using EcomIntel.Tests.Procurement.PurchaseOrders;
using EcomIntel.Tests.Procurement.Replenishment;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Procurement.Scorecards;

/// <summary>What scorecards decide: who is asked, and what a person approves.</summary>
public sealed class ScoresDecideTests
{
    /// <summary>After what the tests look at, so that no run makes others meanwhile.</summary>
    private static readonly DateOnly Day = DateOnly.FromDateTime(SmallHouse.Opens.UtcDateTime).AddDays(9);
    private static readonly SupplierChoice Choosing = new(0.5m, 10);

    [Fact]
    public void Of_one_rank_the_better_record_is_asked_whatever_it_costs()
    {
        var (good, poor) = (Offer("good", 3m, due: 20, met: 18), Offer("poor", 2m, due: 20, met: 12));
        var choice = Choosing.Choose(Choosing.Ranked([poor, good]), null);
        Assert.Equal((good, null, null, poor), (choice.Chosen, choice.TooSlow, choice.Unreliable, choice.Beaten));
    }

    [Fact]
    public void A_better_rank_comes_before_a_better_record()
    {
        var (first, second) = (Offer("first", 3m, due: 20, met: 12, rank: 1), Offer("second", 2m, due: 20, met: 20, rank: 2));
        Assert.Equal(new(first), Choosing.Choose(Choosing.Ranked([second, first]), null));
    }

    [Fact]
    public void Of_one_record_fewer_discrepancies_count_and_then_the_price()
    {
        var (clean, dirty, cheap) = (Offer("clean", 3m, 20, 18, wrong: 1), Offer("dirty", 2m, 20, 18, wrong: 5), Offer("cheap", 1m, 20, 18, wrong: 5));
        Assert.Equal([clean, cheap, dirty], Choosing.Ranked([dirty, cheap, clean]));
    }

    [Fact]
    public void Nothing_known_is_neither_good_nor_bad()
    {
        var (known, unknown, few, bad) =
            (Offer("known", 4m, 20, 11), Offer("unknown", 3m, 0, 0), Offer("few", 2m, 9, 0), Offer("bad", 1m, 20, 9));
        Assert.Equal([known, few, unknown, bad], Choosing.Ranked([bad, few, unknown, known]));
        Assert.Equal(bad, Choosing.Choose(Choosing.Ranked([unknown, bad]), null).Unreliable);
    }

    [Fact]
    public void Below_the_floor_it_is_passed_over_where_another_sells_the_item()
    {
        var (bad, other) = (Offer("bad", 1m, due: 20, met: 9, rank: 1), Offer("other", 5m, due: 20, met: 10, rank: 7));
        var choice = Choosing.Choose(Choosing.Ranked([bad, other]), null);
        Assert.Equal((other, bad), (choice.Chosen, choice.Unreliable));
        Assert.Equal(new(bad), Choosing.Choose(Choosing.Ranked([bad]), null)); // nobody else does
        var off = new SupplierChoice(0, 10);
        Assert.Equal(new(bad), off.Choose(off.Ranked([bad, other]), null));
    }

    [Fact]
    public void Not_even_a_stock_out_makes_it_the_alternate()
    {
        var (bad, slow) = (Offer("bad", 1m, 20, 2, rank: 1, lead: 2), Offer("slow", 5m, 20, 20, rank: 7, lead: 30));
        var choice = Choosing.Choose(Choosing.Ranked([bad, slow]), 5);
        Assert.Equal((slow, bad), (choice.Chosen, choice.Unreliable));
    }

    [Fact]
    public void A_proposal_says_so_in_words_and_numbers()
    {
        var house = new ReplenishmentHouse().Policy(1, """{"method":"min_max","rules":[{"sku":"a","minimum":10,"maximum":50}]}""")
            .Supplier("best", rank: 1).Supplier("plain", rank: 2).Sells("best", "a").Sells("plain", "a").Stock("a", "north", 5);
        Score(house.House, "best", 40, 13);
        Score(house.House, "plain", 30, 24);
        house.Pass(0);
        var proposal = Assert.Single(house.Proposals);
        Assert.Equal((new SupplierId("plain"), 30, 24), (proposal.SupplierId, proposal.SupplierLinesDue, proposal.SupplierLinesMet));
        Assert.Contains("best is passed over for plain: it delivered 13 of 40 lines in full and on time (32.5 %).", proposal.Why, StringComparison.Ordinal);
        Assert.Equal((30, 24), (house.Said[^1].Proposal.Numbers.SupplierLinesDue, house.Said[^1].Proposal.Numbers.SupplierLinesMet));
    }

    [Fact]
    public void The_better_record_of_two_is_told_too()
    {
        var house = new ReplenishmentHouse().Policy(1, """{"method":"min_max","rules":[{"sku":"a","minimum":10,"maximum":50}]}""")
            .Supplier("cheap").Supplier("plain").Sells("cheap", "a", 1).Sells("plain", "a", 2).Stock("a", "north", 5);
        Score(house.House, "plain", 30, 24);
        house.Pass(0);
        Assert.Contains("plain ranks as cheap does, and has the better record: it delivered 24 of 30 lines in full and on time (80 %), "
            + "cheap has no line that was due.", Assert.Single(house.Proposals).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 9, """{"approveNewSuppliersByPerson": false}""",
        "for a person: supplier S-1 delivered 9 of 20 lines in full and on time (45 %): below 50 %")]
    [InlineData(20, 10, """{"approveNewSuppliersByPerson": false}""", null)]
    [InlineData(9, 0, """{"approveNewSuppliersByPerson": false}""", null)]
    [InlineData(0, 0, """{"approveNewSuppliersByPerson": false}""", null)]
    [InlineData(20, 0, """{"approveNewSuppliersByPerson": false, "approveOtifBelow": 0}""", null)]
    [InlineData(20, 17, """{"approveNewSuppliersByPerson": false, "approveOtifBelow": 0.9, "otifLines": 20}""",
        "for a person: supplier S-1 delivered 17 of 20 lines in full and on time (85 %): below 90 %")]
    public void What_is_ordered_of_a_supplier_with_a_bad_record_is_for_a_person(long due, long met, string policy, string? why)
    {
        var house = new PurchasingHouse(policy);
        Score(house.House, "S-1", due, met);
        house.Submitted(("mug", 12, 4m));
        var status = why is null ? PurchaseOrderStatus.SENT : PurchaseOrderStatus.PENDING_APPROVAL;
        Assert.Equal((status, why), (house.Order().Status, why is null ? null : house.Order().Note));
    }

    [Theory]
    [InlineData("purchasing", """{"approveOtifBelow": 1.5}""", "approveOtifBelow must be 0 to 1")]
    [InlineData("purchasing", """{"otifLines": 0}""", "otifLines must be 1 to 100000")]
    [InlineData("replenishment", """{"otifFloor": -1}""", "otifFloor must be 0 to 1")]
    [InlineData("replenishment", """{"otifLines": 0}""", "otifLines must be 1 to 100000")]
    public void Policies_have_ranges(string kind, string settings, string wrong) =>
        Assert.Equal(wrong, new SmallHouse(["north"]).Policy(kind, 9, SmallHouse.Opens, settings)?.Detail);

    /// <summary>A scorecard that was stored before.</summary>
    private static void Score(SmallHouse house, string supplier, long due, long met) =>
        house.House.Get<ScoreBook>().Add(ScoreOf(supplier, due, met));

    private static SupplierScore ScoreOf(string supplier, long due, long met, long wrong = 0) => new()
    {
        SupplierId = new(supplier), Day = Day, WindowDays = 180, LinesDue = due, LinesMet = met, LeadTimes = 0, LeadMinutes = 0, LeadSquares = 0,
        ReceiptLines = due, DiscrepantLines = wrong, ReferenceValue = 0, PriceDifference = 0, ClaimsOpened = 0, ClaimsOpen = 0, ClaimsCredited = 0,
        MadeAt = SmallHouse.Opens.AddDays(-1),
    };

    private static Offer Offer(string id, decimal price, long due, long met, int rank = 100, double lead = 10, long wrong = 0) => new(
        new() { Id = new(id), Rank = rank, Active = true, Currency = "GBP" },
        new() { SupplierId = new(id), Sku = new("a"), Price = price, Active = true }, price, new(lead, 0, 0), ScoreOf(id, due, met, wrong));
}
