using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>Who is asked for an item.</summary>
internal static class SupplierChoice
{
    /// <summary>Active offers of active suppliers, best first: by the item's rank, then the supplier's, then the price, then the supplier's id.</summary>
    public static List<Offer> Ranked(IEnumerable<Offer> offers) =>
        [.. offers.Where(offer => offer.Supplier.Active && offer.Item.Active).OrderBy(offer => offer.Item.Rank).ThenBy(offer => offer.Supplier.Rank)
            .ThenBy(offer => offer.Item.Price).ThenBy(offer => offer.Supplier.Id)];

    /// <summary>The best-ranked; an alternate where the first delivers after the stock has run out, and the alternate does not.</summary>
    /// <param name="coverDays">Until the stock runs out; null where nothing is sold.</param>
    /// <returns>Passed: the first, where it was passed over.</returns>
    public static (Offer Chosen, Offer? Passed) Choose(IReadOnlyList<Offer> ranked, double? coverDays)
    {
        var first = ranked[0];
        if (coverDays is not { } cover || first.Lead.Mean <= cover)
            return (first, null);
        return ranked.FirstOrDefault(offer => offer.Lead.Mean <= cover) is { } alternate ? (alternate, first) : (first, null);
    }

    /// <summary>An item's price in its supplier's currency, with at most four decimals.</summary>
    /// <returns>Null where no rate is known.</returns>
    public static decimal? PriceOf(SupplierItem item, Supplier supplier, SupplierBook suppliers, string baseCurrency, DateTimeOffset at)
    {
        if (item.Currency is null || item.Currency == supplier.Currency)
            return item.Price;
        return suppliers.Rate(item.Currency, baseCurrency, at) is { } from && suppliers.Rate(supplier.Currency, baseCurrency, at) is { } to
            ? decimal.Round(item.Price * from / to, 4, MidpointRounding.AwayFromZero) : null;
    }
}
