using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast;

/// <summary>
/// Teunter, Syntetos and Babai's method for intermittent demand: the probability of a sale and its size are smoothed apart, the probability in every step, so
/// that an item that ends fades out.
/// </summary>
internal sealed class Tsb : IForecaster
{
    private static readonly (double Probability, double Size)[] Grid =
        [.. from probability in (double[])[0.02, 0.05, 0.1] from size in (double[])[0.02, 0.05, 0.1, 0.2] select (probability, size)];

    public string Name => "tsb";

    public double[][] Forecast(ForecastContext context)
    {
        context = context.WithoutBulkOrders();
        var result = new double[context.Panel.Series.Count][];
        Parallel.For(0, result.Length, s => result[s] = One(context, context.Panel.Series[s]));
        return result;
    }

    private static double[] One(ForecastContext context, DemandSeries series)
    {
        var rate = Grid.Select(each => Run(context, series, each)).MinBy(run => run.Error).Rate;
        var forecast = new double[context.Horizon];
        for (var h = 0; h < forecast.Length; h++)
            forecast[h] = context.Calendar.IsOpen(context.Origin + h) ? rate : 0;
        return forecast;
    }

    private static (double Rate, double Error) Run(ForecastContext context, DemandSeries series, (double Probability, double Size) by)
    {
        double probability = 0, size = 0, squares = 0, expected = 0, sold = 0, ahead = 0;
        int seen = 0, sales = 0, inWeek = 0, weeks = 0;
        for (var step = series.Born; step < context.Origin; step++)
        {
            if (!context.IsObserved(series, step))
                continue;
            var units = series.Units[step];
            // As it was known when the week began: by what each day has told the next, the fastest memory would always look best.
            if (inWeek == 0)
                ahead = probability * size;
            expected += ahead;
            sold += units;
            if (++inWeek == context.Panel.Season)
            {
                squares += seen < 4 * context.Panel.Season ? 0 : (sold - expected) * (sold - expected);
                (inWeek, expected, sold, weeks) = (0, 0, 0, weeks + 1);
            }
            seen++;
            probability += Math.Max(by.Probability, 1.0 / seen) * ((units > 0 ? 1 : 0) - probability);
            if (units > 0)
                size += Math.Max(by.Size, 1.0 / ++sales) * (units - size);
        }
        return (probability * size, weeks == 0 ? 0 : squares / weeks);
    }
}
