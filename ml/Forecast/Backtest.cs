using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast;

/// <summary>One model's forecasts at one origin, and what they were worth.</summary>
/// <param name="Mean">[series][step].</param>
internal sealed record BacktestWindow(int Origin, TradingCalendar Calendar, double[][] Mean);

/// <summary>Forecasts as they would have been made at one origin after the other.</summary>
internal static class Backtest
{
    /// <param name="origins">Ascending, each with a whole horizon known after it.</param>
    /// <param name="progress">Told after each origin.</param>
    /// <returns>By model's name, a window for each origin.</returns>
    public static Dictionary<string, List<BacktestWindow>> Run(
        DemandPanel panel, IReadOnlyList<IForecaster> models, IReadOnlyList<int> origins, int horizon, IReadOnlySet<DateOnly> holidays,
        Action<int>? progress = null)
    {
        var windows = models.ToDictionary(model => model.Name, _ => new List<BacktestWindow>());
        foreach (var origin in origins)
        {
            var calendar = TradingCalendar.At(panel, origin, horizon, holidays);
            var context = new ForecastContext(panel, origin, horizon, calendar);
            foreach (var model in models)
                windows[model.Name].Add(new(origin, calendar, model.Forecast(context)));
            progress?.Invoke(origin);
        }
        return windows;
    }

    /// <summary>Expected and actual of every open step of the windows that were over at <paramref name="origin"/>.</summary>
    public static List<(double Expected, double Actual)> Pairs(DemandPanel panel, IEnumerable<BacktestWindow> windows, int origin)
    {
        var pairs = new List<(double, double)>();
        foreach (var window in windows)
            for (var s = 0; s < window.Mean.Length; s++)
                for (var h = 0; h < window.Mean[s].Length && window.Origin + window.Mean[s].Length <= origin; h++)
                    if (window.Mean[s][h] > 0 && panel.Series[s].CouldSell(window.Origin + h))
                        pairs.Add((window.Mean[s][h], panel.Series[s].Units[window.Origin + h]));
        return pairs;
    }
}
