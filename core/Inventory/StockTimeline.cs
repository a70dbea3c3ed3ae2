using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory;

/// <summary>What a fact did to one lot: units from one state to another. From null is from outside, to null is out of the house.</summary>
internal readonly record struct Effect(string Lot, StockState? From, StockState? To, long Quantity);

/// <summary>The units of one sku at one location at an instant, by lot and state, and what facts do to them. A pure decision: it touches no book.</summary>
/// <param name="expires">When a lot expires; null where it does not, or that is not known.</param>
internal sealed class StockTimeline(Func<string, DateTimeOffset?> expires)
{
    private static readonly StockState[] Held = [StockState.Available, StockState.Allocated, StockState.Picked];

    /// <summary>
    /// What a count of all states is of, in the order in which a loss is taken from them: what could be promised first. What is of orders, returns and
    /// receipts (inspection) is no part of it.
    /// </summary>
    private static readonly StockState[] OnHand =
        [StockState.Available, StockState.Quarantined, StockState.Damaged, StockState.ReturnToVendor];

    private readonly Dictionary<(string Lot, StockState State), long> _units = [];

    /// <summary>Below zero only where orders were promised what facts that came later say was not there.</summary>
    public long this[string lot, StockState state] => _units.GetValueOrDefault((lot, state));

    public void Add(string lot, StockState state, long quantity) => _units[(lot, state)] = this[lot, state] + quantity;

    /// <summary>What happened whatever the book says.</summary>
    public void Apply(Effect effect)
    {
        if (effect.From is { } from)
            Add(effect.Lot, from, -effect.Quantity);
        if (effect.To is { } to)
            Add(effect.Lot, to, effect.Quantity);
    }

    /// <summary>Takes it back.</summary>
    public void Undo(Effect effect) => Apply(effect with { From = effect.To, To = effect.From });

    /// <summary>The units that a claim is about.</summary>
    public long HeldFor(StockClaim claim) => Scope(claim).Sum(state => LotsOf(claim, state).Sum(lot => this[lot, state]));

    /// <summary>
    /// What a claim does. What is taken is taken up to what is there; without a lot from all of them, the first to expire first. What is counted leaves as many
    /// units as were counted: a loss is spread likewise, a gain has no lot where none was named.
    /// </summary>
    public List<Effect> Apply(StockClaim claim)
    {
        var effects = new List<Effect>();
        if (claim.Kind == ClaimKind.TAKEN)
            Take(claim, claim.State!.Value, claim.ToState, claim.Quantity, effects);
        else if (claim.Quantity - HeldFor(claim) is not 0 and var difference)
        {
            if (difference > 0)
                effects.Add(new(claim.Lot ?? "", null, Adjusted(claim)[0], difference));
            else
                foreach (var state in Adjusted(claim))
                    difference += Take(claim, state, null, -difference, effects);
        }
        if (claim.Kind != ClaimKind.TAKEN)
            foreach (var gain in effects.FindAll(effect => effect.From is null))
                Apply(gain);
        return effects;
    }

    private static StockState[] Scope(StockClaim claim) =>
        claim.Kind == ClaimKind.REPORTED ? Held : claim.State is { } state ? [state] : OnHand;

    private static StockState[] Adjusted(StockClaim claim) => claim.Kind == ClaimKind.REPORTED ? [StockState.Available] : Scope(claim);

    private long Take(StockClaim claim, StockState from, StockState? to, long quantity, List<Effect> effects)
    {
        var left = quantity;
        foreach (var lot in LotsOf(claim, from))
        {
            var taken = Math.Min(left, Math.Max(0, this[lot, from]));
            if (taken == 0)
                continue;
            var effect = new Effect(lot, from, to, taken);
            Apply(effect);
            effects.Add(effect);
            left -= taken;
        }
        return quantity - left;
    }

    private IEnumerable<string> LotsOf(StockClaim claim, StockState state) => claim.Lot is { } named
        ? [named]
        : [.. _units.Keys.Where(unit => unit.State == state).Select(unit => unit.Lot).OrderBy(lot => expires(lot) ?? DateTimeOffset.MaxValue)
            .ThenBy(lot => lot, StringComparer.Ordinal)];
}
