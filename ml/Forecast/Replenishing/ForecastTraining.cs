using System.Globalization;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast.Replenishing;

/// <param name="Metrics">Of the last window, which nothing was chosen by.</param>
/// <param name="Refusal">Where it does not beat the best baseline in the error and the pinball loss of four weeks' sums; null where it does.</param>
internal sealed record TrainedForecasts(
    ForecastArtefact Artefact, int Windows, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Baselines, string? Refusal);

/// <summary>
/// Forecasts for replenishment: of each series the model that did best on the windows before, with the quantiles of what such forecasts were followed by.
/// Replenishment lives by sums over weeks, so these decide. It is chosen by the windows before the last, judged on the last, and then chosen anew by all.
/// </summary>
internal static class ForecastTraining
{
    /// <summary>Days ahead.</summary>
    public const int Horizon = 56;

    /// <summary>Days together of which distributions are told.</summary>
    public static readonly IReadOnlyList<int> Sums = [7, 14, 28, 56];

    private const int Stride = 28;
    private const int Windows = 5;
    private const int FirstOrigin = 84;

    /// <summary>
    /// How many windows of a series the errors of all count for, in choosing its model: four weeks of one series are mostly chance, and so is a choice by them.
    /// </summary>
    private const double Prior = 48;

    public static readonly GlobalTreesOptions Trees = new(MaxRows: 60_000, Threads: 1);

    private static readonly IForecaster[] Baselines = [new WeekdayMean(), new PastMean()];

    /// <returns>Null where there is too little history.</returns>
    public static TrainedForecasts? Run(DemandPanel panel, double supplierLines, Action<double>? progress = null)
    {
        var origins = new List<int>();
        for (var origin = panel.Length - Horizon; origin >= FirstOrigin && origins.Count < Windows; origin -= Stride)
            origins.Insert(0, origin);
        if (origins.Count < 2)
            return null;
        // The trees of all windows learn from what was before the first: one training stands for five.
        var none = new HashSet<DateOnly>();
        var trees = new GlobalTrees(Trees);
        var early = trees.TrainedOn(new(panel, origins[0], Horizon, TradingCalendar.At(panel, origins[0], Horizon, none)));
        IForecaster[] always = [new ExponentialSmoothing(), new Tsb(), new BusinessShare()];
        IForecaster[] candidates = early is null ? always : [.. always, new Loaded(trees, early)];
        var done = 0;
        var windows = Backtest.Run(panel, [.. candidates, .. Baselines], origins, Horizon, none, _ => progress?.Invoke(0.9 * ++done / origins.Count));
        var names = Array.ConvertAll(candidates, model => model.Name);

        var before = Choose(panel, windows, names, ..^1);
        var metrics = Judge(panel, windows, Enumerable.Range(0, panel.Series.Count).Select(s => before[s]).ToArray());
        var baselines = Baselines.ToDictionary(model => model.Name, model =>
            Judge(panel, windows, [.. Enumerable.Repeat(model.Name, panel.Series.Count)]));

        var chosen = Choose(panel, windows, names, 1..);
        var usual = chosen.CountBy(name => name).OrderByDescending(each => each.Value).ThenBy(each => each.Key, StringComparer.Ordinal).First().Key;
        var artefact = new ForecastArtefact(
            usual, panel.Series.Index().Where(each => chosen[each.Index] != usual).ToDictionary(each => each.Item.Key, each => chosen[each.Index]),
            Sums.Select(days => (days, Table: Table(panel, windows, chosen, 1.., days))).Where(each => each.Table is not null)
                .ToDictionary(each => each.days, each => each.Table!),
            early is null ? null : trees.TrainedOn(new(panel, panel.Length, Horizon, TradingCalendar.At(panel, panel.Length, Horizon, none))), supplierLines);
        var refusal = artefact.Quantiles.Count < Sums.Count ? "too few sales to learn distributions from" : Refusal(metrics, baselines);
        progress?.Invoke(1);
        return new(artefact, origins.Count, metrics, baselines, refusal);
    }

