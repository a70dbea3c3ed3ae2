using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.SupplierLeadTime;

public static class SupplierLeadTimeKpi
{
    public static KpiContract Contract { get; } = new(typeof(SupplierLeadTimeKpi))
    {
        Name = "supplier_lead_time",
        Version = 1,
        Title = "Supplier lead time",
        Description = "From sending a purchase order to the arrival of a line's first units: how far the lines lie apart, and how long they take on average.",
        Arithmetic = new Deviation(),
        Unit = KpiUnit.Days,
        Better = Better.Lower,
        Formula = "first received - sent, in whole minutes, never below 0: standard deviation and mean over the lines of which units came",
        Numerator = "days, added up",
        Denominator = "lines of which units came",
        DateMeaning = "day on which the line's first units came",
        Dimensions = [new("supplier", "supplier"), new("location", "location"), new("sku", "sku"), new("quoted", "quoted")],
        Source = ["purchase_order_lines", "suppliers"],
        Metric = "supplier_lead_time",
        RowsOrder = "lead_days DESC, purchase_order_id, line",
        TruthBy = ["supplier"],
    };
}
