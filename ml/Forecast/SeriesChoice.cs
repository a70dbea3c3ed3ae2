using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast;

/// <summary>
/// Which model forecasts which series: the one with the least error in the windows before the origin. One series' few windows say little, so its errors are
/// held together with those of all series, and another model than the best of all must earn its place.
/// </summary>
internal static class SeriesChoice
{
    /// <summary>How many windows of the series itself the errors of all series count for, where nothing else is said.</summary>
    private const double Prior = 6;

    /// <param name="windows">By model: windows that were over at the origin, the same ones for each.</param>
    /// <param name="prior">How many windows of the series itself the errors of all series count for.</param>
    /// <param name="sums">What the error of the window's sum counts for, 0 to 1; the rest is that of single steps.</param>
    /// <returns>By series, the model's name.</returns>
    public static string[] At(DemandPanel panel, IReadOnlyDictionary<string, IReadOnlyList<BacktestWindow>> windows, double prior = Prior, double sums = 0.5)
    {
        var names = windows.Keys.Order(StringComparer.Ordinal).ToArray();
        var (series, count) = (panel.Series.Count, windows[names[0]].Count);
        var (own, all) = (new double[names.Length, series], new double[names.Length]);
        for (var w = 0; w < count; w++)
        {
            var errors = Array.ConvertAll(names, name => Enumerable.Range(0, series).Select(s => Error(panel, windows[name][w], s, sums)).ToArray());
            // As shares of what the models made together, or one hard month would outweigh all others.
            var together = Math.Max(1e-9, errors.Sum(each => each.Sum()));
            for (var model = 0; model < names.Length; model++)
                all[model] += errors[model].Sum() / together / count;
            for (var s = 0; s < series; s++)
            {
                var ofSeries = errors.Sum(each => each[s]);
                for (var model = 0; model < names.Length; model++)
                    own[model, s] += ofSeries > 0 ? errors[model][s] / ofSeries : 1.0 / names.Length;
            }
        }
        return [.. Enumerable.Range(0, series).Select(s => names[Enumerable.Range(0, names.Length).MinBy(model => own[model, s] + (prior * all[model]))])];
    }

    /// <summary>That of the window's sum, by which replenishment lives, and those of single steps.</summary>
    private static double Error(DemandPanel panel, BacktestWindow window, int series, double sums)
    {
        double difference = 0, single = 0;
        for (var h = 0; h < window.Mean[series].Length; h++)
        {
            var error = window.Mean[series][h] - panel.Series[series].Units[window.Origin + h];
            difference += error;
            single += Math.Abs(error);
        }
        return (sums * Math.Abs(difference)) + ((1 - sums) * single);
    }
}
