using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.SplitShipmentRate;

public static class SplitShipmentRateKpi
{
    public static KpiContract Contract { get; } = new(typeof(SplitShipmentRateKpi))
    {
        Name = "split_shipment_rate",
        Version = 1,
        Title = "Split-shipment rate",
        Description = "Of the orders that shipped, the share that took more than one outbound shipment.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Lower,
        Formula = "orders with more than one outbound shipment / shipped orders",
        Numerator = "orders split",
        Denominator = "orders shipped",
        DateMeaning = "day of the order's first shipment",
        Dimensions = [KpiDimension.Channel],
        Source = ["split_shipment_daily", "shipments"],
        Thresholds = new(Target: 0.08, Warning: 0.12, Critical: 0.20),
        Metric = "split_shipment",
        RowsOrder = "shipment_count DESC, first_shipped_at DESC, order_id",
    };
}
