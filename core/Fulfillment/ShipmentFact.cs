using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Fulfillment;

/// <summary>One outbound shipment, when the carrier took it.</summary>
internal sealed class ShipmentFact : Fact<ShipmentFact.Row>
{
    public ShipmentFact()
        : base("shipments") =>
        On(OperationEvents.Shipped, OperationJson.Default.OrderShipped, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_shipments", "shipments by location, with units",
            """
            SELECT s.location AS key, concat_ws(' ', count(*), sum(u.units))
            FROM shipments s
            JOIN (SELECT shipment_id, sum(quantity) AS units FROM allocations WHERE status IN ('RELEASED', 'RESENT') GROUP BY shipment_id) u USING (shipment_id)
            WHERE s.shipped_at IS NOT NULL GROUP BY s.location ORDER BY s.location
            """,
            """
            SELECT toString(d.location) AS key, concat(toString(sum(d.sent)), ' ', toString(sum(d.pieces)))
            FROM (
                SELECT location, shipments AS sent, units AS pieces FROM shipment_daily
                UNION ALL
                SELECT location, toInt64(0) AS sent, if(step = 'not_left', -units, units) AS pieces
                FROM shipment_steps WHERE step IN ('not_left', 'found_in_parcel')) AS d
            GROUP BY d.location ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, OperationEvents.OrderShipped shipped)
    {
        [ClickHouseColumn(Name = "shipment_id")] public string ShipmentId => shipped.ShipmentId.Value;
        [ClickHouseColumn(Name = "order_id")] public string OrderId => shipped.Order.OrderId.Value;
        [ClickHouseColumn(Name = "number")] public uint Number => (uint)shipped.Number;
        [ClickHouseColumn(Name = "channel")] public string Channel => shipped.Order.Channel;
        [ClickHouseColumn(Name = "location")] public string Location => shipped.Location.Value;
        [ClickHouseColumn(Name = "carrier")] public string Carrier => shipped.Carrier ?? "";
        [ClickHouseColumn(Name = "released_at")] public DateTimeOffset ReleasedAt => shipped.ReleasedAt;
        [ClickHouseColumn(Name = "shipped_at")] public DateTimeOffset ShippedAt => shipped.ShippedAt;
        [ClickHouseColumn(Name = "first_shipped_at")] public DateTimeOffset FirstShippedAt => shipped.FirstShippedAt;
        [ClickHouseColumn(Name = "multi_unit")] public bool MultiUnit => shipped.MultiUnit;
        [ClickHouseColumn(Name = "lines")] public uint Lines => (uint)shipped.Lines.Count;
        [ClickHouseColumn(Name = "units")] public long Units => shipped.Lines.Sum(line => line.Quantity);
        [ClickHouseColumn(Name = "value")] public decimal Value => shipped.Lines.Sum(line => line.Quantity * line.Price);
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
