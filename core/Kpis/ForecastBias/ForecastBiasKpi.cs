using EcomIntel.Core.Kpis.Arithmetic;
using EcomIntel.Core.Kpis.ForecastError;

namespace EcomIntel.Core.Kpis.ForecastBias;

public static class ForecastBiasKpi
{
    public static KpiContract Contract { get; } = new(typeof(ForecastBiasKpi), shares: typeof(ForecastErrorKpi))
    {
        Name = "forecast_bias",
        Version = 1,
        Title = "Forecast bias",
        Description = "By how much more was expected for the next 7 or 28 days than was ordered, as a share of what was ordered; below 0: less.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Lower,
        Formula = "sum over forecasts of (units expected - units ordered) / sum of units ordered, each sku's forecast over all its days together, at all "
            + "locations; every forecast that was made counts, ordered is gross",
        Numerator = "units expected beyond those ordered",
        Denominator = "units ordered",
        DateMeaning = "the last day that the forecast was for, once it is over",
        Dimensions = [ForecastErrorKpi.Horizon, new("model", "model"), new("sku", "sku")],
        Source = ["forecast_sums", "line_facts"],
        Apart = "horizon",
        Metric = "forecast_bias",
        RowsOrder = "bias DESC, day DESC, horizon, sku, as_of",
        TruthBy = ["horizon"],
    };
}
