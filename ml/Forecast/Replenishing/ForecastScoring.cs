using EcomIntel.Core.Events;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast.Replenishing;

/// <summary>A series' forecast: expected units of each day, and the quantiles of the first days together.</summary>
/// <param name="Sums">By days, one quantile a level of <see cref="QuantileTable.Levels"/>.</param>
internal sealed record SeriesForecast(string Model, double[] Daily, IReadOnlyList<(int Days, double[] Quantiles)> Sums);

/// <summary>Forecasts of every series, each by the model that was chosen for it.</summary>
internal static class ForecastScoring
{
    /// <summary>From the panel's end on.</summary>
    public static SeriesForecast[] Run(DemandPanel panel, ForecastArtefact artefact) => Run(panel, artefact, panel.Length);

    /// <param name="origin">The first step that is forecast, by what was before it.</param>
    public static SeriesForecast[] Run(DemandPanel panel, ForecastArtefact artefact, int origin)
    {
        var models = Array.ConvertAll([.. panel.Series], series => artefact.Chosen.GetValueOrDefault(series.Key, artefact.Usual));
        var calendar = TradingCalendar.At(panel, origin, ForecastTraining.Horizon, new HashSet<DateOnly>());
        var context = new ForecastContext(panel, origin, ForecastTraining.Horizon, calendar);
        var daily = models.Distinct().ToDictionary(name => name, name => name switch
        {
            ExponentialSmoothing.ModelName => new ExponentialSmoothing().Forecast(context),
            "tsb" => new Tsb().Forecast(context),
            BusinessShare.ModelName => new BusinessShare().Forecast(context),
            GlobalTrees.ModelName => new GlobalTrees(ForecastTraining.Trees).Forecast(
                context, artefact.Trees ?? throw new InvalidDataException("a forecast artefact without the trees that it chose"), s => models[s] == name),
            _ => throw new InvalidDataException($"a forecast artefact names model {name}"),
        });
        return [.. models.Select((name, s) => Of(name, daily[name][s], artefact))];
    }

    private static SeriesForecast Of(string model, double[] daily, ForecastArtefact artefact) => new(
        model, daily, [.. artefact.Quantiles.OrderBy(table => table.Key).Select(table =>
        {
            var expected = ForecastTraining.Counted(ForecastTraining.Sum(daily, table.Key));
            var quantiles = new double[QuantileTable.Levels.Count];
            for (var level = 0; level < quantiles.Length; level++)
                quantiles[level] = Math.Max(level == 0 ? 0 : quantiles[level - 1], table.Value.Quantile(expected, QuantileTable.Levels[level]));
            return (table.Key, quantiles);
        })]);

    /// <summary>As the event has it.</summary>
    public static ForecastUpdated.Demand Event(LocationId location, SeriesForecast forecast) => new(
        location, forecast.Model, [.. forecast.Daily.Select(Units)],
        [.. forecast.Sums.Select(sum => new ForecastUpdated.Sum(sum.Days, [.. sum.Quantiles.Select(Units)]))]);

    /// <summary>Within the limits of events, and not more exact than forecasts are.</summary>
    private static decimal Units(double units) => Math.Round((decimal)Math.Clamp(units, 0, Check.MaxQuantity), units < 10 ? 3 : 1);
}
