using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Returns;

/// <summary>
/// Units of one line of a return that took one step; received ones by the shipment they had left with. A report that came late may take units back from one
/// place and give them to another: below 0, without a shipment.
/// </summary>
internal sealed class ReturnFact : Fact<ReturnFact.Row>
{
    private static readonly OperationJson Json = OperationJson.Default;

    public ReturnFact()
        : base("return_facts")
    {
        On(OperationEvents.ReturnAuthorized, Json.ReturnChanged,
            static (operation, data) => data.Lines.Select(line => new Row(operation, data, "authorized", line)));
        On(OperationEvents.ReturnReceivedType, Json.ReturnChanged, static (operation, data) => data.Lines.SelectMany(line => Received(operation, data, line)));
        On(OperationEvents.ReturnDispositioned, Json.ReturnChanged, static (operation, data) =>
            data.Lines.Select(line => new Row(operation, data, "dispositioned", line)));
    }

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_returns", "units returned by step and sku",
            """
            SELECT concat_ws(' ', step, sku) AS key, sum(units)::text FROM return_lines JOIN returns USING (return_id)
            CROSS JOIN LATERAL (VALUES
                ('authorized', CASE WHEN authorized_at IS NOT NULL THEN requested END), ('received', received), ('dispositioned', inspected)) AS s (step, units)
            WHERE units > 0 GROUP BY step, sku ORDER BY concat_ws(' ', step, sku) COLLATE "C"
            """,
            """
            SELECT concat(step, ' ', sku) AS key, toString(sum(quantity)) FROM return_facts GROUP BY step, sku ORDER BY key
            """),
    ];

    private static IEnumerable<Row> Received(Operation operation, OperationEvents.ReturnChanged data, OperationEvents.ReturnChanged.ReturnLine line) =>
        line.Shipped is { Count: > 0 } parts
            ? parts.Select(part => new Row(operation, data, "received", line, part))
            : [new Row(operation, data, "received", line)];

    internal sealed class Row(
        Operation operation, OperationEvents.ReturnChanged changed, string step, OperationEvents.ReturnChanged.ReturnLine line,
        OperationEvents.ReturnChanged.ShippedPart? part = null)
    {
        [ClickHouseColumn(Name = "return_id")] public string ReturnId => changed.ReturnId.Value;
        [ClickHouseColumn(Name = "order_id")] public string OrderId => changed.OrderId.Value;
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)line.Number;
        [ClickHouseColumn(Name = "sku")] public string Sku => line.Sku.Value;
        [ClickHouseColumn(Name = "channel")] public string Channel => changed.Channel ?? "";
        [ClickHouseColumn(Name = "step")] public string Step => step;
        [ClickHouseColumn(Name = "location")] public string Location => changed.Location?.Value ?? "";
        [ClickHouseColumn(Name = "disposition")] public string Disposition => line.Disposition ?? "";
        [ClickHouseColumn(Name = "shipment_id")] public string ShipmentId => part?.ShipmentId.Value ?? "";
        [ClickHouseColumn(Name = "shipped_at")] public DateTimeOffset? ShippedAt => part?.ShippedAt;
        [ClickHouseColumn(Name = "quantity")] public long Quantity => part?.Quantity ?? line.Quantity;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
