using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast.Replenishing;

/// <summary>What forecasts of the four weeks from an origin on were worth. Replenishment lives by sums over weeks, so these decide.</summary>
/// <param name="Metrics">By name; all but the bias as shares of what was sold, none below zero.</param>
/// <param name="Parts">By series, the error of the four weeks' sum, and what was sold.</param>
internal sealed record ForecastFigures(IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<(double Error, double Size)> Parts)
{
    /// <summary>Days that are judged.</summary>
    public const int Days = 28;

    public const string Total = "total_error_28", Pinball = "pinball90_28";

    private const double Level = 0.9;

    /// <param name="forecasts">By series: units of each day, and the 0.9 quantile of the four weeks' sum.</param>
    public static ForecastFigures Of(DemandPanel panel, int origin, IReadOnlyList<(double[] Daily, double Quantile)> forecasts)
    {
        double sold = 0, single = 0, total = 0, bias = 0, pinball = 0;
        var parts = new List<(double, double)>(forecasts.Count);
        for (var s = 0; s < forecasts.Count; s++)
        {
            var (daily, quantile) = forecasts[s];
            var (expected, actual) = (ForecastTraining.Sum(daily, Days), ForecastTraining.Actual(panel, s, origin, Days));
            (sold, total, bias) = (sold + actual, total + Math.Abs(expected - actual), bias + expected - actual);
            pinball += ForecastErrors.Pinball(actual, quantile, Level);
            parts.Add((Math.Abs(expected - actual), actual));
            for (var h = 0; h < Days; h++)
                single += Math.Abs(daily[h] - panel.Series[s].Units[origin + h]);
        }
        sold = Math.Max(sold, 1e-9);
        return new(new Dictionary<string, double>
        {
            [Total] = total / sold, [Pinball] = pinball / sold, ["wape_daily"] = single / sold, ["bias"] = bias / sold,
        }, parts);
    }

    /// <summary>Of a version that is kept, from an origin on; one that has learned no distribution says zero.</summary>
    public static ForecastFigures Of(DemandPanel panel, int origin, ForecastArtefact artefact)
    {
        var level = QuantileTable.Levels.Index().First(each => Math.Abs(each.Item - Level) < 1e-9).Index;
        return Of(panel, origin, [.. ForecastScoring.Run(panel, artefact, origin)
            .Select(forecast => (forecast.Daily, forecast.Sums.FirstOrDefault(sum => sum.Days == Days).Quantiles is { } quantiles ? quantiles[level] : 0))]);
    }
}
