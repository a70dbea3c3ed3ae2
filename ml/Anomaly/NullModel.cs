using System.Collections.Concurrent;

namespace EcomIntel.Ml.Anomaly;

/// <summary>
/// How each statistic is distributed where nothing changes. Of ranks that is known without any data: they are as for independent draws, whatever is sold; only
/// the share of zeros matters, so there are classes from slow to fast sellers. It is found by drawing, once, from a fixed seed. How much larger than all before
/// a largest value is does depend on the business, and is counted on its own earlier data.
/// </summary>
internal sealed class NullModel
{
    private const int Steps = 400_000;
    private const int StepsOfASeries = 2_000;

    private static readonly double[] SaleProbabilities = [0.05, 0.2, 0.5, 1];

    /// <summary>Drawn once for each shape: they are the same each time.</summary>
    private static readonly ConcurrentDictionary<DetectorShape, Lazy<TailCurve[][]>> Drawn = new();

    private readonly TailCurve[][] _curves;
    private readonly TailCurve _spike;

    private NullModel(TailCurve[][] curves, TailCurve spike) => (_curves, _spike) = (curves, spike);

    /// <summary>Classes of series by how often a step sells.</summary>
    public static int ClassOf(double saleProbability) => saleProbability switch { < 0.1 => 0, < 0.35 => 1, < 0.75 => 2, _ => 3 };

    /// <param name="spikes">The statistic in earlier steps of the business, zeros among them; at least one.</param>
    public static NullModel Of(DetectorShape shape, float[] spikes) => Of(shape, TailCurve.Of(spikes));

    /// <param name="spikes">Of the statistic in earlier steps of the business.</param>
    public static NullModel Of(DetectorShape shape, TailCurve spikes) => new(Drawn.GetOrAdd(shape, static of => new(() =>
    {
        var curves = new TailCurve[SaleProbabilities.Length][];
        Parallel.For(0, curves.Length, kind => curves[kind] = Draw(of, SaleProbabilities[kind], kind));
        return curves;
    })).Value, spikes);

    /// <summary>The least likely of a step's statistics, and how unlikely, made fair for having looked at several.</summary>
    public (double P, int Statistic) Judge(double saleProbability, ReadOnlySpan<float> statistics)
    {
        var curves = _curves[ClassOf(saleProbability)];
        var (least, which) = (1.0, 0);
        for (var statistic = 0; statistic < statistics.Length; statistic++)
        {
            if (statistics[statistic] <= 0)
                continue;
            var p = statistic switch
            {
                // It is a probability already: that of as many steps without a sale.
                Statistics.Silence => Math.Exp(-statistics[statistic]),
                Statistics.Spike => _spike.P(statistics[statistic]),
                _ => curves[statistic].P(statistics[statistic]),
            };
            if (p < least)
                (least, which) = (p, statistic);
        }
        return (Math.Min(1, least * Statistics.Count), which);
    }

    private static TailCurve[] Draw(DetectorShape shape, double saleProbability, int seed)
    {
        var random = new Random(seed);
        var samples = new float[Statistics.Count][];
        for (var statistic = 0; statistic < samples.Length; statistic++)
            samples[statistic] = new float[Steps];
        Span<float> statistics = stackalloc float[Statistics.Count];
        var drawn = 0;
        while (drawn < Steps)
        {
            var state = new SeriesState(shape);
            for (var step = 0; step < StepsOfASeries && drawn < Steps; step++)
            {
                state.Step(random.NextDouble() < saleProbability ? 1 + random.NextDouble() : 0, 1, statistics);
                if (step < shape.Reference + shape.Long)
                    continue;
                for (var statistic = 0; statistic < samples.Length; statistic++)
                    samples[statistic][drawn] = statistics[statistic];
                drawn++;
            }
        }
        return [.. samples.Select(TailCurve.Of)];
    }
}
