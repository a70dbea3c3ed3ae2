using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>Units of one line of a purchase order that an advance shipping notice told of.</summary>
internal sealed class AsnLineFact : Fact<AsnLineFact.Row>
{
    public AsnLineFact()
        : base("asn_lines") =>
        On(PurchaseOrderChanged.Announced, OperationJson.Default.PurchaseOrderChanged, static (operation, changed) =>
            changed.Asn is { } asn ? asn.Lines.Select(line => new Row(operation, changed.Order, asn, line)) : []);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_asn_lines", "by supplier, lines of advance shipping notices, their units, and when these were sent and expected",
            """
            SELECT o.supplier_id AS key, concat_ws(' ', count(*), count(DISTINCT (p.purchase_order_id, p.asn_id)), sum(p.quantity),
                sum(floor(extract(epoch FROM a.sent_at)))::bigint, sum(floor(extract(epoch FROM a.expected_at)))::bigint)
            FROM purchase_order_promises p JOIN purchase_order_asns a USING (purchase_order_id, asn_id) JOIN purchase_orders o USING (purchase_order_id)
            WHERE p.kind = 'ANNOUNCED' GROUP BY o.supplier_id ORDER BY o.supplier_id COLLATE "C"
            """,
            """
            SELECT toString(supplier_id) AS key, concat(toString(count()), ' ', toString(uniqExact(purchase_order_id, asn_id)), ' ', toString(sum(quantity)),
                ' ', toString(sum(toUnixTimestamp(sent_at))), ' ', toString(sum(toUnixTimestamp(expected_at))))
            FROM asn_lines GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, PurchaseOrderState order, PurchaseOrderChanged.AnnouncedAsn asn, PurchaseOrderChanged.AnnouncedLine line)
    {
        [ClickHouseColumn(Name = "purchase_order_id")] public string PurchaseOrderId => order.PurchaseOrderId.Value;
        [ClickHouseColumn(Name = "asn_id")] public string AsnId => asn.AsnId;
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)line.Number;
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => order.SupplierId.Value;
        [ClickHouseColumn(Name = "quantity")] public long Quantity => line.Quantity;
        [ClickHouseColumn(Name = "sent_at")] public DateTimeOffset SentAt => asn.SentAt;
        [ClickHouseColumn(Name = "expected_at")] public DateTimeOffset ExpectedAt => asn.ExpectedAt;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
