using EcomIntel.Ml.Forecast;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Forecast;

public sealed class QuantileTests
{
    [Fact]
    public void Quantiles_are_those_of_what_followed_such_forecasts()
    {
        // After an expectation of 10 came 0, 1 .. 20 equally often; after one of 100 always 100.
        var pairs = Enumerable.Range(0, 2100).Select(at => (10.0, (double)(at % 21))).Concat(Enumerable.Repeat((100.0, 100.0), 2100)).ToList();
        var table = QuantileTable.Of(pairs, buckets: 2)!;
        Assert.Equal(10, table.Quantile(10, 0.5), 6);
        Assert.Equal(18, table.Quantile(10, 0.9), 6);
        Assert.Equal(2, table.Quantile(10, 0.1), 6);
        Assert.Equal(9, table.Quantile(5, 0.9), 6); // half the expectation, half the quantile
        Assert.Equal(100, table.Quantile(100, 0.99), 6);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Quantile(10, 0.42));
    }

    [Fact]
    public void Too_few_pairs_say_nothing() => Assert.Null(QuantileTable.Of([.. Enumerable.Repeat((1.0, 1.0), 399)]));

    [Fact]
    public void Errors_are_shares_of_what_was_sold()
    {
        var errors = new ForecastErrors();
        errors.Add([10, 0, 20, 10], [12, 2, 15, 10], [12, 2, 15, 10], [5, 1, 10, 9], [15, 5, 15, 12]);
        Assert.Equal(9.0 / 40, errors.Wape); // 2 + 2 + 5 + 0
        Assert.Equal(1.0 / 40, errors.TotalError); // 39 expected, 40 sold
        Assert.Equal(-1.0 / 40, errors.Bias);
        Assert.Equal((0.5 + 0.5 + 4.5 + 0.2) / 40, errors.Pinball90, 9); // 0.1 x 5, 0.1 x 5, 0.9 x 5, 0.1 x 2
        Assert.Equal(0.5, errors.Coverage80); // 0 is below 1, 20 above 15
    }

    [Fact]
    public void A_series_gets_the_model_that_did_best_for_it_where_the_gain_is_clear()
    {
        var panel = new DemandPanel(Grain.Day, new(2024, 1, 1), [Sells("a", 10), Sells("b", 10), Sells("c", 10)]);
        var calendar = TradingCalendar.At(panel, 28, 28, new HashSet<DateOnly>());
        // Model x is right for a and b and forecasts five times too much for c; model y is a little wrong for all.
        BacktestWindow x = new(28, calendar, [Flat(10), Flat(10), Flat(50)]), y = new(28, calendar, [Flat(13), Flat(13), Flat(11)]);
        var chosen = SeriesChoice.At(panel, new Dictionary<string, IReadOnlyList<BacktestWindow>>
        {
            ["x"] = [.. Enumerable.Repeat(x, 20)], ["y"] = [.. Enumerable.Repeat(y, 20)],
        });
        Assert.Equal(["x", "x", "y"], chosen);

        static DemandSeries Sells(string key, double units) => new(key, null, [.. Enumerable.Repeat(units, 56)], 1);
        static double[] Flat(double units) => [.. Enumerable.Repeat(units, 28)];
    }
}
