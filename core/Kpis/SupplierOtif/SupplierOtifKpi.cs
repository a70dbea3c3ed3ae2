using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.SupplierOtif;

public static class SupplierOtifKpi
{
    public static KpiContract Contract { get; } = new(typeof(SupplierOtifKpi))
    {
        Name = "supplier_otif",
        Version = 1,
        Title = "Supplier on time in full",
        Description = "Of the purchase order lines that were due, the share that had come in full by the day first promised. What has not come counts.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Higher,
        Formula = "lines received in full, within the supplier's tolerance, by the day first promised / lines due, unreceived included; what we cancelled by "
            + "then was not due, what the supplier cancelled or we did later was",
        Numerator = "lines in full and on time",
        Denominator = "lines due",
        DateMeaning = "day first promised, or due as ordered where nothing was promised, once it is over",
        Dimensions = [new("supplier", "supplier"), new("location", "location"), new("sku", "sku")],
        Source = ["purchase_order_lines"],
        Thresholds = new(Target: 0.95, Warning: 0.9, Critical: 0.8),
        Metric = "supplier_otif",
        RowsOrder = "in_full, day DESC, purchase_order_id, line",
        TruthBy = ["supplier"],
    };
}
