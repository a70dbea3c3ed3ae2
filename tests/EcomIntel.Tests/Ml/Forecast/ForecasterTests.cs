using EcomIntel.Ml.Forecast;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Forecast;

public sealed class ForecasterTests
{
    private static readonly HashSet<DateOnly> None = [];

    [Fact]
    public void Seasonal_naive_repeats_the_last_week()
    {
        var forecast = new SeasonalNaive().Forecast(At(Daily(28, day => day)))[0];
        Assert.Equal([21, 22, 23, 24, 25, 26, 27, 21], forecast.Take(8));
    }

    [Fact]
    public void The_weekday_mean_is_of_the_last_eight_same_weekdays()
    {
        // Weeks 0 to 9 sell their number: the mean of 2 to 9 is 5.5.
        var forecast = new WeekdayMean().Forecast(At(Daily(70, day => day / 7)))[0];
        Assert.All(forecast, units => Assert.Equal(5.5, units));
    }

    [Fact]
    public void A_stockout_is_no_demand_of_zero()
    {
        var served = Enumerable.Range(0, 70).Select(day => day is < 63 or > 68).ToArray();
        var panel = new DemandPanel(Grain.Day, new(2024, 1, 1),
            [new("a", null, [.. Enumerable.Range(0, 70).Select(day => served[day] ? 4.0 : 0)], 1, served), Whole(70)]);
        foreach (IForecaster model in (IForecaster[])[new SeasonalNaive(), new WeekdayMean(), new ExponentialSmoothing(), new Tsb()])
            Assert.All(model.Forecast(At(panel))[0], units => Assert.Equal(4, units, 3));
    }

    [Fact]
    public void Exponential_smoothing_learns_level_weekdays_and_trend()
    {
        // 20 a day, Mondays (every seventh from the first) twice as much.
        var flat = new ExponentialSmoothing().Forecast(At(Daily(168, day => day % 7 == 0 ? 40 : 20)))[0];
        Assert.InRange(flat[0], 37, 42);
        Assert.InRange(flat[1], 19, 21.5);
        // From 10 to 94 by half a unit a day: a damped trend goes on, and ever less.
        var rising = new ExponentialSmoothing().Forecast(At(Daily(168, day => 10 + (day / 2.0))))[0];
        Assert.InRange(rising[6], 92, 100);
        Assert.InRange(rising[27], rising[6], 108);
    }

    [Fact]
    public void Tsb_forecasts_how_often_times_how_many()
    {
        // 6 units every third day are 2 a day.
        var forecast = new Tsb().Forecast(At(Daily(240, day => day % 3 == 0 ? 6 : 0)))[0];
        Assert.All(forecast, units => Assert.InRange(units, 1.8, 2.2));
    }

    [Fact]
    public void Tsb_fades_out_where_an_item_ends()
    {
        var forecast = new Tsb().Forecast(At(Daily(240, day => day < 120 ? 6 : 0)))[0];
        Assert.All(forecast, units => Assert.InRange(units, 0, 0.6));
    }

    [Fact]
    public void No_model_forecasts_a_closed_day_or_sees_what_comes_after_the_origin()
    {
        var random = new Random(5);
        var panel = Daily(300, day => day % 7 == 5 ? 0 : random.Next(0, 30), random.Next(3, 9));
        var changed = new DemandPanel(Grain.Day, panel.Start, [.. panel.Series.Select(series => series with
        {
            Units = [.. series.Units.Select((units, day) => day < 240 ? units : 1000 + day)],
        })]);
        IForecaster[] models = [new SeasonalNaive(), new WeekdayMean(), new ExponentialSmoothing(), new Tsb(), new GlobalTrees(new(Trees: 5))];
        foreach (var model in models)
        {
            var forecast = model.Forecast(At(panel, 240));
            Assert.Equal(forecast, model.Forecast(At(changed, 240)));
            Assert.All(forecast, each => Assert.All(each.Where((_, step) => (240 + step) % 7 == 5), units => Assert.Equal(0, units)));
            Assert.Contains(forecast[0], units => units > 0);
        }
    }

    [Fact]
    public void The_trees_learn_a_weekday_that_all_series_share()
    {
        var forecast = new GlobalTrees(new()).Forecast(At(Daily(300, day => day % 7 == 2 ? 60 : 20, 12)))[0];
        for (var step = 0; step < 28; step++)
            Assert.InRange(forecast[step], (300 + step) % 7 == 2 ? 45 : 17, (300 + step) % 7 == 2 ? 75 : 25);
    }

    /// <summary>Nothing but zeros is no proof of nothing: the least is a twentieth of the least level, which is 0.02.</summary>
    [Fact]
    public void What_has_stopped_selling_is_forecast_as_next_to_nothing_by_the_trees()
    {
        var panel = Daily(300, day => 20 + (day % 5), 12);
        panel = new(panel.Grain, panel.Start, [.. panel.Series, .. Enumerable.Range(0, 6).Select(at =>
            new DemandSeries($"ended{at}", null, [.. Enumerable.Range(0, 300).Select(day => day < 60 ? 3.0 : 0)], 1))]);
        Assert.All(new GlobalTrees(new()).Forecast(At(panel))[12..], each => Assert.All(each, units => Assert.InRange(units, 0.05 * 0.02, 0.05)));
    }

    internal static ForecastContext At(DemandPanel panel, int? origin = null) =>
        new(panel, origin ?? panel.Length, 28, TradingCalendar.At(panel, origin ?? panel.Length, 28, None));

    /// <summary>From Monday, 1 January 2024.</summary>
    internal static DemandPanel Daily(int days, Func<int, double> units, int series = 1) => new(Grain.Day, new(2024, 1, 1),
        [.. Enumerable.Range(0, series).Select(at => new DemandSeries($"s{at}", null, [.. Enumerable.Range(0, days).Select(units)], 2))]);

    /// <summary>Sells every day, so that no day is taken for a closed one.</summary>
    private static DemandSeries Whole(int days) => new("whole", null, [.. Enumerable.Repeat(100.0, days)], 1);
}
