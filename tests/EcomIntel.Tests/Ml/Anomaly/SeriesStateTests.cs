using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Anomaly;

public sealed class SeriesStateTests
{
    private static readonly DetectorShape Days = DetectorShape.Of(Grain.Day);

    [Fact]
    public void A_series_is_not_judged_before_its_warm_up()
    {
        var state = new SeriesState(Days);
        var statistics = new float[Statistics.Count];
        for (var day = 0; day < Days.Warmup; day++)
        {
            state.Step(day == 20 ? 1000 : 1, 1, statistics);
            Assert.All(statistics, value => Assert.Equal(0, value));
        }
        state.Step(5000, 1, statistics);
        Assert.True(statistics[Statistics.Spike] > 0);
    }

    [Fact]
    public void A_new_largest_value_is_a_spike_by_how_far_it_exceeds_the_one_before()
    {
        var state = Fed(100, day => 10);
        var statistics = new float[Statistics.Count];
        state.Step(90, 1, statistics);
        Assert.Equal(Math.Log(100.0 / 20), statistics[Statistics.Spike], 2); // (90 + level 10) / (10 + level 10)
        state.Step(60, 1, statistics);
        Assert.Equal(0, statistics[Statistics.Spike]);
    }

    [Fact]
    public void Half_the_demand_for_a_week_is_a_drop_and_a_month_of_it_a_shift()
    {
        var random = new Random(3);
        var state = Fed(140, _ => random.Next(8, 13));
        var statistics = new float[Statistics.Count];
        for (var day = 0; day < 7; day++)
            state.Step(4, 1, statistics);
        // Seven ranks of about -1.7 over the root of seven.
        Assert.InRange(statistics[Statistics.ShortDown], 4.3, 4.6);
        Assert.Equal(0, statistics[Statistics.ShortUp]);
        Assert.InRange(statistics[Statistics.LongDown], 0.5, 3.5);
        for (var day = 0; day < 21; day++)
            state.Step(4, 1, statistics);
        Assert.InRange(statistics[Statistics.LongDown], 6, 9.2);
        Assert.True(statistics[Statistics.CusumDown] > 15);
    }

    [Fact]
    public void One_bulk_order_is_no_shift()
    {
        var random = new Random(3);
        var state = Fed(140, _ => random.Next(8, 13));
        var statistics = new float[Statistics.Count];
        state.Step(100_000, 1, statistics);
        Assert.InRange(statistics[Statistics.ShortUp], 0, 3);
        Assert.InRange(statistics[Statistics.CusumUp], 0, 8);
    }

    [Fact]
    public void Silence_is_as_unlikely_as_its_length_makes_it()
    {
        // Sells every other day: five days of silence have a chance of about 1 in 32.
        var state = Fed(200, day => day % 2);
        var statistics = new float[Statistics.Count];
        for (var day = 0; day < 6; day++)
            state.Step(0, 1, statistics);
        Assert.InRange(Math.Exp(-statistics[Statistics.Silence]), 1.0 / 130, 1.0 / 15);
        state.Step(1, 1, statistics);
        Assert.Equal(0, statistics[Statistics.Silence]);
    }

    [Fact]
    public void What_was_told_is_not_told_again()
    {
        var state = Fed(140, day => day % 5);
        var statistics = new float[Statistics.Count];
        for (var day = 0; day < 10; day++)
            state.Step(50, 1, statistics);
        Assert.True(state.StepsOf(up: true) >= 10);
        state.Restart();
        state.Step(2, 1, statistics);
        Assert.Equal(0, statistics[Statistics.CusumUp]);
    }

    [Fact]
    public void The_expected_range_is_of_the_days_before_the_window_times_what_the_day_makes_usual()
    {
        var state = Fed(106, day => day < 101 ? day : 1000); // the last five are the window
        Assert.Equal(new ExpectedRange(5, 95), state.RangeBefore(5, 1));
        Assert.Equal(new ExpectedRange(10, 190), state.RangeBefore(5, 2));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var state = Fed(200, day => day % 7);
        var statistics = new float[Statistics.Count];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var day = 0; day < 100; day++)
            state.Step(day % 9, 1.1, statistics);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static SeriesState Fed(int days, Func<int, double> units)
    {
        var state = new SeriesState(Days);
        var statistics = new float[Statistics.Count];
        for (var day = 0; day < days; day++)
            state.Step(units(day), 1, statistics);
        return state;
    }
}
