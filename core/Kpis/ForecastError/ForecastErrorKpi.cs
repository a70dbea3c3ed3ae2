using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.ForecastError;

public static class ForecastErrorKpi
{
    public static KpiContract Contract { get; } = new(typeof(ForecastErrorKpi), shares: typeof(ForecastErrorKpi))
    {
        Name = "forecast_error",
        Version = 1,
        Title = "Forecast error (WAPE)",
        Description = "How far what was expected of each sku for the next 7 or 28 days lies from what was ordered, as a share of what was ordered.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Lower,
        Formula = "sum over forecasts of |units expected - units ordered| / sum of units ordered, each sku's forecast over all its days together, at all "
            + "locations; every forecast that was made counts, ordered is gross",
        Numerator = "units expected and not ordered, or ordered and not expected",
        Denominator = "units ordered",
        DateMeaning = "the last day that the forecast was for, once it is over",
        Dimensions = [Horizon, new("model", "model"), new("sku", "sku")],
        Source = ["forecast_sums", "line_facts"],
        Apart = "horizon",
        Metric = "forecast_error",
        RowsOrder = "error DESC, day DESC, horizon, sku, as_of",
        TruthBy = ["horizon"],
    };

    /// <summary>Days ahead that a forecast is told of together.</summary>
    internal static KpiDimension Horizon => new("horizon", "horizon", Values: ["7", "28"]);
}
