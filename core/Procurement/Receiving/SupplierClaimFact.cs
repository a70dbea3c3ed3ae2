using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>One claim on a supplier, as of the latest operation of the block.</summary>
internal sealed class SupplierClaimFact : ReplacingFact<SupplierClaimFact.Row>
{
    public SupplierClaimFact()
        : base("supplier_claims")
    {
        foreach (var type in (string[])[ClaimChanged.Opened, ClaimChanged.Changed, ClaimChanged.Accepted, ClaimChanged.Refused, ClaimChanged.Credited])
            On(type, OperationJson.Default.ClaimChanged, static (operation, data) => [new Row(operation, data.Claim)]);
    }

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_supplier_claims", "claims by supplier, kind, status and currency, with their units, what is claimed and what was credited",
            """
            SELECT concat_ws(' ', supplier_id, kind, status, currency) AS key, concat_ws(' ', count(*), sum(quantity),
                to_char(coalesce(sum(amount), 0), 'FM999999999999999999990.0000'), to_char(coalesce(sum(credited), 0), 'FM999999999999999999990.0000'),
                sum(version), coalesce(sum(floor(extract(epoch FROM
                    CASE status WHEN 'CREDITED' THEN credited_at WHEN 'REFUSED' THEN refused_at END))), 0)::bigint)
            FROM supplier_claims GROUP BY supplier_id, kind, status, currency ORDER BY concat_ws(' ', supplier_id, kind, status, currency) COLLATE "C"
            """,
            """
            SELECT concat(supplier_id, ' ', kind, ' ', status, ' ', currency) AS key, concat(toString(count()), ' ', toString(sum(quantity)), ' ',
                toDecimalString(coalesce(sum(amount), 0), 4), ' ', toDecimalString(coalesce(sum(credited), 0), 4), ' ', toString(sum(version)),
                ' ', toString(coalesce(sum(toUnixTimestamp(settled_at)), 0)))
            FROM supplier_claims FINAL GROUP BY supplier_id, kind, status, currency ORDER BY key
            """),
    ];

    protected override string Key(Row row) => row.ClaimId;

    protected override ulong Version(Row row) => row.Version;

    internal sealed class Row(Operation operation, ClaimState claim)
    {
        [ClickHouseColumn(Name = "claim_id")] public string ClaimId => claim.ClaimId.Value;
        [ClickHouseColumn(Name = "version")] public ulong Version => (ulong)claim.Version;
        [ClickHouseColumn(Name = "status")] public string Status => claim.Status;
        [ClickHouseColumn(Name = "kind")] public string Kind => claim.Kind;
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => claim.SupplierId.Value;
        [ClickHouseColumn(Name = "purchase_order_id")] public string PurchaseOrderId => claim.PurchaseOrderId.Value;
        [ClickHouseColumn(Name = "receipt_id")] public string ReceiptId => claim.ReceiptId?.Value ?? "";
        [ClickHouseColumn(Name = "order_line")] public uint OrderLine => (uint)(claim.OrderLine ?? 0);
        [ClickHouseColumn(Name = "sku")] public string Sku => claim.Sku.Value;
        [ClickHouseColumn(Name = "quantity")] public long Quantity => claim.Quantity;
        [ClickHouseColumn(Name = "currency")] public string Currency => claim.Currency;
        [ClickHouseColumn(Name = "amount")] public decimal? Amount => claim.Amount;
        [ClickHouseColumn(Name = "credited")] public decimal? Credited => claim.Credited;
        [ClickHouseColumn(Name = "opened_at")] public DateTimeOffset OpenedAt => claim.OpenedAt;
        [ClickHouseColumn(Name = "settled_at")] public DateTimeOffset? SettledAt => claim.SettledAt;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
