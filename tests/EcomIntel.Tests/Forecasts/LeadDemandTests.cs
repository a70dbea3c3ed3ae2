using EcomIntel.Core.Forecasts;

namespace EcomIntel.Tests.Forecasts;

public sealed class LeadDemandTests
{
    private static readonly double[] Levels = [0.1, 0.5, 0.9];

    /// <summary>10 a day, and always 10: what varies is the lead time alone.</summary>
    private static readonly DemandCurve Sure = new([.. Enumerable.Repeat(10.0, 30)], new(Levels, [10, 30], [100, 100, 100, 300, 300, 300]));

    [Fact]
    public void A_lead_time_that_is_always_the_same_needs_what_its_days_need()
    {
        var demand = LeadDemand.Of(Sure, 0, LeadTimePoints.Normal(7, 0), 5, 0.95);
        Assert.Equal([7, 70, 120, 70], new[] { demand.LeadDays, demand.Mean, demand.Cycle, demand.Quantile }.Select(value => Math.Round(value, 3)));
    }

    /// <summary>Lead times of 4 to 16 days, evenly between; those beyond 0.9 are 16: of ten lead times nine need at most 160 units.</summary>
    [Fact]
    public void Demand_that_is_sure_varies_with_the_lead_time()
    {
        var points = LeadTimePoints.Of(Lead([4, 10, 16]));
        Assert.Equal(12, points.Days.Length);
        Assert.Equal(1, LeadTimePoints.Weights.Sum(), 12);
        Assert.Equal([4, 4.75, 6.25, 7.75, 9.25, 10.75, 12.25, 13.75, 15.25, 16, 16, 16], points.Days.Select(days => Math.Round(days, 6)));
        Assert.Equal(160, LeadDemand.Of(Sure, 0, points, 0, 0.95).Quantile, 3);
        // The middle of the twelve shares of 0.1 around 0.5: 107.5 units cover six of ten, 92.5 five.
        Assert.Equal(92.5, LeadDemand.Of(Sure, 0, points, 0, 0.5).Quantile, 3);
    }

    [Fact]
    public void The_surer_it_is_to_be_the_more_is_needed_and_a_lead_time_that_varies_needs_more()
    {
        var unsure = new DemandCurve([.. Enumerable.Repeat(2.0, 28)], new(Levels, [7, 28], [5, 13, 24, 30, 54, 86]));
        double last = 0;
        foreach (var level in (double[])[0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
        {
            var needed = LeadDemand.Of(unsure, 0, LeadTimePoints.Normal(10, 3), 7, level).Quantile;
            Assert.True(needed > last);
            last = needed;
        }
        var steady = LeadDemand.Of(unsure, 0, LeadTimePoints.Normal(10, 0), 7, 0.95);
        var varying = LeadDemand.Of(unsure, 0, LeadTimePoints.Normal(10, 4), 7, 0.95);
        Assert.True(varying.Quantile > steady.Quantile);
        Assert.InRange(varying.Mean, steady.Mean, steady.Mean + 0.1);
    }

    private static LeadTimeForecast Lead(double[] days) => new()
    {
        SupplierId = new("S"), Sku = new("a"), AsOf = default, UpdatedBy = default, ModelVersion = "1", Lines = 20, Levels = Levels, Days = days,
    };
}
