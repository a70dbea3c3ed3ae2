using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.DeliveryAgainstPromise;

public static class DeliveryAgainstPromiseKpi
{
    public static KpiContract Contract { get; } = new(typeof(DeliveryAgainstPromiseKpi))
    {
        Name = "delivery_against_promise",
        Version = 1,
        Title = "Delivery against the first promise",
        Description = "How long after the first promise a line's first units came (before it: below 0): how far the lines lie apart, and the mean.",
        Arithmetic = new Deviation(),
        Unit = KpiUnit.Days,
        Better = Better.Lower,
        Formula = "first received - first promised, in whole minutes: standard deviation and mean over the promised lines of which units came",
        Numerator = "days, added up",
        Denominator = "promised lines of which units came",
        DateMeaning = "day on which the line's first units came",
        Dimensions = [new("supplier", "supplier"), new("location", "location"), new("sku", "sku")],
        Source = ["purchase_order_lines"],
        Metric = "delivery_against_promise",
        RowsOrder = "days_late DESC, purchase_order_id, line",
        TruthBy = ["supplier"],
    };
}
