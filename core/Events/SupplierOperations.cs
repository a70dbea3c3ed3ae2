namespace EcomIntel.Core.Events;

/// <summary>What is known of a supplier has changed: the whole of it.</summary>
public sealed record SupplierChanged(
    SupplierId SupplierId, string Name, string Currency, string? Country, string? Incoterm, int PaymentDays, decimal MinimumOrderValue, int LeadTimeDays,
    decimal ShortTolerance, decimal OverTolerance, decimal PriceTolerance, bool InspectReceipts, int Rank, bool Active)
{
    public const string Type = "supplier.changed";
}

/// <summary>What a supplier sells an item for has changed: the whole of it.</summary>
/// <param name="Currency">Of the price.</param>
/// <param name="LeadTimeDays">As the item says, or else the supplier.</param>
public sealed record SupplierItemChanged(
    SupplierId SupplierId, Sku Sku, decimal Price, string Currency, long MinimumQuantity, long PackMultiple, int LeadTimeDays, int Rank, bool Active)
{
    public const string Type = "supplier_item.changed";
}

/// <summary>What one unit of a currency is worth in the base currency, from the operation's time on.</summary>
public sealed record RateChanged(string Currency, decimal Rate)
{
    public const string Type = "rate.changed";
}

/// <summary>
/// How a supplier did by the end of a day (UTC), over the days of the window that ends with it, as it was known when it was made: sums, from which the figures
/// follow.
/// </summary>
/// <param name="LinesDue">Order lines whose day, first promised or else as ordered, is in the window; <paramref name="LinesMet"/>: in full by then.</param>
/// <param name="LeadTimes">Lines that came in full; from sent to then: <paramref name="LeadMinutes"/>, summed, and their squares.</param>
/// <param name="DiscrepantLines">Of the <paramref name="ReceiptLines"/>: damaged, wrong, mislabelled or rejected.</param>
/// <param name="ReferenceValue">Invoiced units at list or standard price, base currency; <paramref name="PriceDifference"/>: invoiced beyond it.</param>
/// <param name="ClaimsOpen">Whenever they were opened; the others within the window.</param>
public sealed record SupplierScored(
    SupplierId SupplierId, DateOnly Day, int WindowDays, long LinesDue, long LinesMet, long LeadTimes, long LeadMinutes, decimal LeadSquares, long ReceiptLines,
    long DiscrepantLines, decimal ReferenceValue, decimal PriceDifference, long ClaimsOpened, long ClaimsOpen, long ClaimsCredited)
{
    public const string Type = "supplier.scored";
}
