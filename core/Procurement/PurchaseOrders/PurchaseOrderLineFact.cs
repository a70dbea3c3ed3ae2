using System.Globalization;
using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>One line of a purchase order with the times of each of its legs, as of the latest operation of the order.</summary>
internal sealed class PurchaseOrderLineFact : ReplacingFact<PurchaseOrderLineFact.Row>
{
    public PurchaseOrderLineFact()
        : base("purchase_order_lines")
    {
        foreach (var type in PurchaseOrderChanged.Types)
            On(type, OperationJson.Default.PurchaseOrderChanged,
                static (operation, data) => data.Order.Lines.Select(line => new Row(operation, data.Order, line)));
    }

    protected override string Key(Row row) => string.Create(CultureInfo.InvariantCulture, $"{row.Line} {row.PurchaseOrderId}");

    protected override ulong Version(Row row) => row.Version;

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_purchase_orders", "purchase order lines by statuses, with units and value",
            """
            SELECT concat_ws(' ', o.status, l.status) AS key, concat_ws(' ', count(*), sum(o.version), sum(l.ordered), sum(l.cancelled), sum(l.closed_short),
                sum(l.announced), sum(l.received), sum(l.over), sum(l.price * (l.ordered - l.cancelled))::numeric(38,4))
            FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
            GROUP BY o.status, l.status ORDER BY concat_ws(' ', o.status, l.status) COLLATE "C"
            """,
            """
            SELECT concat(order_status, ' ', status) AS key, concat(toString(count()), ' ', toString(sum(version)), ' ', toString(sum(ordered)), ' ',
                toString(sum(cancelled)), ' ', toString(sum(closed_short)), ' ', toString(sum(announced)), ' ', toString(sum(received)), ' ',
                toString(sum(over)), ' ', toDecimalString(sum(price * (ordered - cancelled)), 4))
            FROM purchase_order_lines FINAL GROUP BY key ORDER BY key
            """),
        new("facts_purchase_order_legs", "by supplier, how many purchase order lines came through each leg, and when",
            """
            SELECT o.supplier_id AS key, concat_ws(' ', count(o.submitted_at), count(o.approved_at), count(o.sent_at), count(o.acknowledged_at),
                count(l.announced_at), count(l.first_received_at), count(l.full_at), count(l.withdrawn_at), count(o.closed_at), count(l.first_promised_at),
                coalesce(sum(floor(extract(epoch FROM o.sent_at))), 0)::bigint, coalesce(sum(floor(extract(epoch FROM o.acknowledged_at))), 0)::bigint,
                coalesce(sum(floor(extract(epoch FROM l.last_received_at))), 0)::bigint, coalesce(sum(floor(extract(epoch FROM l.full_at))), 0)::bigint,
                coalesce(sum(floor(extract(epoch FROM l.first_promised_at))), 0)::bigint, sum(floor(extract(epoch FROM l.expected_at)))::bigint)
            FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id) GROUP BY o.supplier_id ORDER BY o.supplier_id COLLATE "C"
            """,
            """
            SELECT toString(supplier_id) AS key, concat(toString(count(submitted_at)), ' ', toString(count(approved_at)), ' ', toString(count(sent_at)), ' ',
                toString(count(acknowledged_at)), ' ', toString(count(announced_at)), ' ', toString(count(first_received_at)), ' ', toString(count(full_at)),
                ' ', toString(count(withdrawn_at)), ' ', toString(count(closed_at)), ' ', toString(count(first_promised_at)), ' ',
                toString(coalesce(sum(toUnixTimestamp(sent_at)), 0)), ' ', toString(coalesce(sum(toUnixTimestamp(acknowledged_at)), 0)), ' ',
                toString(coalesce(sum(toUnixTimestamp(last_received_at)), 0)), ' ', toString(coalesce(sum(toUnixTimestamp(full_at)), 0)), ' ',
                toString(coalesce(sum(toUnixTimestamp(first_promised_at)), 0)), ' ', toString(sum(toUnixTimestamp(expected_at))))
            FROM purchase_order_lines FINAL GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, PurchaseOrderState order, PurchaseOrderState.Line line)
    {
        [ClickHouseColumn(Name = "purchase_order_id")] public string PurchaseOrderId => order.PurchaseOrderId.Value;
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)line.Number;
        [ClickHouseColumn(Name = "version")] public ulong Version => (ulong)order.Version;
        [ClickHouseColumn(Name = "order_status")] public string OrderStatus => order.Status;
        [ClickHouseColumn(Name = "status")] public string Status => line.Status;
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => order.SupplierId.Value;
        [ClickHouseColumn(Name = "location")] public string Location => order.Location.Value;
        [ClickHouseColumn(Name = "sku")] public string Sku => line.Sku.Value;
        [ClickHouseColumn(Name = "origin")] public string Origin => order.Origin ?? "";
        [ClickHouseColumn(Name = "currency")] public string Currency => order.Currency;
        [ClickHouseColumn(Name = "price")] public decimal Price => line.Price;
        [ClickHouseColumn(Name = "base_rate")] public decimal? BaseRate => order.BaseRate;
        [ClickHouseColumn(Name = "ordered")] public long Ordered => line.Ordered;
        [ClickHouseColumn(Name = "cancelled")] public long Cancelled => line.Cancelled;
        [ClickHouseColumn(Name = "closed_short")] public long ClosedShort => line.ClosedShort;
        [ClickHouseColumn(Name = "announced")] public long Announced => line.Announced;
        [ClickHouseColumn(Name = "received")] public long Received => line.Received;
        [ClickHouseColumn(Name = "over")] public long Over => line.Over;
        [ClickHouseColumn(Name = "created_at")] public DateTimeOffset CreatedAt => order.CreatedAt;
        [ClickHouseColumn(Name = "submitted_at")] public DateTimeOffset? SubmittedAt => order.SubmittedAt;
        [ClickHouseColumn(Name = "approved_at")] public DateTimeOffset? ApprovedAt => order.ApprovedAt;
        [ClickHouseColumn(Name = "sent_at")] public DateTimeOffset? SentAt => order.SentAt;
        [ClickHouseColumn(Name = "acknowledged_at")] public DateTimeOffset? AcknowledgedAt => order.AcknowledgedAt;
        [ClickHouseColumn(Name = "announced_at")] public DateTimeOffset? AnnouncedAt => line.AnnouncedAt;
        [ClickHouseColumn(Name = "first_received_at")] public DateTimeOffset? FirstReceivedAt => line.FirstReceivedAt;
        [ClickHouseColumn(Name = "last_received_at")] public DateTimeOffset? LastReceivedAt => line.LastReceivedAt;
        [ClickHouseColumn(Name = "full_at")] public DateTimeOffset? FullAt => line.FullAt;
        [ClickHouseColumn(Name = "withdrawn_at")] public DateTimeOffset? WithdrawnAt => line.WithdrawnAt;
        [ClickHouseColumn(Name = "closed_at")] public DateTimeOffset? ClosedAt => order.ClosedAt;
        [ClickHouseColumn(Name = "due_at")] public DateTimeOffset DueAt => line.DueAt;
        [ClickHouseColumn(Name = "first_promised_at")] public DateTimeOffset? FirstPromisedAt => line.FirstPromisedAt;
        [ClickHouseColumn(Name = "promised_at")] public DateTimeOffset? PromisedAt => line.PromisedAt;
        [ClickHouseColumn(Name = "expected_at")] public DateTimeOffset ExpectedAt => line.ExpectedAt;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
