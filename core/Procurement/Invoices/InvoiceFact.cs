using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>An invoice as it stands: its latest version.</summary>
internal sealed class InvoiceFact : ReplacingFact<InvoiceFact.Row>
{
    private static readonly string[] Types =
    [
        InvoiceChanged.Received, InvoiceChanged.Unmatched, InvoiceChanged.Matched, InvoiceChanged.Held, InvoiceChanged.Approved, InvoiceChanged.Disputed,
        InvoiceChanged.Explained,
    ];

    public InvoiceFact()
        : base("invoice_facts")
    {
        foreach (var type in Types)
            On(type, OperationJson.Default.InvoiceChanged, static (operation, changed) => [new Row(operation, changed)]);
    }

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_invoices", "invoices by status and currency: how many, their totals, and what of their lines is explained by what",
            """
            WITH summed AS (
                SELECT invoice_id, sum(expected) AS expected, sum(price_variance) AS price, sum(quantity_variance) AS quantity FROM invoice_lines
                GROUP BY invoice_id)
            SELECT concat_ws(' ', status, currency) AS key, concat_ws(' ', count(*), to_char(sum(total), 'FM999999999999999999990.0000'),
                to_char(sum(expected), 'FM999999999999999999990.0000'), to_char(sum(price), 'FM999999999999999999990.0000'),
                to_char(sum(quantity), 'FM999999999999999999990.0000'))
            FROM invoices JOIN summed USING (invoice_id) GROUP BY status, currency ORDER BY concat_ws(' ', status, currency) COLLATE "C"
            """,
            """
            SELECT concat(status, ' ', currency) AS key, concat(toString(count()), ' ', toDecimalString(sum(total), 4), ' ', toDecimalString(sum(expected), 4),
                ' ', toDecimalString(sum(price_variance), 4), ' ', toDecimalString(sum(quantity_variance), 4))
            FROM invoice_facts FINAL GROUP BY status, currency ORDER BY key
            """),
    ];

    protected override string Key(Row row) => row.InvoiceId;

    protected override ulong Version(Row row) => row.Version;

    internal sealed class Row(Operation operation, InvoiceChanged changed)
    {
        private readonly InvoiceState _invoice = changed.Invoice;

        [ClickHouseColumn(Name = "invoice_id")] public string InvoiceId => _invoice.InvoiceId.Value;
        [ClickHouseColumn(Name = "version")] public ulong Version => (ulong)_invoice.Version;
        [ClickHouseColumn(Name = "status")] public string Status => _invoice.Status;
        [ClickHouseColumn(Name = "reasons")] public string[] Reasons => [.. _invoice.Reasons];
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => _invoice.SupplierId.Value;
        [ClickHouseColumn(Name = "currency")] public string Currency => _invoice.Currency;
        [ClickHouseColumn(Name = "total")] public decimal Total => _invoice.Total;
        [ClickHouseColumn(Name = "tax")] public decimal Tax => _invoice.Tax;
        [ClickHouseColumn(Name = "freight")] public decimal Freight => _invoice.Freight;
        [ClickHouseColumn(Name = "lines")] public uint Lines => (uint)_invoice.Lines.Count;
        [ClickHouseColumn(Name = "expected")] public decimal Expected => _invoice.Lines.Sum(line => line.Expected);
        [ClickHouseColumn(Name = "price_variance")] public decimal PriceVariance => _invoice.Lines.Sum(line => line.PriceVariance);
        [ClickHouseColumn(Name = "quantity_variance")] public decimal QuantityVariance => _invoice.Lines.Sum(line => line.QuantityVariance);
        [ClickHouseColumn(Name = "rounding")] public decimal Rounding => _invoice.Rounding + _invoice.Lines.Sum(line => line.Rounding);
        [ClickHouseColumn(Name = "difference")] public decimal Difference => _invoice.Difference + _invoice.Lines.Sum(line => line.Difference);
        [ClickHouseColumn(Name = "received_at")] public DateTimeOffset ReceivedAt => _invoice.ReceivedAt;
        [ClickHouseColumn(Name = "decided_at")] public DateTimeOffset? DecidedAt => _invoice.DecidedAt;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
