using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

// Topic suppliers, key invoice id or charge id.

/// <summary>A supplier's invoice for goods. Amounts are in its currency.</summary>
/// <param name="Number">The supplier's own: with the supplier it makes an invoice one.</param>
/// <param name="Total">Net of all lines and charges, plus tax; 2 decimals as the currency has them.</param>
public sealed record InvoiceReceived(
    SupplierId SupplierId, string Number, string Currency, decimal Total, IReadOnlyList<InvoiceReceived.InvoicedLine> Lines, decimal Tax = 0,
    decimal Freight = 0, DateTimeOffset? DueAt = null) : IEventData
{
    /// <param name="OrderLine">Line of the purchase order.</param>
    /// <param name="Price">Net, per unit, up to 4 decimals.</param>
    /// <param name="Amount">Net, of the line; quantity x price, rounded to the currency, where it is left out.</param>
    public sealed record InvoicedLine(
        [property: JsonPropertyName("line")] int Number, PurchaseOrderId PurchaseOrderId, int OrderLine, long Quantity, decimal Price, decimal? Amount = null);

    public string? Invalid() => Check.Code(nameof(Number), Number) ?? Currencies.Invalid(nameof(Currency), Currency) ?? Check.Money(nameof(Total), Total)
        ?? Check.Money(nameof(Tax), Tax) ?? Check.Money(nameof(Freight), Freight) ?? Check.Time(nameof(DueAt), DueAt)
        ?? Check.Lines(Lines, static line => line.Number, static line => Check.Line(line.OrderLine) ?? Check.Quantity(nameof(line.Quantity), line.Quantity)
            ?? Check.Money(nameof(line.Price), line.Price) ?? (line.Amount is { } amount ? Check.Money(nameof(line.Amount), amount) : null))
        ?? (Lines.DistinctBy(line => line.Number).Count() < Lines.Count ? "a line number stands twice" : null);
}

/// <summary>What it cost to get goods here: freight, duty, handling. It is spread over what it is for.</summary>
/// <param name="Kind"><c>freight</c>, <c>duty</c> or <c>handling</c>.</param>
/// <param name="Basis">Spread by <c>value</c>, <c>weight</c> or <c>quantity</c>.</param>
/// <param name="Receipts">What it is for: these receipts.</param>
public sealed record ChargeReceived(
    string Kind, decimal Amount, string Currency, IReadOnlyList<ReceiptId> Receipts, string Basis = "value", string? Number = null) : IEventData
{
    public string? Invalid() => Kind is not ("freight" or "duty" or "handling") ? "kind must be freight, duty or handling"
        : Basis is not ("value" or "weight" or "quantity") ? "basis must be value, weight or quantity"
        : Check.Money(nameof(Amount), Amount) ?? Currencies.Invalid(nameof(Currency), Currency) ?? Check.Text(nameof(Number), Number)
        ?? (Receipts is not { Count: >= 1 and <= 1_000 } ? "receipts must be 1 to 1000" : null);
}

/// <summary>invoice.approved (to be paid as it is), invoice.disputed (not as it is): what a person of finance decides about one that is held.</summary>
public sealed record InvoiceDecided(string By, string? Note = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null) ?? Check.Text(nameof(Note), Note);
}
