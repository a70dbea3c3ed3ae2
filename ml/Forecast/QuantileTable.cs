namespace EcomIntel.Ml.Forecast;

/// <summary>
/// The distribution around a model's expected demand, learned from what its own earlier forecasts were followed by: quantiles of actual / expected, for
/// forecasts of about the same size. Small expectations are mostly zero with a rare sale, large ones are nearly symmetric; both are in the table.
/// </summary>
internal sealed class QuantileTable
{
    public static IReadOnlyList<double> Levels { get; } = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

    private const int MinPairs = 400;

    private readonly double[] _upTo;
    private readonly double[][] _ratios;

    /// <param name="upTo">Largest expectation of each bucket but the last, which has no end.</param>
    /// <param name="ratios">Of each bucket, actual / expected at each of <see cref="Levels"/>.</param>
    public QuantileTable(double[] upTo, double[][] ratios) => (_upTo, _ratios) = (upTo, ratios);

    public double[] UpTo => _upTo;

    public double[][] Ratios => _ratios;

    /// <param name="pairs">Expected units above zero, and the units that came.</param>
    /// <returns>Null where there are too few to say anything.</returns>
    public static QuantileTable? Of(IReadOnlyList<(double Expected, double Actual)> pairs, int buckets = 12)
    {
        if (pairs.Count < MinPairs)
            return null;
        var sorted = pairs.OrderBy(pair => pair.Expected).ToArray();
        buckets = Math.Clamp(sorted.Length / MinPairs, 1, buckets);
        var (upTo, ratios) = (new double[buckets - 1], new double[buckets][]);
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var slice = sorted[(sorted.Length * bucket / buckets)..(sorted.Length * (bucket + 1) / buckets)];
            var ordered = slice.Select(pair => pair.Actual / pair.Expected).Order().ToArray();
            if (bucket < buckets - 1)
                upTo[bucket] = slice[^1].Expected;
            ratios[bucket] = [.. Levels.Select(level => At(ordered, level))];
        }
        return new(upTo, ratios);
    }

    /// <param name="level">One of <see cref="Levels"/>.</param>
    public double Quantile(double expected, double level)
    {
        var at = -1;
        for (var index = 0; index < Levels.Count; index++)
            if (Math.Abs(Levels[index] - level) < 1e-9)
                at = index;
        if (at < 0)
            throw new ArgumentOutOfRangeException(nameof(level), level, $"quantiles are kept for {string.Join(", ", Levels)}");
        var bucket = Array.FindIndex(_upTo, end => expected <= end);
        return expected * _ratios[bucket < 0 ? ^1 : bucket][at];
    }

    /// <summary>By linear interpolation between order statistics.</summary>
    private static double At(double[] ordered, double level)
    {
        var place = level * (ordered.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, ordered.Length - 1);
        return ordered[below] + ((place - below) * (ordered[above] - ordered[below]));
    }
}
