namespace EcomIntel.Core.Kpis;

/// <summary>All KPIs there are.</summary>
public static class KpiCatalogue
{
    private static readonly KpiDimension Channel = new("channel", "channel");

    public static readonly KpiContract LineFillRate = new(
        "line_fill_rate", 1, "Line fill rate", "Of the order lines that were due, the share shipped complete from stock at the first attempt.",
        KpiKind.Ratio, "ratio", Better.Higher,
        "lines shipped complete from stock the first time / lines due by now", "lines filled", "lines due", "promise day of the line's order",
        [Channel], ["line_fill_daily", "line_facts"], new(Target: 0.97, Warning: 0.95, Critical: 0.90), "line_fill");

    public static readonly KpiContract OrderAging = new(
        "order_aging", 1, "Order aging", "Orders that are open, by how long ago they were placed.",
        KpiKind.Snapshot, "orders", Better.Lower,
        "open orders, by now - placed; share: of that age / all open", "orders open", "orders open, of any age", "end of the day, or now for the day under way",
        [
            new("age", "age", Values: ["<4h", "4-24h", "1-2d", "2-4d", "4-7d", ">7d"]),
            Channel,
            new("status", "status", NowOnly: true),
            new("location", "locations", IsList: true, NowOnly: true),
            new("hold", "holds", IsList: true, NowOnly: true),
        ],
        ["orders"], Thresholds: null, "order_aging");

    public static readonly KpiContract SplitShipmentRate = new(
        "split_shipment_rate", 1, "Split-shipment rate", "Of the orders that shipped, the share that took more than one outbound shipment.",
        KpiKind.Ratio, "ratio", Better.Lower,
        "orders with more than one outbound shipment / shipped orders", "orders split", "orders shipped", "day of the order's first shipment",
        [Channel], ["split_shipment_daily", "shipments"], new(Target: 0.08, Warning: 0.12, Critical: 0.20), "split_shipment");

    public static readonly KpiContract MultiUnitSplitShipmentRate = new(
        "multi_unit_split_shipment_rate", 1, "Split-shipment rate, multi-unit orders", "The split-shipment rate over orders for more than one unit, the only ones that can be split.",
        KpiKind.Ratio, "ratio", Better.Lower,
        "multi-unit orders with more than one outbound shipment / shipped multi-unit orders", "multi-unit orders split", "multi-unit orders shipped", "day of the order's first shipment",
        [Channel], ["split_shipment_daily", "shipments"], new(Target: 0.12, Warning: 0.18, Critical: 0.30), "multi_unit_split_shipment");

    public static IReadOnlyList<KpiContract> All { get; } = [LineFillRate, OrderAging, SplitShipmentRate, MultiUnitSplitShipmentRate];

    public static KpiContract? Find(string name) => All.FirstOrDefault(contract => contract.Name == name);
}
