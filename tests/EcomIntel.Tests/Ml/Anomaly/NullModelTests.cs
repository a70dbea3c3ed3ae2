using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Anomaly;

public sealed class NullModelTests
{
    [Fact]
    public void A_tail_is_counted_where_it_can_be_and_exponential_beyond()
    {
        var random = new Random(1);
        var curve = TailCurve.Of([.. Enumerable.Range(0, 100_000).Select(_ => (float)-Math.Log(1 - random.NextDouble()))]);
        foreach (var value in (double[])[0.5, 2, 4, 8, 12])
            Assert.InRange(curve.P(value) / Math.Exp(-value), 0.6, 1.6);
        Assert.Equal(1, curve.P(-1));
    }

    [Fact]
    public void Of_equal_values_all_count() => Assert.Equal(0.5, TailCurve.Of([0, 0, 0, 0, 0, 5, 5, 5, 5, 5]).P(5), 1);

    [Theory]
    [InlineData(0.15, 3)]
    [InlineData(0.6, 20)]
    [InlineData(1, 400)]
    public void P_values_hold_whatever_the_distribution_of_what_is_sold(double saleProbability, double heaviest)
    {
        var shape = DetectorShape.Of(Grain.Day);
        var nulls = NullModel.Of(shape, [0, 0, 0, 0]); // spikes left out
        var random = new Random(9);
        int judged = 0, unlikely = 0;
        var statistics = new float[Statistics.Count];
        for (var series = 0; series < 60; series++)
        {
            var state = new SeriesState(shape);
            for (var day = 0; day < 600; day++)
            {
                state.Step(random.NextDouble() < saleProbability ? 1 + Math.Floor(heaviest * Math.Pow(random.NextDouble(), 8)) : 0, 1, statistics);
                statistics[Statistics.Spike] = 0;
                if (day < 200)
                    continue;
                judged++;
                unlikely += nulls.Judge(state.SaleProbability, statistics).P < 0.02 ? 1 : 0;
            }
        }
        Assert.True((double)unlikely / judged < 0.03, $"{unlikely} of {judged}");
    }
}
