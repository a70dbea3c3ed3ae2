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
