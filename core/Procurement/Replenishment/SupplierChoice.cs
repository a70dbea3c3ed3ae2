using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <param name="Chosen">Who is asked.</param>
/// <param name="TooSlow">Who would come first and delivers too late.</param>
/// <param name="Unreliable">Who ranks as high or higher, and is passed over for its scorecard.</param>
/// <param name="Beaten">Who ranks as high for less, and has the worse scorecard.</param>
internal sealed record Choice(Offer Chosen, Offer? TooSlow = null, Offer? Unreliable = null, Offer? Beaten = null);

/// <summary>Who is asked for an item.</summary>
/// <param name="floor">Share of lines on time in full below which a supplier is passed over.</param>
/// <param name="lines">So many must have been due for a supplier to be judged by them.</param>
internal sealed class SupplierChoice(decimal floor, int lines)
{
    /// <summary>
    /// Active offers of active suppliers, best first: those whose record is below the floor after all others; then by the item's rank, the supplier's, its
    /// record, the price, the supplier's id. Where nothing is known of a supplier, its record counts as the floor: neither good nor bad.
    /// </summary>
    public List<Offer> Ranked(IEnumerable<Offer> offers) =>
        [.. offers.Where(offer => offer.Supplier.Active && offer.Item.Active).OrderBy(IsUnreliable).ThenBy(offer => offer.Item.Rank)
            .ThenBy(offer => offer.Supplier.Rank).ThenByDescending(RecordOf).ThenBy(DiscrepanciesOf).ThenBy(offer => offer.Item.Price)
            .ThenBy(offer => offer.Supplier.Id)];

    /// <summary>The best-ranked; an alternate where the first delivers after the stock has run out, and the alternate does not.</summary>
    /// <param name="ranked">As <see cref="Ranked"/> has it.</param>
    /// <param name="coverDays">Until the stock runs out; null where nothing is sold.</param>
    public Choice Choose(IReadOnlyList<Offer> ranked, double? coverDays)
    {
        var first = ranked[0];
        var chosen = coverDays is { } cover && first.Lead.Mean > cover
            ? ranked.FirstOrDefault(offer => offer.Lead.Mean <= cover && IsUnreliable(offer) == IsUnreliable(first)) ?? first : first;
        var unreliable = IsUnreliable(chosen) ? null
            : ranked.FirstOrDefault(offer => IsUnreliable(offer) && RankOf(offer).CompareTo(RankOf(chosen)) <= 0);
        var beaten = ranked.FirstOrDefault(offer => offer != chosen && offer.Item.Price < chosen.Item.Price && RankOf(offer) == RankOf(chosen)
            && IsUnreliable(offer) == IsUnreliable(chosen)
            && (RecordOf(offer), -DiscrepanciesOf(offer)).CompareTo((RecordOf(chosen), -DiscrepanciesOf(chosen))) < 0);
        return new(chosen, chosen == first ? null : first, unreliable, beaten);
    }

    /// <summary>An item's price in its supplier's currency, with at most four decimals.</summary>
    /// <returns>Null where no rate is known.</returns>
    public static decimal? PriceOf(SupplierItem item, Supplier supplier, SupplierBook suppliers, string baseCurrency, DateTimeOffset at) =>
        suppliers.Convert(item.Price, item.Currency ?? supplier.Currency, supplier.Currency, baseCurrency, at);

    private bool IsUnreliable(Offer offer) => offer.Score?.IsBelow(floor, lines) == true;

    private bool IsKnown(Offer offer) => offer.Score?.LinesDue >= lines;

    private decimal RecordOf(Offer offer) => IsKnown(offer) ? offer.Score!.Otif!.Value : floor;

    private decimal DiscrepanciesOf(Offer offer) => IsKnown(offer) ? offer.Score!.DiscrepancyRate ?? 0 : 0;

    private static (int, int) RankOf(Offer offer) => (offer.Item.Rank, offer.Supplier.Rank);
}
