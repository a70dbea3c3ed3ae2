using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>Units of a sku that were ordered on one day, and are to come from a location.</summary>
internal sealed class DemandDay : Row
{
    public static readonly Table<DemandDay> Table = new Table<DemandDay>("demand_days")
        .Key(day => day.Day).Key(day => day.Sku).Key(day => day.Location).Column(day => day.Units);

    public required DateOnly Day { get; init; }
    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }

    /// <summary>Gross: what was cancelled later counts.</summary>
    public long Units { get; set; }
}

/// <summary>Running sums of the demand of a sku at a location, over the days that the window has.</summary>
internal sealed class DemandSum : Row
{
    public static readonly Table<DemandSum> Table = new Table<DemandSum>("demand_sums")
        .Key(sum => sum.Sku).Key(sum => sum.Location).Column(sum => sum.Units).Column(sum => sum.Squares).Column(sum => sum.FirstDay);

    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }
    public long Units { get; set; }
    public decimal Squares { get; set; }

    /// <summary>On which the sku was first ordered from there, as far as demand is known.</summary>
    public DateOnly FirstDay { get; set; }
}

/// <summary>How far demand is rolled up, and by which window it is summed. There is one row.</summary>
internal sealed class ReplenishmentState : Row
{
    public static readonly Table<ReplenishmentState> Table = new Table<ReplenishmentState>("replenishment_state")
        .Key(state => state.Id).Column(state => state.RolledFrom).Column(state => state.RolledUntil).Column(state => state.WindowDays)
        .Column(state => state.RanAt);

    public int Id { get; init; } = 1;

    /// <summary>The first day of which demand is kept; null before the first run.</summary>
    public DateOnly? RolledFrom { get; set; }

    /// <summary>The first day that is not rolled up.</summary>
    public DateOnly? RolledUntil { get; set; }

    /// <summary>The sums are of so many days before <see cref="RolledUntil"/>.</summary>
    public int WindowDays { get; set; }
    public DateTimeOffset? RanAt { get; set; }
}

/// <summary>Sums of lead times, of a supplier's item or of a supplier: exact, so that it does not show in which order they were added.</summary>
internal readonly record struct LeadTimeSum(int Count, long Minutes, decimal Squares)
{
    private const double Day = 24 * 60;

    public LeadTimeSum Add(long minutes, int times = 1) => new(Count + times, Minutes + (times * minutes), Squares + (times * (decimal)minutes * minutes));

    public LeadTimeSum Add(LeadTimeSum other) => new(Count + other.Count, Minutes + other.Minutes, Squares + other.Squares);

    /// <summary>Of what was received; null where it is of fewer lines than count.</summary>
    public LeadTime? From(int known) => Count < known ? null
        : new(Minutes / (double)Count / Day, Math.Sqrt(Math.Max(0, (double)(Squares - (decimal)Minutes * Minutes / Count) / (Count - 1))) / Day, Count);
}

/// <summary>What one supplier sells an item for, and in what time.</summary>
/// <param name="Price">Per unit, in the supplier's currency; null where no rate is known for the item's.</param>
/// <param name="Score">The supplier's newest scorecard; null where there is none.</param>
internal sealed record Offer(Supplier Supplier, SupplierItem Item, decimal? Price, LeadTime Lead, SupplierScore? Score = null)
{
    public Packing Packing => new(Item.MinimumQuantity, Item.PackMultiple, Item.PalletQuantity);
}
