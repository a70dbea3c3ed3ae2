using EcomIntel.Core.Forecasts;

namespace EcomIntel.Tests.Forecasts;

public sealed class DemandCurveTests
{
    /// <summary>2 a day for two days, 4 a day for two; the first two days together are 1 to 9 (8 of 10), all four 4 to 24.</summary>
    private static readonly DemandCurve Curve = new([2, 2, 4, 4], new([0.1, 0.5, 0.9], [2, 4], [1, 4, 9, 4, 11, 24]));

    [Theory]
    [InlineData(0, 4, 12)]
    [InlineData(0, 2.5, 6)]
    [InlineData(1, 2, 6)]
    [InlineData(0, 6, 18)] // later days are as those that are forecast were on average: 3
    [InlineData(3, 3, 10)]
    public void Means_are_sums_of_days_and_of_parts_of_days(double offset, double days, double units) => Assert.Equal(units, Curve.Mean(offset, days), 9);

    [Fact]
    public void Between_the_sums_of_a_forecast_what_lies_above_the_mean_grows_in_a_line()
    {
        Assert.Equal([1, 4, 9], Quantiles(Curve.Over(0, 2)));
        // Three days: mean 8; 0.1 lies 3 and 8 below, 0.9 lies 5 and 12 above: 5.5 and 8.5.
        Assert.Equal([2.5, 7.5, 16.5], Quantiles(Curve.Over(0, 3)));
    }

    [Fact]
    public void Fewer_days_are_unsure_by_the_root_and_more_in_proportion()
    {
        // Half a day: mean 1; half of the first sum's spread, for a quarter of its days.
        Assert.Equal([0, 1, 3.5], Quantiles(Curve.Over(0, 0.5)));
        // Eight days: 12 + 4 x 3 = 24; twice the spread of four.
        Assert.Equal([8, 22, 48], Quantiles(Curve.Over(0, 8)));
    }

    [Fact]
    public void Later_days_are_as_unsure_in_proportion() =>
        // Days 3 and 4: 8 units, twice those of days 1 and 2.
        Assert.Equal([2, 8, 18], Quantiles(Curve.Over(2, 2)));

    [Fact]
    public void A_chance_and_its_quantile_are_each_others_inverse_and_the_tail_falls_as_it_did()
    {
        var curve = Curve.Over(0, 2);
        foreach (var level in (double[])[0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.999])
            Assert.Equal(level, curve.Chance(curve.Quantile(level)), 9);
        // From 0.5 to 0.9 the rest falls to a fifth over 5 units; so it does again: 0.98 at 14.
        Assert.Equal(14, curve.Quantile(0.98), 9);
        Assert.Equal(0.5, curve.Quantile(0.05), 9);
    }

    [Fact]
    public void What_never_sells_never_sells()
    {
        var none = new DemandCurve([0, 0], new([0.5, 0.9], [2], [0, 0]));
        Assert.Equal(0, none.Over(5, 30).Quantile(0.999));
        Assert.Equal(1, none.Over(0, 1).Chance(0));
    }

    private static double[] Quantiles(UnitsCurve curve) => [.. ((double[])[0.1, 0.5, 0.9]).Select(level => Math.Round(curve.Quantile(level), 9))];
}
