using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.ShipmentLatency;

public static class ShipmentLatencyKpi
{
    public static KpiContract Contract { get; } = new(typeof(ShipmentLatencyKpi))
    {
        Name = "shipment_latency",
        Version = 1,
        Title = "Shipment latency",
        Description = "From a shipment's release to the carrier's taking it: what half the shipments (p50) and nine in ten (p90) take at most.",
        Arithmetic = new Quantile(50, 90),
        Unit = KpiUnit.Hours,
        Better = Better.Lower,
        Formula = "picked up by the carrier - released, p50 and p90 over the shipments that left",
        Numerator = "shipments",
        Denominator = "shipments",
        DateMeaning = "day on which the shipment left",
        Dimensions = [KpiDimension.Channel, new("location", "location"), new("carrier", "carrier")],
        Source = ["shipments"],
        Metric = "shipment_latency",
        RowsOrder = "latency_hours DESC, shipment_id",
        TruthBy = ["location"],
    };
}
