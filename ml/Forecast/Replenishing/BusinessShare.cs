using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast.Replenishing;

/// <summary>
/// Each series' share of all units, times what is expected of all together. A series that sells by chance tells little in a few weeks, so its share is taken
/// over months, the latest counting most; how the business moves is seen in all series at once (top-down forecasting: Gross and Sohl, 1990).
/// </summary>
internal sealed class BusinessShare : IForecaster
{
    /// <summary>Days after which what was sold counts half.</summary>
    private const double HalfLife = 112;

    public const string ModelName = "share";

    public string Name => ModelName;

    public double[][] Forecast(ForecastContext context)
    {
        context = context.WithoutBulkOrders();
        var (panel, origin) = (context.Panel, context.Origin);
        var all = panel.Whole.ToArray();
        var together = new DemandPanel(panel.Grain, panel.Start, [new("all", null, all, 1)]);
        var expected = new ExponentialSmoothing().Forecast(context with { Panel = together })[0];
        var weights = new double[origin];
        for (var step = 0; step < origin; step++)
            weights[step] = Math.Pow(0.5, (origin - 1 - step) / (HalfLife * panel.StepsADay));
        return [.. panel.Series.Select(series =>
        {
            double own = 0, whole = 0;
            for (var step = series.Born; step < origin; step++)
                (own, whole) = (own + (weights[step] * series.Units[step]), whole + (weights[step] * all[step]));
            return Array.ConvertAll(expected, units => whole <= 0 ? 0 : units * own / whole);
        })];
    }
}
