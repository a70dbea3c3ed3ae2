using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Orders;

/// <summary>One thing that happened to a line: it came to be due, ceased to be, or shipped complete the first time (or came to be known not to have).</summary>
internal sealed class LineFact : Fact<LineFact.Row>
{
    private const string DueByMonth =
        """
        SELECT to_char(o.promised_at AT TIME ZONE 'UTC', 'YYYY-MM') AS key, count(*)::text
        FROM order_lines l JOIN orders o USING (order_id) WHERE l.due GROUP BY key ORDER BY key
        """;

    private static readonly OperationJson Json = OperationJson.Default;

    public LineFact()
        : base("line_facts")
    {
        On(OperationEvents.Captured, Json.OrderCaptured, static (operation, data) =>
            data.Lines.Select(line => new Row(operation, data.Order, line.Number, line.Sku, line.Quantity, location: "", due: 1, filled: 0)));
        On(OperationEvents.Shipped, Json.OrderShipped, static (operation, data) =>
            data.Lines.Where(line => line.Filled || line.DueAgain)
                .Select(line => new Row(
                    operation, data.Order, line.Number, line.Sku, line.Quantity, data.Location.Value,
                    due: (sbyte)(line.DueAgain ? 1 : 0), filled: (sbyte)(line.Filled ? 1 : 0))));
        On(OperationEvents.Rejected, Json.OrderRejected, static (operation, data) => data.Unfilled
            ? [new Row(operation, data.Order, data.Number, data.Sku, data.Quantity, location: "", due: 0, filled: -1)] : []);
        On(OperationEvents.Cancelled, Json.OrderCancelled, static (operation, data) =>
            data.Lines.Where(line => line.WithdrawnFromDue || line.Filled)
                .Select(line => new Row(
                    operation, data.Order, line.Number, line.Sku, line.Quantity, location: "",
                    due: (sbyte)(line.WithdrawnFromDue ? -1 : 0), filled: (sbyte)(line.Filled ? 1 : 0))));
    }

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_lines_due", "lines due, by month of promise", DueByMonth,
            """
            SELECT formatDateTime(promised_at, '%Y-%m') AS key, toString(sum(due)) FROM line_facts GROUP BY key HAVING sum(due) <> 0 ORDER BY key
            """),
        new("facts_lines_due_rollup", "the same from the rollup", DueByMonth,
            """
            SELECT formatDateTime(toDateTime64(day, 0, 'UTC'), '%Y-%m') AS key, toString(sum(due))
            FROM line_fill_daily GROUP BY key HAVING sum(due) <> 0 ORDER BY key
            """),
    ];

    internal sealed class Row(
        Operation operation, OperationEvents.OrderState order, int line, Sku sku, long quantity, string location, sbyte due, sbyte filled)
    {
        [ClickHouseColumn(Name = "order_id")] public string OrderId => order.OrderId.Value;
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)line;
        [ClickHouseColumn(Name = "sku")] public string Sku => sku.Value;
        [ClickHouseColumn(Name = "channel")] public string Channel => order.Channel;
        [ClickHouseColumn(Name = "promised_at")] public DateTimeOffset PromisedAt => order.PromisedAt;
        [ClickHouseColumn(Name = "due")] public sbyte Due => due;
        [ClickHouseColumn(Name = "filled")] public sbyte Filled => filled;
        [ClickHouseColumn(Name = "quantity")] public long Quantity => quantity;
        [ClickHouseColumn(Name = "location")] public string Location => location;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
