namespace EcomIntel.Core.Events;

// Topic suppliers, key supplier id (of a rate: its currency): master data, each event the whole of it.

/// <summary>Who sells to us, and on what terms.</summary>
/// <param name="Currency">What it is ordered and invoiced in.</param>
/// <param name="Incoterm">ICC Incoterms 2020, for example <c>FOB</c>.</param>
/// <param name="PaymentDays">Days from the invoice to its payment.</param>
/// <param name="MinimumOrderValue">Net, in its currency, of one purchase order.</param>
/// <param name="LeadTimeDays">Quoted: from sent to received.</param>
/// <param name="ShortTolerance">Part of a line, 0 to 1, that may be missing for the line to count as received.</param>
/// <param name="OverTolerance">Part of a line, 0 to 1, that may be delivered beyond it.</param>
/// <param name="PriceTolerance">Part of a price, 0 to 1, that an invoice may differ by.</param>
/// <param name="InspectReceipts">What it delivers is inspected before it is sold.</param>
/// <param name="Rank">Lower is asked first, where items do not say otherwise.</param>
public sealed record SupplierUpdated(
    string Name, string Currency = "GBP", string? Country = null, string? Incoterm = null, int PaymentDays = 30, decimal MinimumOrderValue = 0,
    int LeadTimeDays = 14, decimal ShortTolerance = 0, decimal OverTolerance = 0, decimal PriceTolerance = 0, bool InspectReceipts = false, int Rank = 100,
    bool Active = true) : IEventData
{
    /// <summary>Longest lead time and time to pay, in days.</summary>
    public const int MaxDays = 1_000;

    private static readonly string[] Incoterms = ["EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF"];

    public string? Invalid() => Check.Text(nameof(Name), Name) ?? Currencies.Invalid(nameof(Currency), Currency) ?? Check.Text(nameof(Country), Country)
        ?? (Incoterm is null || Incoterms.Contains(Incoterm) ? null : $"incoterm must be one of {string.Join(", ", Incoterms)}")
        ?? Days(nameof(PaymentDays), PaymentDays) ?? Check.Money(nameof(MinimumOrderValue), MinimumOrderValue) ?? Days(nameof(LeadTimeDays), LeadTimeDays)
        ?? Share(nameof(ShortTolerance), ShortTolerance) ?? Share(nameof(OverTolerance), OverTolerance) ?? Share(nameof(PriceTolerance), PriceTolerance)
        ?? Ranked(Rank);

    internal static string? Days(string name, int? value) => value is < 0 or > MaxDays ? $"{Check.Member(name)} must be 0 to {MaxDays}" : null;

    internal static string? Ranked(int rank) => rank is < 0 or > 1_000_000 ? "rank must be 0 to 1000000" : null;

    private static string? Share(string name, decimal value) => value is < 0 or > 1 ? $"{Check.Member(name)} must be 0 to 1" : Check.Money(name, value);
}

/// <summary>What a supplier sells an item for.</summary>
/// <param name="Price">Net, of one unit, in the supplier's currency unless <paramref name="Currency"/> says otherwise.</param>
/// <param name="MinimumQuantity">Fewest units of one line.</param>
/// <param name="PackMultiple">Ordered in multiples of it.</param>
/// <param name="PalletQuantity">Units on a full pallet.</param>
/// <param name="LeadTimeDays">Where it differs from the supplier's.</param>
/// <param name="Rank">Lower is asked first among the item's suppliers.</param>
public sealed record SupplierItemUpdated(
    Sku Sku, decimal Price, string? Currency = null, long MinimumQuantity = 1, long PackMultiple = 1, long? PalletQuantity = null, int? LeadTimeDays = null,
    int Rank = 100, bool Active = true) : IEventData
{
    public string? Invalid() => Check.Money(nameof(Price), Price) ?? (Currency is null ? null : Currencies.Invalid(nameof(Currency), Currency))
        ?? Check.Quantity(nameof(MinimumQuantity), MinimumQuantity) ?? Check.Quantity(nameof(PackMultiple), PackMultiple)
        ?? (PalletQuantity is { } pallet ? Check.Quantity(nameof(PalletQuantity), pallet) : null)
        ?? SupplierUpdated.Days(nameof(LeadTimeDays), LeadTimeDays) ?? SupplierUpdated.Ranked(Rank);
}

/// <summary>What one unit of a currency (the subject) is worth in the base currency, from the event's time on.</summary>
/// <param name="Rate">Above 0, at most 10 decimals.</param>
public sealed record RateUpdated(decimal Rate) : IEventData
{
    public string? Invalid() => Rate is <= 0 or > Check.MaxMoney || decimal.Round(Rate, 10) != Rate
        ? $"rate must be above 0, at most {Check.MaxMoney}, with at most 10 decimals" : null;
}
