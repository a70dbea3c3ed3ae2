using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.LineFillRate;

public static class LineFillRateKpi
{
    public static KpiContract Contract { get; } = new(typeof(LineFillRateKpi))
    {
        Name = "line_fill_rate",
        Version = 1,
        Title = "Line fill rate",
        Description = "Of the order lines that were due, the share shipped complete from stock at the first attempt.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Higher,
        Formula = "lines shipped complete from stock the first time / lines due by now",
        Numerator = "lines filled",
        Denominator = "lines due",
        DateMeaning = "promise day of the line's order",
        Dimensions = [KpiDimension.Channel],
        Source = ["line_fill_daily", "line_facts"],
        Thresholds = new(Target: 0.97, Warning: 0.95, Critical: 0.90),
        Metric = "line_fill",
        RowsOrder = "filled, promised_at DESC, order_id, line",
    };
}
