using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>Which rule of a policy holds for a sku at a location.</summary>
internal sealed class Terms
{
    private readonly ReplenishmentPolicy _policy;
    private readonly Dictionary<string, List<ReplenishmentRule>> _bySku = new(StringComparer.Ordinal);
    private readonly List<ReplenishmentRule> _others;

    public Terms(ReplenishmentPolicy policy)
    {
        _policy = policy;
        // Of two that name as much the later counts: OrderBy keeps their order.
        var ranked = Enumerable.Reverse(policy.Rules).OrderByDescending(rule => rule.Specificity).ToList();
        foreach (var rule in ranked.Where(rule => rule.Sku is not null))
        {
            if (!_bySku.TryGetValue(rule.Sku!, out var rules))
                _bySku.Add(rule.Sku!, rules = []);
            rules.Add(rule);
        }
        _others = ranked.FindAll(rule => rule.Sku is null);
    }

    public ReplenishmentTerms Of(Sku sku, string? category, LocationId location)
    {
        var rule = (_bySku.TryGetValue(sku.Value, out var own) ? own.Find(Holds) : null) ?? _others.Find(Holds);
        return new(
            rule?.Method ?? _policy.Method, (double)(rule?.ServiceLevel ?? _policy.ServiceLevel), rule?.ReviewDays ?? _policy.ReviewDays, rule?.ReorderPoint,
            rule?.OrderQuantity, rule?.Minimum, rule?.Maximum);

        bool Holds(ReplenishmentRule each) =>
            (each.Category is null || each.Category == category) && (each.Location is null || each.Location == location.Value);
    }
}
