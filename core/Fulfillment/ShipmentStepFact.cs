using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// Units of one line of a shipment that did not reach the customer, at one step: refused, on their way back, received back, or what was chosen. Also units that
/// left though they had been recalled, and that the line has from elsewhere.
/// </summary>
internal sealed class ShipmentStepFact : Fact<ShipmentStepFact.Row>
{
    public ShipmentStepFact()
        : base("shipment_steps") =>
        On(ShipmentChanged.Type, OperationJson.Default.ShipmentChanged, static (operation, data) => data.Lines.Select(line => new Row(operation, data, line)));

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_shipment_steps", "units received back unopened, and sent again or twice, by location",
            """
            SELECT key, sum(units)::text FROM (
                SELECT concat_ws(' ', 'received_back', location) AS key, received AS units FROM unopened_units
                UNION ALL
                SELECT concat_ws(' ', 'sent_again', location), quantity FROM allocations WHERE status = 'RESENT') steps
            GROUP BY key ORDER BY key COLLATE "C"
            """,
            """
            SELECT concat(if(step = 'received_back', step, 'sent_again'), ' ', location) AS key, toString(sum(units)) FROM shipment_steps
            WHERE step IN ('received_back', 'resend_requested', 'shipped_twice') GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, ShipmentChanged changed, ShipmentChanged.ChangedLine line)
    {
        [ClickHouseColumn(Name = "shipment_id")] public string ShipmentId => changed.ShipmentId.Value;
        [ClickHouseColumn(Name = "order_id")] public string OrderId => changed.OrderId.Value;
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)line.Number;
        [ClickHouseColumn(Name = "sku")] public string Sku => line.Sku.Value;
        [ClickHouseColumn(Name = "channel")] public string Channel => changed.Channel;
        [ClickHouseColumn(Name = "location")] public string Location => changed.Location.Value;
        [ClickHouseColumn(Name = "carrier")] public string Carrier => changed.Carrier ?? "";
        [ClickHouseColumn(Name = "step")] public string Step => changed.Step;
        [ClickHouseColumn(Name = "units")] public long Units => line.Quantity;
        [ClickHouseColumn(Name = "value")] public decimal Value => line.Quantity * line.Price;
        [ClickHouseColumn(Name = "currency")] public string Currency => changed.Currency;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
