using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.MultiUnitSplitShipmentRate;

public static class MultiUnitSplitShipmentRateKpi
{
    public static KpiContract Contract { get; } = new(typeof(MultiUnitSplitShipmentRateKpi))
    {
        Name = "multi_unit_split_shipment_rate",
        Version = 1,
        Title = "Split-shipment rate, multi-unit orders",
        Description = "The split-shipment rate over orders for more than one unit, the only ones that can be split.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Lower,
        Formula = "multi-unit orders with more than one outbound shipment / shipped multi-unit orders",
        Numerator = "multi-unit orders split",
        Denominator = "multi-unit orders shipped",
        DateMeaning = "day of the order's first shipment",
        Dimensions = [KpiDimension.Channel],
        Source = ["split_shipment_daily", "shipments"],
        Thresholds = new(Target: 0.12, Warning: 0.18, Critical: 0.30),
        Metric = "multi_unit_split_shipment",
        RowsOrder = "shipment_count DESC, first_shipped_at DESC, order_id",
    };
}
