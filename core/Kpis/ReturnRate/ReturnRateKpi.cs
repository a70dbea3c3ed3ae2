using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.ReturnRate;

public static class ReturnRateKpi
{
    public static KpiContract Contract { get; } = new(typeof(ReturnRateKpi))
    {
        Name = "return_rate",
        Version = 1,
        Title = "Return rate",
        Description = "Of the units that shipped on a day, the share that has come back since. Recent days still rise.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Lower,
        Formula = "units returned so far / units shipped, both by the day on which they shipped; of a line's units those that left first come back first",
        Numerator = "units returned",
        Denominator = "units shipped",
        DateMeaning = "day of the shipment",
        Dimensions = [KpiDimension.Channel],
        Source = ["return_cohort_daily", "shipment_daily", "shipments", "shipment_steps"],
        Thresholds = new(Target: 0.05, Warning: 0.08, Critical: 0.15),
        Metric = "return_rate",
        RowsOrder = "units_returned DESC, shipment_id",
        TruthBy = ["channel"],
    };
}
