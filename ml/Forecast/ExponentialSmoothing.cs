using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast;

/// <summary>
/// Exponential smoothing with a damped additive trend and multiplicative factors for the slots of the week. Its constants are chosen per series by the error
/// of the forecasts it would have made, one week's sum ahead, so that noise of single days does not decide.
/// </summary>
internal sealed class ExponentialSmoothing : IForecaster
{
    private static readonly (double Level, double Trend, double Season)[] Grid =
        [.. from level in (double[])[0.02, 0.05, 0.1, 0.2, 0.35]
            from trend in (double[])[0, 0.05]
            from season in (double[])[0.02, 0.1]
            select (level, trend, season)];

    public const double Damping = 0.97;

    public const string ModelName = "ets";

    public string Name => ModelName;

    public double[][] Forecast(ForecastContext context)
    {
        context = context.WithoutBulkOrders();
        var result = new double[context.Panel.Series.Count][];
        Parallel.For(0, result.Length, s => result[s] = One(context, context.Panel.Series[s]));
        return result;
    }

    private static double[] One(ForecastContext context, DemandSeries series)
    {
        var factors = new double[context.Panel.Season];
        var best = double.PositiveInfinity;
        var constants = Grid[0];
        foreach (var each in Grid)
        {
            Run(context, series, each, factors, out var error);
            if (error < best)
                (best, constants) = (error, each);
        }
        var (level, trend) = Run(context, series, constants, factors, out _);
        var forecast = new double[context.Horizon];
        double damped = 0, power = 1;
        for (var h = 0; h < forecast.Length; h++)
        {
            if (!context.Calendar.IsOpen(context.Origin + h))
                continue;
            power *= Damping;
            damped += power * trend;
            forecast[h] = Math.Max(0, level + damped) * factors[context.Panel.Slot(context.Origin + h)];
        }
        return forecast;
    }

    /// <summary>Smooths what is known.</summary>
    /// <param name="factors">Of each slot of the week; written.</param>
    /// <param name="error">Mean squared error of a week's sum, forecast at its beginning.</param>
    private static (double Level, double Trend) Run(
        ForecastContext context, DemandSeries series, (double Level, double Trend, double Season) by, double[] factors, out double error)
    {
        var panel = context.Panel;
        Array.Fill(factors, 1);
        double level = 0, trend = 0, expected = 0, sold = 0, squares = 0, ahead = 0, growth = 0;
        int seen = 0, inWeek = 0, weeks = 0;
        for (var step = series.Born; step < context.Origin; step++)
        {
            if (!context.IsObserved(series, step))
                continue;
            var slot = panel.Slot(step);
            var units = series.Units[step];
            seen++;
            // As it was known when the week began: by what each day has told the next, the fastest memory would always look best.
            if (inWeek == 0)
                (ahead, growth) = (level, trend);
            growth *= Damping;
            ahead += growth;
            expected += Math.Max(0, ahead) * factors[slot];
            sold += units;
            if (++inWeek == panel.Season)
            {
                if (seen > 4 * panel.Season)
                {
                    squares += (sold - expected) * (sold - expected);
                    weeks++;
                }
                (inWeek, expected, sold) = (0, 0, 0);
            }
            // Until it has seen as much as its memory holds, it is the mean of all.
            var alpha = Math.Max(by.Level, 1.0 / seen);
            var before = level;
            level = Math.Max(0, ((1 - alpha) * (level + (Damping * trend))) + (alpha * units / factors[slot]));
            trend = seen <= panel.Season ? 0 : ((1 - by.Trend) * Damping * trend) + (by.Trend * (level - before));
            if (level > 0 && seen > panel.Season)
                factors[slot] = Math.Clamp(((1 - by.Season) * factors[slot]) + (by.Season * units / level), 0.2, 5);
        }
        error = weeks == 0 ? 0 : squares / weeks;
        return (level, trend);
    }
}
