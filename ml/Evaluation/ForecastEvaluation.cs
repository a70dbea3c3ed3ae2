using System.Globalization;
using EcomIntel.Ml.Forecast;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Evaluation;

/// <param name="Wape">Sum of absolute errors of days, by the median forecast, as a share of what was sold.</param>
/// <param name="WapeOfMean">The same by the expected demand.</param>
/// <param name="TotalError">Of each series' sum over the horizon, by the expected demand.</param>
/// <param name="Pinball90">Pinball loss of the 0.9 quantile, as a share of what was sold.</param>
/// <param name="Coverage80">Share of days between the quantiles 0.1 and 0.9.</param>
internal sealed record ForecastFigures(string Model, double Wape, double WapeOfMean, double TotalError, double Bias, double Pinball90, double Coverage80);

/// <param name="From">The window's first day.</param>
internal sealed record ForecastWindow(DateTime From, IReadOnlyList<ForecastFigures> Figures);

/// <param name="From">First day of the first window that is reported.</param>
/// <param name="Windows">Windows reported; each model learned only from days before its window.</param>
/// <param name="Chosen">By model, the share of series and windows for which the backtest chose it.</param>
/// <param name="Promoted">Models that beat every baseline in WAPE, total error and pinball loss over all windows.</param>
/// <param name="NotPromoted">The others, and in what they did not.</param>
internal sealed record ForecastReport(int Series, int Horizon, DateTime From, DateTime Until, int Windows, IReadOnlyList<ForecastFigures> All,
    IReadOnlyList<ForecastWindow> ByWindow, IReadOnlyDictionary<string, double> Chosen, IReadOnlyList<string> Promoted,
    IReadOnlyDictionary<string, string> NotPromoted);

/// <summary>
/// Forecasts 28 days ahead at one origin after the other; models learn and are chosen by what was over at the origin, and the later third is reported.
/// </summary>
internal static class ForecastEvaluation
{
    public const int Horizon = 28;
    public const string Choice = "chosen_by_backtest";

    private static readonly string[] Baselines = ["seasonal_naive", "weekday_mean_8", "ets", "tsb"];

    /// <summary>Of the days; what comes after them is reported.</summary>
    public const double FirstPart = 2.0 / 3;

    private const int FirstOrigin = 150;
    private const int WindowsOfPast = 4;

    /// <param name="panel">Of days, at least 365 of them.</param>
    /// <exception cref="InvalidDataException">It is shorter, or sells too little to learn from.</exception>
    public static ForecastReport Run(DemandPanel panel, IReadOnlySet<DateOnly> holidays, Action<string>? progress = null)
    {
        if (panel.Length < 365)
            throw new InvalidDataException($"forecasts are judged on at least 365 days, and there are {panel.Length}");
        var origins = new List<int>();
        for (var origin = panel.Length - Horizon; origin >= FirstOrigin; origin -= Horizon)
            origins.Insert(0, origin);
        var reported = origins.Skip(WindowsOfPast).Where(origin => origin >= panel.Length * FirstPart).ToList();
        IForecaster[] candidates = [new ExponentialSmoothing(), new Tsb(), new GlobalTrees(new())];
        IForecaster[] models = [new SeasonalNaive(), new WeekdayMean(), .. candidates];
        var done = 0;
        var windows = Backtest.Run(panel, models, origins, Horizon, holidays, origin => progress?.Invoke($"forecasts: {++done} of {origins.Count} windows"));
        var chosen = new List<BacktestWindow>();
        var choices = new List<string[]>();
        var counts = candidates.ToDictionary(model => model.Name, _ => 0.0);
        for (var at = WindowsOfPast; at < origins.Count; at++)
        {
            var before = candidates.ToDictionary(model => model.Name, model => (IReadOnlyList<BacktestWindow>)windows[model.Name][(at - WindowsOfPast)..at]);
            var names = SeriesChoice.At(panel, before);
            choices.Add(names);
            chosen.Add(new(origins[at], windows[names[0]][at].Calendar, [.. names.Select((name, s) => windows[name][at].Mean[s])]));
            if (reported.Contains(origins[at]))
                foreach (var name in names)
                    counts[name] += 1.0 / (names.Length * reported.Count);
        }
        var all = Of(reported);
        var byWindow = reported.Select(origin => new ForecastWindow(panel.TimeOf(origin), Of([origin]))).ToList();
        var judged = all.Where(each => !Baselines.Contains(each.Model)).ToDictionary(each => each.Model, each => Refusal(each, all));
        return new(panel.Series.Count, Horizon, panel.TimeOf(reported[0]), panel.TimeOf(panel.Length - 1), reported.Count, all, byWindow, counts,
            [.. judged.Where(each => each.Value is null).Select(each => each.Key)],
            judged.Where(each => each.Value is not null).ToDictionary(each => each.Key, each => each.Value!));

        List<ForecastFigures> Of(IReadOnlyCollection<int> of) =>
        [
            .. windows.Select(each => Figures(panel, each.Key, each.Value, (_, _) => each.Key, windows, of)),
            Figures(panel, Choice, chosen, (at, s) => choices[at][s], windows, of),
        ];
    }

    /// <summary>Where a model does not beat the best baseline; null where it does in everything.</summary>
    internal static string? Refusal(ForecastFigures model, IReadOnlyList<ForecastFigures> all)
    {
        var wrong = new List<string>();
        foreach (var (name, of) in (ReadOnlySpan<(string, Func<ForecastFigures, double>)>)
            [("WAPE", each => each.Wape), ("total error", each => each.TotalError), ("pinball loss", each => each.Pinball90)])
        {
            var best = all.Where(each => Baselines.Contains(each.Model)).MinBy(of)!;
            if (of(model) >= of(best))
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {of(model):0.000}, {best.Model} has {of(best):0.000}"));
        }
        return wrong.Count == 0 ? null : string.Join("; ", wrong);
    }

    /// <param name="model">By place among the windows, and series: whose past errors make the quantiles.</param>
    private static ForecastFigures Figures(DemandPanel panel, string name, List<BacktestWindow> windows, Func<int, int, string> model,
        Dictionary<string, List<BacktestWindow>> models, IReadOnlyCollection<int> origins)
    {
        var (byMedian, byMean) = (new ForecastErrors(), new ForecastErrors());
        foreach (var (at, window) in windows.Index().Where(each => origins.Contains(each.Item.Origin)))
        {
            var tables = models.ToDictionary(each => each.Key, each => QuantileTable.Of(
                Backtest.Pairs(panel, each.Value.Where(other => other.Origin < window.Origin).TakeLast(WindowsOfPast), window.Origin)));
            for (var s = 0; s < window.Mean.Length; s++)
            {
                var table = tables[model(at, s)] ?? throw new InvalidDataException("too few sales to learn quantiles from");
                var mean = window.Mean[s];
                var actual = panel.Series[s].Units.AsSpan(window.Origin, mean.Length);
                double[] low = At(0.1), median = At(0.5), high = At(0.9);
                byMedian.Add(actual, median, mean, low, high);
                byMean.Add(actual, mean, mean, low, high);

                double[] At(double level) => Array.ConvertAll(mean, expected => expected > 0 ? table.Quantile(expected, level) : 0);
            }
        }
        return new(name, byMedian.Wape, byMean.Wape, byMean.TotalError, byMean.Bias, byMean.Pinball90, byMean.Coverage80);
    }
}
