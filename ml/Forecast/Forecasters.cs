using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast;

/// <summary>What is known when a forecast is made.</summary>
/// <param name="Panel">Read before <see cref="Origin"/> only.</param>
/// <param name="Origin">The first step that is not known.</param>
/// <param name="Horizon">Steps to forecast.</param>
/// <param name="Calendar">As known at the origin.</param>
internal sealed record ForecastContext(DemandPanel Panel, int Origin, int Horizon, TradingCalendar Calendar)
{
    /// <summary>Demand could be seen: the business traded, the thing was there and had begun to sell.</summary>
    public bool IsObserved(DemandSeries series, int step) => step >= series.Born && Calendar.IsOpen(step) && series.CouldSell(step);

    /// <summary>The same, with history in which a bulk order counts as a very good day.</summary>
    public ForecastContext WithoutBulkOrders() => this with { Panel = BulkOrders.Capped(Panel.Until(Origin)) };
}

/// <summary>Forecasts expected demand of each series of a panel.</summary>
internal interface IForecaster
{
    string Name { get; }

    /// <returns>[series][step after the origin]: expected units, zero in closed steps, never below zero.</returns>
    double[][] Forecast(ForecastContext context);
}

/// <summary>What the same slot of the week last sold.</summary>
internal sealed class SeasonalNaive : IForecaster
{
    public string Name => "seasonal_naive";

    public double[][] Forecast(ForecastContext context) => SlotMean.Of(context, 1);
}

/// <summary>The mean of the same slot of the last eight weeks.</summary>
internal sealed class WeekdayMean : IForecaster
{
    public string Name => "weekday_mean_8";

    public double[][] Forecast(ForecastContext context) => SlotMean.Of(context, 8);
}

internal static class SlotMean
{
    /// <summary>Mean of the last <paramref name="weeks"/> observed steps of each slot.</summary>
    public static double[][] Of(ForecastContext context, int weeks)
    {
        var (panel, origin) = (context.Panel, context.Origin);
        var result = new double[panel.Series.Count][];
        var (sum, count) = (new double[panel.Season], new int[panel.Season]);
        for (var s = 0; s < result.Length; s++)
        {
            Array.Clear(sum);
            Array.Clear(count);
            var series = panel.Series[s];
            for (var step = origin - 1; step >= Math.Max(0, origin - (2 * weeks * panel.Season)); step--)
            {
                var slot = panel.Slot(step);
                if (count[slot] == weeks || !context.IsObserved(series, step))
                    continue;
                sum[slot] += series.Units[step];
                count[slot]++;
            }
            var forecast = result[s] = new double[context.Horizon];
            for (var h = 0; h < forecast.Length; h++)
            {
                var slot = panel.Slot(origin + h);
                if (context.Calendar.IsOpen(origin + h) && count[slot] > 0)
                    forecast[h] = sum[slot] / count[slot];
            }
        }
        return result;
    }
}
