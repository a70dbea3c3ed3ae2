using EcomIntel.Core.Events;
using EcomIntel.Core.Forecasts;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>The units of a sku that a location has, or that are on their way to it, and those that are wanted of it already.</summary>
/// <param name="Inspection">Received, and not yet accepted.</param>
/// <param name="OnOrder">Open on purchase orders that were sent.</param>
/// <param name="ToBeSent">On purchase orders that were not sent yet.</param>
/// <param name="TransfersIn">Of accepted transfers that were not dispatched yet; <paramref name="TransfersOut"/> likewise.</param>
/// <param name="Waiting">Of customers' orders that wait for stock.</param>
internal readonly record struct InventoryPosition(
    long Available, long Inspection, long OnOrder, long ToBeSent, long InTransit, long TransfersIn, long TransfersOut, long Waiting)
{
    /// <summary>Available + on order + in transit - backordered: below zero where more is waited for than comes.</summary>
    public long Units => Available + Inspection + OnOrder + ToBeSent + InTransit + TransfersIn - TransfersOut - Waiting;
}

/// <summary>What rules for a sku at a location.</summary>
/// <param name="ReviewDays">How long an order is to last beyond the lead time.</param>
internal readonly record struct ReplenishmentTerms(
    ReplenishmentMethod Method, double ServiceLevel, int ReviewDays, long? ReorderPoint = null, long? OrderQuantity = null, long? Minimum = null,
    long? Maximum = null);

/// <summary>What a sku at a location needs.</summary>
/// <param name="SafetyStock">Units kept against chance.</param>
/// <param name="ReorderPoint">It is replenished once the position is no higher.</param>
/// <param name="OrderUpTo">Up to here.</param>
/// <param name="Wanted">Units, before anything is rounded; 0: none.</param>
internal readonly record struct Need(long SafetyStock, long ReorderPoint, long OrderUpTo, long Wanted);

/// <summary>
/// Decides for one sku at one location. The position is looked at every day (periodic review): once it is at the reorder point or below, it is raised to the
/// order-up-to level, an (R, s, S) policy in the words of Silver, Pyke and Peterson.
/// </summary>
internal static class ReplenishmentDecision
{
    /// <param name="forecast">What is expected within the lead time; null: by past demand.</param>
    public static Need Decide(ReplenishmentTerms terms, Demand demand, LeadTime lead, InventoryPosition position, LeadDemand? forecast = null)
    {
        var safety = forecast is { } expected ? Math.Max(0, expected.Quantile - expected.Mean) : SafetyStock.Of(terms.ServiceLevel, demand, lead);
        var (within, cycle) = forecast is { } known ? (known.Mean, known.Cycle)
            : (demand.Mean * lead.Mean, demand.Mean * (lead.Mean + terms.ReviewDays));
        var (atReorder, upTo) = (Units(within + safety), Units(cycle + safety));
        var (reorder, level) = terms.Method switch
        {
            ReplenishmentMethod.FORECAST => (atReorder, upTo),
            ReplenishmentMethod.REORDER_POINT => FixedQuantity(terms, atReorder, upTo, position.Units),
            ReplenishmentMethod.MIN_MAX =>
                (terms.Minimum ?? Math.Min(atReorder, terms.Maximum ?? long.MaxValue), Math.Max(terms.Maximum ?? upTo, terms.Minimum ?? 0)),
            ReplenishmentMethod.MAKE_TO_ORDER => (-1L, 0L),
            _ => (long.MinValue, long.MinValue),
        };
        if (terms.Method == ReplenishmentMethod.NONE)
            return default;
        var wanted = position.Units <= reorder ? Math.Max(0, level - position.Units) : 0;
        return new(terms.Method == ReplenishmentMethod.MAKE_TO_ORDER ? 0 : Units(safety), reorder, level, Math.Min(wanted, Check.MaxQuantity));
    }

    /// <summary>As many times the quantity as bring the position above the reorder point.</summary>
    private static (long Reorder, long Level) FixedQuantity(ReplenishmentTerms terms, long computed, long upTo, long position)
    {
        var reorder = terms.ReorderPoint ?? computed;
        if (terms.OrderQuantity is not { } quantity)
            return (reorder, Math.Max(reorder + upTo - computed, reorder));
        return (reorder, position > reorder ? reorder + quantity : position + ((reorder - position) / quantity + 1) * quantity);
    }

    /// <summary>Whole units that cover it. What lies behind the sixth decimal is the computer's.</summary>
    private static long Units(double units) => (long)Math.Min(Check.MaxQuantity, Math.Ceiling(Math.Round(units, 6)));
}
