using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>The operations about an invoice, each with its state after it; the type says what it came to.</summary>
/// <param name="By">A person, <c>supplier</c>, or <c>rule:match</c>.</param>
public sealed record InvoiceChanged(InvoiceState Invoice, string By, string? Note = null)
{
    public const string Received = "invoice.received";
    public const string Unmatched = "invoice.unmatched";
    public const string Matched = "invoice.matched";
    public const string Held = "invoice.held";
    public const string Approved = "invoice.approved";
    public const string Disputed = "invoice.disputed";

    /// <summary>It stands as before, and what is known of its units has changed.</summary>
    public const string Explained = "invoice.explained";
}

/// <summary>
/// An invoice as it stands after an operation: readers keep the highest version. Total = sum of the lines' amounts + freight + tax + rounding + difference.
/// </summary>
/// <param name="Reasons">Why it waits or is held, sorted: <c>receipt</c> (waits for one), <c>quantity</c>, <c>price</c> ...</param>
/// <param name="Rounding">Of the total.</param>
/// <param name="Difference">Of the total, that nothing explains.</param>
public sealed record InvoiceState(
    InvoiceId InvoiceId, long Version, string Status, IReadOnlyList<string> Reasons, SupplierId SupplierId, string Number, string Currency, decimal Total,
    decimal Tax, decimal Freight, decimal Rounding, decimal Difference, DateTimeOffset ReceivedAt, DateTimeOffset? DecidedAt,
    IReadOnlyList<InvoiceState.ExplainedLine> Lines)
{
    /// <summary>Amount = expected + price variance + quantity variance + rounding + difference.</summary>
    /// <param name="Matched">Units that were received and no earlier invoice has.</param>
    /// <param name="Expected">Matched units at the order's price.</param>
    public sealed record ExplainedLine(
        [property: JsonPropertyName("line")] int Number, PurchaseOrderId PurchaseOrderId, int OrderLine, long Quantity, decimal Price, decimal Amount,
        decimal? OrderPrice, long Matched, decimal Expected, decimal PriceVariance, decimal QuantityVariance, decimal Rounding, decimal Difference,
        IReadOnlyList<string> Reasons);
}

/// <summary>
/// The operation <c>charge.spread</c>: what freight, duty or handling comes to for each line of the receipts that it is for; the lines add up.
/// </summary>
public sealed record ChargeSpread(
    string ChargeId, string Kind, decimal Amount, string Currency, string Basis, string? Number, IReadOnlyList<ChargeSpread.SpreadPart> Parts)
{
    public const string Type = "charge.spread";

    public sealed record SpreadPart(ReceiptId ReceiptId, [property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity, decimal Amount);
}

/// <summary>
/// The operation <c>stock.valued</c>: what units of a sku that came in, went out, or whose cost was told later, did to what its stock has cost. In the base
/// currency. Cost on hand = cost in - cost out + posted on hand, to the last decimal.
/// </summary>
public sealed record StockValued(
    Sku Sku, string Currency, IReadOnlyList<StockValued.Incoming> In, IReadOnlyList<StockValued.Outgoing> Out, IReadOnlyList<StockValued.Posting> Posted)
{
    public const string Type = "stock.valued";

    /// <summary>A cost layer is made.</summary>
    /// <param name="Entry">Number of the ledger row.</param>
    /// <param name="Source">Where the cost is from: <c>receipt</c>, <c>delivery</c>, <c>return</c>, <c>standard</c> or <c>unknown</c>.</param>
    /// <param name="Variance">Purchase price variance: (order price - standard cost) x quantity; null where either is not known.</param>
    public sealed record Incoming(
        long Entry, DateTimeOffset At, LocationId Location, long Quantity, decimal Cost, string Source, ReceiptId? ReceiptId, SupplierId? SupplierId,
        decimal? StandardCost, decimal? Variance);

    /// <param name="Reason">Of the ledger row: <c>shipped</c> or another.</param>
    public sealed record Outgoing(
        long Entry, DateTimeOffset At, LocationId Location, long Quantity, decimal Cost, string Reason, OrderId? OrderId, ShipmentId? ShipmentId);

    /// <param name="Source">The charge or the invoice.</param>
    /// <param name="OnHand">Added to the cost of what is on hand of the receipt; <paramref name="Gone"/> is the share of what has gone.</param>
    public sealed record Posting(string Source, ReceiptId ReceiptId, [property: JsonPropertyName("line")] int Number, decimal OnHand, decimal Gone);
}
