using System.Globalization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Procurement.Invoices;

[GraphQLObject("Invoice")]
internal sealed record Invoice(
    string InvoiceId, long Version, string Status, string ReasonWords, string SupplierId, string Number, string Currency, decimal TotalAmount,
    decimal TaxAmount, decimal FreightAmount, decimal RoundingAmount, decimal DifferenceAmount, DateTime ReceivedAt, DateTime? DueAt, DateTime WaitsUntil,
    string? DecidedBy, DateTime? DecidedAt, string? Note)
{
    public const string NodeType = "Invoice";

    public string Id => NodeId.Of(NodeType, InvoiceId);

    public static readonly RowList<Invoice> Rows = new(
        """
        i.invoice_id, i.version, i.status, upper(i.reasons) AS reason_words, i.supplier_id, i.number, i.currency, i.total AS total_amount,
        i.tax AS tax_amount, i.freight AS freight_amount, i.rounding AS rounding_amount, i.difference AS difference_amount, i.received_at, i.due_at,
        i.waits_until, i.decided_by, i.decided_at, i.note
        """, "invoices i");

    public static readonly Sort<Invoice> ByReceipt = new(
        "received", [new("i.received_at", "timestamptz"), new("i.invoice_id", "text")],
        invoice => [invoice.ReceivedAt.ToString("O", CultureInfo.InvariantCulture), invoice.InvoiceId]);

    public IReadOnlyList<string> Reasons => Words(ReasonWords);
    public Money Total => new(TotalAmount, Currency);
    public Money Tax => new(TaxAmount, Currency);
    public Money Freight => new(FreightAmount, Currency);
    public Money Rounding => new(RoundingAmount, Currency);
    public Money Difference => new(DifferenceAmount, Currency);

    public static IReadOnlyList<string> Words(string words) => words.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Those all of whose orders are for locations of the caller's.</summary>
    public static Conditions VisibleTo(Caller caller) => new Conditions().And(
        """
        NOT EXISTS (SELECT FROM invoice_lines l JOIN purchase_orders p USING (purchase_order_id)
            WHERE l.invoice_id = i.invoice_id AND p.location <> ALL(@callersLocations))
        """, "callersLocations", caller.Locations?.ToArray());
}

[GraphQLObject("InvoiceLine")]
internal sealed record InvoiceLine(
    string InvoiceId, string Currency, int Line, string PurchaseOrderId, int OrderLine, long Quantity, decimal UnitPrice, decimal LineAmount,
    decimal? UnitPriceOrdered, long Matched, decimal ExpectedAmount, decimal PriceOff, decimal QuantityOff, decimal RoundingAmount, decimal DifferenceAmount,
    string ReasonWords)
{
    public Money Price => new(UnitPrice, Currency);
    public Money Amount => new(LineAmount, Currency);
    public Money? OrderPrice => UnitPriceOrdered is { } price ? new(price, Currency) : null;
    public Money Expected => new(ExpectedAmount, Currency);
    public Money PriceVariance => new(PriceOff, Currency);
    public Money QuantityVariance => new(QuantityOff, Currency);
    public Money Rounding => new(RoundingAmount, Currency);
    public Money Difference => new(DifferenceAmount, Currency);
    public IReadOnlyList<string> Reasons => Invoice.Words(ReasonWords);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record InvoiceFilter(
    string[]? Statuses, string[]? SupplierIds, string[]? Numbers, string[]? PurchaseOrderIds, DateTime? ReceivedFrom, DateTime? ReceivedBefore);
