using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.Tests.Procurement.Replenishment;

public sealed class ReplenishmentDecisionTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500);

    /// <summary>Eight days of 2, 4, 4, 4, 5, 5, 7 and 9: 40 units, squares 232; mean 5, sample variance (232 - 1600 / 8) / 7 = 32 / 7.</summary>
    private static readonly Demand Eight = new(40, 232, 8);

    /// <summary>Nine days, give or take two.</summary>
    private static readonly LeadTime Nine = new(9, 2, 6);

    [Fact]
    public void Demand_has_the_mean_and_the_sample_variance_of_its_days()
    {
        Assert.Equal(5, Eight.Mean);
        Assert.Equal(32 / 7.0, Eight.Variance, 12);
        Assert.Equal((0, 0), (new Demand(0, 0, 14).Mean, new Demand(0, 0, 14).Variance));
        Assert.Equal(0, new Demand(3, 9, 1).Variance);
    }

    [Fact]
    public void Safety_stock_is_z_times_the_deviation_of_demand_in_a_lead_time_that_varies()
    {
        Assert.Equal(1.644854, SafetyStock.Factor(0.95), 6);
        Assert.Equal(2.326348, SafetyStock.Factor(0.99), 6);
        Assert.Equal(0, SafetyStock.Factor(0.5), 12);

        // sqrt(9 x 32/7 + 5^2 x 2^2) = sqrt(41.142857 + 100) = 11.880356; x 1.6448536 = 19.541446
        Assert.Equal(19.541446, SafetyStock.Of(0.95, Eight, Nine), 5);
        // A lead time that is always the same: sqrt(9 x 32/7) = 6.414270; x 1.6448536 = 10.550535
        Assert.Equal(10.550535, SafetyStock.Of(0.95, Eight, Nine with { Deviation = 0 }), tolerance: 0.000001);
        // Demand that is always the same: sqrt(25 x 4) = 10; x 1.6448536
        Assert.Equal(16.448536, SafetyStock.Of(0.95, new(40, 200, 8), Nine), 5);
        Assert.Equal(0, SafetyStock.Of(0.95, new(0, 0, 56), Nine));
    }

    /// <summary>5 a day for 9 days and 19.54 of safety: 64.54, so 65. For 7 days more: 99.54, so 100.</summary>
    [Theory]
    [InlineData(66, 0)]
    [InlineData(65, 35)]
    [InlineData(10, 90)]
    [InlineData(-12, 112)]
    public void Forecast_raises_the_position_to_the_order_up_to_level_once_it_is_at_the_reorder_point(long available, long wanted)
    {
        var need = ReplenishmentDecision.Decide(new(ReplenishmentMethod.FORECAST, 0.95, 7), Eight, Nine, At(available));
        Assert.Equal(new Need(20, 65, 100, wanted), need);
    }

    [Fact]
    public void All_that_comes_counts_and_all_that_is_waited_for()
    {
        var position = new InventoryPosition(
            Available: 20, Inspection: 3, OnOrder: 30, ToBeSent: 10, InTransit: 4, TransfersIn: 6, TransfersOut: 2, Waiting: 11);
        Assert.Equal(20 + 3 + 30 + 10 + 4 + 6 - 2 - 11, position.Units);
        Assert.Equal(40, ReplenishmentDecision.Decide(new(ReplenishmentMethod.FORECAST, 0.95, 7), Eight, Nine, position).Wanted);
    }

    [Theory]
    [InlineData(41, 0)]
    [InlineData(40, 25)]
    [InlineData(16, 25)]
    [InlineData(15, 50)]
    public void A_reorder_point_orders_as_many_times_its_quantity_as_bring_it_above(long available, long wanted) =>
        Assert.Equal(wanted, ReplenishmentDecision.Decide(
            new(ReplenishmentMethod.REORDER_POINT, 0.95, 7, ReorderPoint: 40, OrderQuantity: 25), Eight, Nine, At(available)).Wanted);

    [Fact]
    public void A_reorder_point_without_numbers_is_the_computed_one()
    {
        var need = ReplenishmentDecision.Decide(new(ReplenishmentMethod.REORDER_POINT, 0.95, 7), Eight, Nine, At(60));
        Assert.Equal(new Need(20, 65, 100, 40), need);
    }

    [Theory]
    [InlineData(13, 0)]
    [InlineData(12, 38)]
    [InlineData(0, 50)]
    public void Min_max_fills_up_to_the_maximum_once_it_is_at_the_minimum(long available, long wanted) =>
        Assert.Equal(wanted, ReplenishmentDecision.Decide(
            new(ReplenishmentMethod.MIN_MAX, 0.95, 7, Minimum: 12, Maximum: 50), default, Nine, At(available)).Wanted);

    [Theory]
    [InlineData(5, 0, 0)]
    [InlineData(5, 5, 0)]
    [InlineData(5, 9, 4)]
    public void Made_to_order_is_what_customers_wait_for(long available, long waiting, long wanted) =>
        Assert.Equal(wanted, ReplenishmentDecision.Decide(
            new(ReplenishmentMethod.MAKE_TO_ORDER, 0.95, 7), Eight, Nine, At(available) with { Waiting = waiting }).Wanted);

    [Fact]
    public void Nothing_is_wanted_where_nothing_is_to_be_replenished_and_what_was_never_sold_is_bought_for_those_who_wait()
    {
        Assert.Equal(0, ReplenishmentDecision.Decide(new(ReplenishmentMethod.NONE, 0.95, 7), Eight, Nine, At(-100)).Wanted);
        Assert.Equal(0, ReplenishmentDecision.Decide(new(ReplenishmentMethod.FORECAST, 0.95, 7), new(0, 0, 14), Nine, At(0)).Wanted);
        Assert.Equal(3, ReplenishmentDecision.Decide(new(ReplenishmentMethod.FORECAST, 0.95, 7), new(0, 0, 14), Nine, At(0) with { Waiting = 3 }).Wanted);
    }

    /// <summary>Five lead times of 6, 8, 10, 12 and 14 days: 10 on average, sample variance 10. Four are too few.</summary>
    [Fact]
    public void Lead_times_are_those_that_were_had_of_the_item_else_of_the_supplier_where_enough_are_known()
    {
        const long day = 24 * 60;
        var (book, settings) = (new ReplenishmentBook(), new ReplenishmentPolicy { LeadTimesKnown = 5, LeadTimeDeviation = 0.25m });
        var four = new LeadTimeSum().Add(6 * day).Add(8 * day).Add(10 * day).Add(12 * day);
        book.LeadTimes.Add((new("S"), new("four")), four);
        Assert.Equal(new LeadTime(7, 1.75, 0), Of("S", "four"));
        book.LeadTimes.Add((new("S"), new("one")), new LeadTimeSum().Add(14 * day));
        Of("S", "four", 10, 5, Math.Sqrt(10), ofAllItems: true);
        Of("S", "never received", 10, 5, Math.Sqrt(10), ofAllItems: true);
        book.LeadTimes.Add((new("S"), new("five")), four.Add(24 * day));
        // 6, 8, 10, 12 and 24 days: 12 on average, squares 920 - 720 over 4.
        Of("S", "five", 12, 5, Math.Sqrt(50), ofAllItems: false);
        Assert.Equal(new LeadTime(7, 1.75, 0), Of("another", "five"));

        LeadTime Of(string supplier, string sku, double? mean = null, int known = 0, double deviation = 0, bool ofAllItems = false)
        {
            var lead = new ReceivedLeadTimes(book, new PurchaseOrderBook(), settings).Of(new(supplier), new(sku), 7);
            if (mean is not null)
            {
                Assert.Equal((mean.Value, known, ofAllItems), (lead.Mean, lead.Known, lead.OfAllItems));
                Assert.Equal(deviation, lead.Deviation, 9);
            }
            return lead;
        }
    }

    /// <summary>The less there is, the more is wanted; what is wanted lifts the position to the level; above the reorder point nothing is.</summary>
    [Fact]
    public void What_is_wanted_falls_with_the_position_and_lifts_it_to_its_level() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var days = Enumerable.Range(0, random.Next(7, 60)).Select(_ => (long)random.Next(0, 40)).ToList();
            var demand = new Demand(days.Sum(), days.Sum(units => (decimal)units * units), days.Count);
            var lead = new LeadTime(random.Next(1, 60), random.NextDouble() * 10, 0);
            var terms = new ReplenishmentTerms(ReplenishmentMethod.FORECAST, 0.5 + (random.NextDouble() * 0.499), random.Next(0, 30));
            var position = random.Next(-200, 2000);
            var need = ReplenishmentDecision.Decide(terms, demand, lead, At(position));
            var less = ReplenishmentDecision.Decide(terms, demand, lead, At(position - 1));
            Assert.True(less.Wanted >= need.Wanted);
            Assert.True(need.Wanted == 0 ? position > need.ReorderPoint || position >= need.OrderUpTo : position + need.Wanted == need.OrderUpTo);
            Assert.True(need.SafetyStock >= 0 && need.ReorderPoint <= need.OrderUpTo);
            var surer = ReplenishmentDecision.Decide(terms with { ServiceLevel = 0.9999 }, demand, lead, At(position));
            Assert.True(surer.SafetyStock >= need.SafetyStock && surer.Wanted >= need.Wanted);
        }).Check(Runs);

    private static InventoryPosition At(long available) => new(available, 0, 0, 0, 0, 0, 0, 0);
}
