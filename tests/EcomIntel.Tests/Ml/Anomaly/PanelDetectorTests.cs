using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Anomaly;

public sealed class PanelDetectorTests
{
    private const int Days = 300;

    /// <summary>One day in a hundred exceeds all before it by a fifth.</summary>
    internal static NullModel Nulls { get; } =
        NullModel.Of(DetectorShape.Of(Grain.Day), [.. Enumerable.Range(0, 10_000).Select(at => at % 100 == 0 ? 0.2f : 0)]);

    [Fact]
    public void A_shift_of_one_series_is_found_there_within_two_weeks_and_nowhere_else()
    {
        var ps = Least(Panel((series, day, units) => series == 3 && day >= 250 ? units / 4 : units), 250, 264);
        Assert.True(ps[3].P < 1e-6);
        Assert.False(Statistics.IsUp(ps[3].Statistic));
        Assert.All(ps.Where((_, series) => series != 3), p => Assert.True(p.P > 1e-5));
    }

    [Fact]
    public void A_movement_that_all_share_is_nobody_s_own()
    {
        var ps = Least(Panel((_, day, units) => units * (1 + Math.Clamp((day - 200) / 60.0, 0, 1))), 200, Days);
        Assert.All(ps, p => Assert.True(p.P > 1e-5));
    }

    [Fact]
    public void A_series_alone_is_judged_by_itself()
    {
        var one = Panel((_, day, units) => day >= 250 ? units * 2 : units).Series[0];
        var panel = new DemandPanel(Grain.Day, new(2024, 1, 1), [one]);
        Assert.True(Least(panel, 250, Days)[0].P < 1e-6);
    }

    [Fact]
    public void A_stockout_is_no_drop_and_no_silence()
    {
        var panel = Panel((series, day, units) => series == 3 && day >= 250 ? 0 : units);
        Assert.True(Least(panel, 250, Days)[3].P < 1e-9);
        var served = Enumerable.Range(0, Days).Select(day => day < 250).ToArray();
        var known = new DemandPanel(Grain.Day, panel.Start, [.. panel.Series.Select((each, at) => at == 3 ? each with { Served = served } : each)]);
        Assert.Equal(1, Least(known, 250, Days)[3].P);
    }

    [Fact]
    public void Closed_days_are_not_judged()
    {
        var detector = new PanelDetector(Panel((_, _, units) => units));
        for (var day = 0; day < 200; day++)
            detector.Step(day, open: true);
        detector.Step(200, open: false);
        for (var series = 0; series < 20; series++)
            Assert.All(detector.StatisticsOf(series).ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void What_comes_later_changes_no_judgement()
    {
        var (plain, changed) = (Panel((_, _, units) => units), Panel((_, day, units) => day >= 200 ? units * 50 : units));
        var (before, after) = (new PanelDetector(plain), new PanelDetector(changed));
        for (var day = 0; day < 200; day++)
        {
            before.Step(day, open: true);
            after.Step(day, open: true);
            for (var series = 0; series < 20; series++)
                Assert.Equal(before.StatisticsOf(series).ToArray(), after.StatisticsOf(series).ToArray());
        }
    }

    [Fact]
    public void Hours_of_the_week_are_known_and_their_own_drop_is_found()
    {
        // By night nothing sells. At noon of the last day neither, but for one series that stops at midnight.
        var random = new Random(4);
        var hours = 24 * 7 * 8;
        var series = Enumerable.Range(0, 20).Select(at => new DemandSeries($"s{at}", null, [.. Enumerable.Range(0, hours).Select(hour =>
            hour % 24 < 8 || (at == 3 && hour >= hours - 24) ? 0.0 : random.Next(15, 26))], 1)).ToArray();
        var panel = new DemandPanel(Grain.Hour, new(2024, 1, 1), series);
        var nulls = NullModel.Of(DetectorShape.Of(Grain.Hour), [0, 0.2f]);
        var ps = Least(panel, hours - 48, hours, nulls);
        Assert.True(ps[3].P < 1e-6);
        Assert.All(ps.Where((_, at) => at != 3), p => Assert.True(p.P > 1e-5));
    }

    /// <summary>By series, the least likely of the days from..to.</summary>
    private static (double P, int Statistic)[] Least(DemandPanel panel, int from, int to, NullModel? nulls = null)
    {
        var detector = new PanelDetector(panel);
        var calendar = TradingCalendar.At(panel, panel.Length, 0, new HashSet<DateOnly>());
        var least = Enumerable.Repeat((P: 1.0, Statistic: 0), panel.Series.Count).ToArray();
        for (var step = 0; step < to; step++)
        {
            detector.Step(step, calendar.IsOpen(step));
            for (var s = 0; step >= from && s < least.Length; s++)
                if ((nulls ?? Nulls).Judge(detector.State(s).SaleProbability, detector.StatisticsOf(s)) is var judged && judged.P < least[s].P)
                    least[s] = judged;
        }
        return least;
    }

    /// <summary>Twenty series that sell 30 to 50 a day.</summary>
    private static DemandPanel Panel(Func<int, int, double, double> change)
    {
        var random = new Random(2);
        return new(Grain.Day, new(2024, 1, 1), [.. Enumerable.Range(0, 20).Select(series => new DemandSeries($"s{series}", null,
            [.. Enumerable.Range(0, Days).Select(day => change(series, day, random.Next(30, 51)))], 1))]);
    }
}
