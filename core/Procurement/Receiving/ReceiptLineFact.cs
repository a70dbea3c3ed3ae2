using System.Globalization;
using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>One line of a receipt, as of the latest operation of the block.</summary>
internal sealed class ReceiptLineFact : ReplacingFact<ReceiptLineFact.Row>
{
    public ReceiptLineFact()
        : base("receipt_lines")
    {
        foreach (var type in (string[])[ReceiptChanged.Recorded, ReceiptChanged.Matched, ReceiptChanged.Inspected, ReceiptChanged.Counted])
            On(type, OperationJson.Default.ReceiptChanged, static (operation, data) =>
                data.Receipt.Lines.Select(line => new Row(operation, data.Receipt, line)));
    }

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_receipt_lines", "units received by supplier and sku: in all, held, accepted, rejected and damaged, and their value as ordered",
            """
            SELECT concat_ws(' ', r.supplier_id, l.sku) AS key, concat_ws(' ', sum(l.quantity), sum(l.available), sum(l.inspection), sum(l.accepted),
                sum(l.rejected), sum(l.damaged), to_char(coalesce(sum(l.quantity * p.price), 0), 'FM999999999999999999990.0000'), sum(r.version),
                count(r.asn_id), count(r.matched_at), coalesce(sum(floor(extract(epoch FROM r.matched_at))), 0)::bigint)
            FROM receipt_lines l JOIN receipts r USING (receipt_id)
            LEFT JOIN purchase_order_lines p ON p.purchase_order_id = r.purchase_order_id AND p.line = l.order_line
            GROUP BY r.supplier_id, l.sku ORDER BY concat_ws(' ', r.supplier_id, l.sku) COLLATE "C"
            """,
            """
            SELECT concat(supplier_id, ' ', sku) AS key, concat(
                toString(sum(quantity)), ' ', toString(sum(available)), ' ', toString(sum(inspection)), ' ', toString(sum(accepted)), ' ',
                toString(sum(rejected)), ' ', toString(sum(damaged)), ' ', toDecimalString(coalesce(sum(quantity * price), 0), 4), ' ',
                toString(sum(version)), ' ', toString(countIf(asn_id != '')), ' ', toString(count(matched_at)), ' ',
                toString(coalesce(sum(toUnixTimestamp(matched_at)), 0)))
            FROM receipt_lines FINAL GROUP BY supplier_id, sku ORDER BY key
            """),
    ];

    protected override string Key(Row row) => string.Create(CultureInfo.InvariantCulture, $"{row.Line} {row.ReceiptId}");

    protected override ulong Version(Row row) => row.Version;

    internal sealed class Row(Operation operation, ReceiptState receipt, ReceiptState.ReceivedLine line)
    {
        [ClickHouseColumn(Name = "receipt_id")] public string ReceiptId => receipt.ReceiptId.Value;
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)line.Number;
        [ClickHouseColumn(Name = "version")] public ulong Version => (ulong)receipt.Version;
        [ClickHouseColumn(Name = "purchase_order_id")] public string PurchaseOrderId => receipt.PurchaseOrderId?.Value ?? "";
        [ClickHouseColumn(Name = "order_line")] public uint OrderLine => (uint)(line.OrderLine ?? 0);
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => receipt.SupplierId.Value;
        [ClickHouseColumn(Name = "location")] public string Location => receipt.Location.Value;
        [ClickHouseColumn(Name = "sku")] public string Sku => line.Sku.Value;
        [ClickHouseColumn(Name = "lot")] public string Lot => line.Lot;
        [ClickHouseColumn(Name = "discrepancy")] public string Discrepancy => line.Discrepancy ?? "";
        [ClickHouseColumn(Name = "currency")] public string Currency => receipt.Currency ?? "";
        [ClickHouseColumn(Name = "price")] public decimal? Price => line.Price;
        [ClickHouseColumn(Name = "quantity")] public long Quantity => line.Quantity;
        [ClickHouseColumn(Name = "available")] public long Available => line.Available;
        [ClickHouseColumn(Name = "inspection")] public long Inspection => line.Inspection;
        [ClickHouseColumn(Name = "accepted")] public long Accepted => line.Accepted;
        [ClickHouseColumn(Name = "rejected")] public long Rejected => line.Rejected;
        [ClickHouseColumn(Name = "damaged")] public long Damaged => line.Damaged;
        [ClickHouseColumn(Name = "received_at")] public DateTimeOffset ReceivedAt => receipt.ReceivedAt;
        [ClickHouseColumn(Name = "received_by")] public string ReceivedBy => receipt.ReceivedBy;
        [ClickHouseColumn(Name = "inspected_at")] public DateTimeOffset? InspectedAt => receipt.InspectedAt;
        [ClickHouseColumn(Name = "asn_id")] public string AsnId => receipt.AsnId ?? "";
        [ClickHouseColumn(Name = "matched_at")] public DateTimeOffset? MatchedAt => receipt.MatchedAt;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
