using EcomIntel.Ml.Forecast;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Forecast;

public sealed class ForecastFeaturesTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(450)]
    public void Changing_the_future_changes_no_feature(int origin)
    {
        var random = new Random(origin);
        var panel = ForecasterTests.Daily(600, _ => random.Next(0, 20), 3);
        var changed = new DemandPanel(Grain.Day, panel.Start, [.. panel.Series.Select(series => series with
        {
            Units = [.. series.Units.Select((units, day) => day < origin ? units : units + 500)],
        })]);
        var (before, after) = (Features(panel, origin), Features(changed, origin));
        Assert.Equal(before, after);
        // The same change one day earlier is seen.
        Assert.NotEqual(Features(panel, origin + 1), Features(changed, origin + 1));
    }

    [Fact]
    public void Amounts_are_in_units_of_the_series_level()
    {
        var small = ForecasterTests.Daily(500, day => 1 + (day % 5));
        var large = ForecasterTests.Daily(500, day => 100 * (1 + (day % 5)));
        var (one, other) = (Features(small, 480)[0], Features(large, 480)[0]);
        Assert.Equal(Math.Log(100), other[0] - one[0], 3);
        Assert.Equal(one.Skip(1), other.Skip(1));
    }

    private static float[][] Features(DemandPanel panel, int origin)
    {
        var features = new ForecastFeatures(panel, TradingCalendar.At(panel, panel.Length, 28, new HashSet<DateOnly>()), panel.Length);
        return [.. from series in Enumerable.Range(0, panel.Series.Count) from step in Enumerable.Range(0, 28) select Of(series, origin + step)];

        float[] Of(int series, int target)
        {
            var row = new float[ForecastFeatures.Count];
            features.Write(series, origin, target, row);
            return row;
        }
    }
}
