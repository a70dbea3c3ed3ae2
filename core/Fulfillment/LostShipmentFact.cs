using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Fulfillment;

/// <summary>One parcel that was reported as lost.</summary>
internal sealed class LostShipmentFact : Fact<LostShipmentFact.Row>
{
    public LostShipmentFact()
        : base("lost_shipments") =>
        On(ShipmentLossReported.Type, OperationJson.Default.ShipmentLossReported, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_lost_shipments", "parcels lost, by location",
            """
            SELECT s.location AS key, count(*)::text
            FROM lost_shipments JOIN shipments s USING (shipment_id) GROUP BY s.location ORDER BY s.location COLLATE "C"
            """,
            """
            SELECT toString(location) AS key, toString(count()) FROM lost_shipments GROUP BY location ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, ShipmentLossReported lost)
    {
        [ClickHouseColumn(Name = "shipment_id")] public string ShipmentId => lost.ShipmentId.Value;
        [ClickHouseColumn(Name = "order_id")] public string OrderId => lost.OrderId.Value;
        [ClickHouseColumn(Name = "channel")] public string Channel => lost.Channel;
        [ClickHouseColumn(Name = "location")] public string Location => lost.Location.Value;
        [ClickHouseColumn(Name = "carrier")] public string Carrier => lost.Carrier ?? "";
        [ClickHouseColumn(Name = "shipped_at")] public DateTimeOffset ShippedAt => lost.ShippedAt;
        [ClickHouseColumn(Name = "units")] public long Units => lost.Units;
        [ClickHouseColumn(Name = "value")] public decimal Value => lost.Value;
        [ClickHouseColumn(Name = "currency")] public string Currency => lost.Currency;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
