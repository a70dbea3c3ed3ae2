using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>In what quantities a supplier sells an item.</summary>
/// <param name="Minimum">Units of one order line, at least.</param>
/// <param name="Pack">Only multiples of it.</param>
/// <param name="Pallet">Units of a pallet; null where there are none.</param>
internal readonly record struct Packing(long Minimum, long Pack, long? Pallet)
{
    /// <summary>
    /// The smallest quantity that is sold and covers what is wanted: not below the minimum, a multiple of the pack; whole pallets where little is missing.
    /// </summary>
    /// <param name="palletWithin">At most this share of a pallet.</param>
    public long Round(long wanted, decimal palletWithin)
    {
        if (wanted <= 0)
            return 0;
        var quantity = Up(Math.Max(wanted, Minimum), Math.Max(1, Pack));
        if (Pallet is not { } pallet || pallet % Math.Max(1, Pack) != 0)
            return AtMost(quantity);
        var pallets = Up(quantity, pallet);
        return AtMost(pallets - quantity <= palletWithin * pallet ? pallets : quantity);
    }

    private static long Up(long quantity, long multiple) => (quantity + multiple - 1) / multiple * multiple;

    /// <summary>A line's limit: the last multiple below it.</summary>
    private long AtMost(long quantity) => quantity <= Check.MaxQuantity ? quantity : Check.MaxQuantity / Math.Max(1, Pack) * Math.Max(1, Pack);
}

/// <summary>One line of an order that is to reach a supplier's minimum value.</summary>
/// <param name="Quantity">Units, rounded.</param>
/// <param name="Price">Per unit, in the supplier's currency.</param>
/// <param name="Position">Units there without it.</param>
/// <param name="DailyDemand">Units a day; 0 where nothing was sold.</param>
internal sealed record OrderLineToBe(long Quantity, decimal Price, Packing Packing, long Position, double DailyDemand);

/// <summary>Brings an order to the supplier's minimum value.</summary>
internal static class MinimumOrder
{
    private const int MostDays = 3650;

    /// <summary>
    /// Raises the lines with the least cover first: all are brought to the same days of cover, as few as reach the value. Where nothing is sold of any, the
    /// first line is raised.
    /// </summary>
    /// <returns>The quantities, in the order of the lines; Days: of cover to which they were raised; null where none was, or none helps.</returns>
    public static (IReadOnlyList<long> Quantities, int? Days) Raise(IReadOnlyList<OrderLineToBe> lines, decimal minimum, decimal palletWithin)
    {
        var quantities = lines.Select(line => line.Quantity).ToList();
        if (ValueOf(quantities) >= minimum || lines.Count == 0)
            return (quantities, null);
        if (ValueOf(At(MostDays)) < minimum)
        {
            var first = lines.Select((line, index) => (line, index)).FirstOrDefault(each => each.line is { Price: > 0, DailyDemand: 0 });
            if (first.line is null || lines.Any(line => line.DailyDemand > 0))
                return (quantities, null);
            var missing = decimal.Ceiling((minimum - ValueOf(quantities)) / first.line.Price);
            quantities[first.index] = first.line.Packing.Round((long)Math.Min(missing + first.line.Quantity, Check.MaxQuantity), 0);
            return (quantities, null);
        }
        var (low, high) = (0, MostDays);
        while (high - low > 1)
            if (ValueOf(At((low + high) / 2)) >= minimum)
                high = (low + high) / 2;
            else
                low = (low + high) / 2;
        return (At(high), high);

        List<long> At(int days) => [.. lines.Select(line => Math.Max(line.Quantity,
            line.Packing.Round((long)Math.Min(Check.MaxQuantity, Math.Ceiling(Math.Round(line.DailyDemand * days, 6)) - line.Position), palletWithin)))];
        decimal ValueOf(List<long> units) => units.Select((quantity, index) => quantity * lines[index].Price).Sum();
    }
}
