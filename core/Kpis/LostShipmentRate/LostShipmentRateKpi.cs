using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.LostShipmentRate;

public static class LostShipmentRateKpi
{
    public static KpiContract Contract { get; } = new(typeof(LostShipmentRateKpi))
    {
        Name = "lost_shipment_rate",
        Version = 1,
        Title = "Lost-shipment rate",
        Description = "Of the shipments that left on a day, the share that carriers have reported as lost since.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Lower,
        Formula = "shipments reported as lost so far / shipments, both by the day on which they left",
        Numerator = "shipments lost",
        Denominator = "shipments",
        DateMeaning = "day of the shipment",
        Dimensions = [KpiDimension.Channel, new("location", "location")],
        Source = ["lost_shipments", "shipment_daily"],
        Thresholds = new(Target: 0.002, Warning: 0.005, Critical: 0.02),
        Metric = "lost_shipment",
        RowsOrder = "lost DESC, lost_at DESC, shipment_id",
        TruthBy = ["channel"],
    };
}
