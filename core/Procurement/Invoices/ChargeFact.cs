using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>What a charge comes to for one line of a receipt.</summary>
internal sealed class ChargeFact : Fact<ChargeFact.Row>
{
    public ChargeFact()
        : base("charge_facts") =>
        On(ChargeSpread.Type, OperationJson.Default.ChargeSpread, static (operation, charge) => charge.Parts.Select(part => new Row(operation, charge, part)));

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_charges", "charges by kind and currency: lines of receipts, and amounts",
            """
            SELECT concat_ws(' ', c.kind, c.currency) AS key, concat_ws(' ', count(*), to_char(sum(l.amount), 'FM999999999999999999990.0000'))
            FROM charges c JOIN landed_costs l ON l.kind = 'charge' AND l.source_id = c.charge_id GROUP BY c.kind, c.currency
            ORDER BY concat_ws(' ', c.kind, c.currency) COLLATE "C"
            """,
            """
            SELECT concat(kind, ' ', currency) AS key, concat(toString(count()), ' ', toDecimalString(sum(amount), 4))
            FROM charge_facts GROUP BY kind, currency ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, ChargeSpread charge, ChargeSpread.SpreadPart part)
    {
        [ClickHouseColumn(Name = "charge_id")] public string ChargeId => charge.ChargeId;
        [ClickHouseColumn(Name = "kind")] public string Kind => charge.Kind;
        [ClickHouseColumn(Name = "currency")] public string Currency => charge.Currency;
        [ClickHouseColumn(Name = "receipt_id")] public string ReceiptId => part.ReceiptId.Value;
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)part.Number;
        [ClickHouseColumn(Name = "sku")] public string Sku => part.Sku.Value;
        [ClickHouseColumn(Name = "quantity")] public long Quantity => part.Quantity;
        [ClickHouseColumn(Name = "amount")] public decimal Amount => part.Amount;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