    /// <summary>By as many days of each window as are over when the next begins.</summary>
    private static string[] Choose(DemandPanel panel, Dictionary<string, List<BacktestWindow>> windows, string[] names, Range range) =>
        SeriesChoice.At(panel, names.ToDictionary(name => name, name => (IReadOnlyList<BacktestWindow>)
            [.. windows[name].ToArray()[range].Select(window => window with { Mean = Array.ConvertAll(window.Mean, daily => daily[..Stride]) })]),
            Prior, sums: 1);

    /// <summary>Quantiles of the sums of so many days, by what the chosen models' forecasts were followed by.</summary>
    private static QuantileTable? Table(DemandPanel panel, Dictionary<string, List<BacktestWindow>> windows, string[] chosen, Range range, int days)
    {
        var pairs = new List<(double, double)>();
        foreach (var at in Enumerable.Range(0, windows[chosen[0]].Count).ToArray()[range])
            for (var s = 0; s < chosen.Length; s++)
                if (windows[chosen[s]][at] is var window)
                    pairs.Add((Counted(Sum(window.Mean[s], days)), Actual(panel, s, window.Origin, days)));
        return QuantileTable.Of(pairs);
    }

    /// <summary>On the last window, by quantiles of those before it.</summary>
    private static IReadOnlyDictionary<string, double> Judge(DemandPanel panel, Dictionary<string, List<BacktestWindow>> windows, string[] chosen)
    {
        var table = Table(panel, windows, chosen, ..^1, ForecastFigures.Days);
        return ForecastFigures.Of(panel, windows[chosen[0]][^1].Origin, [.. chosen.Select((name, s) =>
        {
            var daily = windows[name][^1].Mean[s];
            return (daily, table?.Quantile(Counted(Sum(daily, ForecastFigures.Days)), 0.9) ?? 0);
        })]).Metrics;
    }

    internal static string? Refusal(
        IReadOnlyDictionary<string, double> metrics, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> baselines)
    {
        var wrong = new List<string>();
        foreach (var metric in (string[])[ForecastFigures.Total, ForecastFigures.Pinball])
        {
            var best = baselines.MinBy(each => each.Value[metric]);
            if (metrics[metric] >= best.Value[metric])
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{metric} {metrics[metric]:0.000}, {best.Key} has {best.Value[metric]:0.000}"));
        }
        return wrong.Count == 0 ? null : string.Join("; ", wrong);
    }

    /// <summary>
    /// What quantiles are in proportion to: of next to nothing a share says nothing, so a tenth of a unit is the least.
    /// </summary>
    public static double Counted(double expected) => Math.Max(expected, 0.1);

    public static double Sum(double[] daily, int days) => daily.AsSpan(0, days).Sum();

    public static double Actual(DemandPanel panel, int series, int origin, int days) => panel.Series[series].Units.AsSpan(origin, days).Sum();

    private static double Sum(this Span<double> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value;
        return sum;
    }

    /// <summary>Trees that were trained before.</summary>
    private sealed class Loaded(GlobalTrees trees, byte[] model) : IForecaster
    {
        public string Name => trees.Name;

        public double[][] Forecast(ForecastContext context) => trees.Forecast(context, model, _ => true);
    }
}

/// <summary>The mean of the last eight weeks' days, closed ones among them: what replenishment goes by without a forecast.</summary>
internal sealed class PastMean : IForecaster
{
    private const int Days = 56;

    public string Name => "past_mean_56";

    public double[][] Forecast(ForecastContext context) => [.. context.Panel.Series.Select(series =>
    {
        var from = Math.Max(0, context.Origin - Days);
        double sold = 0;
        for (var step = from; step < context.Origin; step++)
            sold += series.Units[step];
        return Enumerable.Repeat(context.Origin == from ? 0 : sold / (context.Origin - from), context.Horizon).ToArray();
    })];
}
