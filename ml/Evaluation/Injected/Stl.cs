namespace EcomIntel.Ml.Evaluation.Injected;

/// <summary>
/// Seasonal and trend decomposition by loess (Cleveland and others, 1990), periodic in its season, and Tukey's fences on what is left: what ClickHouse's
/// seriesDecomposeSTL and seriesOutliersDetectTukey do, over a trailing window, so that the last value is judged by those before it.
/// </summary>
internal static class Stl
{
    /// <summary>How many interquartile ranges the last residual lies outside the quartiles; 0 inside them.</summary>
    public static double TukeyScore(ReadOnlySpan<double> units, int period)
    {
        var residuals = Residuals(units, period);
        var sorted = (double[])residuals.Clone();
        Array.Sort(sorted);
        var (low, high) = (sorted[(int)(0.1 * (sorted.Length - 1))], sorted[(int)(0.9 * (sorted.Length - 1))]);
        var range = Math.Max(high - low, 1e-6);
        return Math.Max(0, Math.Max(residuals[^1] - high, low - residuals[^1]) / range);
    }

    public static double[] Residuals(ReadOnlySpan<double> values, int period)
    {
        var length = values.Length;
        var trend = new double[length];
        var seasonal = new double[length];
        var work = new double[length];
        // As periodic decompositions do: the season is each slot's mean, the trend a loess over a window and a half.
        var window = Math.Max(7, (3 * period / 2) | 1);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var slot = 0; slot < period; slot++)
            {
                double sum = 0;
                var count = 0;
                for (var at = slot; at < length; at += period)
                    (sum, count) = (sum + values[at] - trend[at], count + 1);
                for (var at = slot; at < length; at += period)
                    seasonal[at] = sum / Math.Max(1, count);
            }
            double mean = 0;
            for (var slot = 0; slot < Math.Min(period, length); slot++)
                mean += seasonal[slot] / Math.Min(period, length);
            for (var at = 0; at < length; at++)
            {
                seasonal[at] -= mean;
                work[at] = values[at] - seasonal[at];
            }
            Loess(work, trend, window);
        }
        for (var at = 0; at < length; at++)
            work[at] = values[at] - seasonal[at] - trend[at];
        return work;
    }

    /// <summary>Local lines with tricube weights.</summary>
    private static void Loess(double[] values, double[] smooth, int window)
    {
        for (var at = 0; at < values.Length; at++)
        {
            var from = Math.Clamp(at - (window / 2), 0, Math.Max(0, values.Length - window));
            var to = Math.Min(values.Length, from + window);
            double reach = Math.Max(at - from, to - 1 - at) + 1;
            double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
            for (var near = from; near < to; near++)
            {
                double x = near - at, far = Math.Abs(x) / reach;
                var weight = Math.Pow(1 - (far * far * far), 3);
                w += weight;
                wx += weight * x;
                wy += weight * values[near];
                wxx += weight * x * x;
                wxy += weight * x * values[near];
            }
            var spread = (w * wxx) - (wx * wx);
            smooth[at] = spread <= 1e-12 ? wy / w : ((wxx * wy) - (wx * wxy)) / spread;
        }
    }
}
