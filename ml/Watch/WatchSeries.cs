using EcomIntel.Core.Events;
using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Watch;

/// <summary>An item, as it was known at an instant.</summary>
/// <param name="Category">Empty where it has none.</param>
internal sealed record WatchedItem(string Name, string Category, double? Price, double? Cost);

/// <summary>Gathers what happened step by step, and makes of it the series of every scope.</summary>
/// <param name="first">The first day; steps count from its beginning.</param>
internal sealed class WatchSeries(WatchDefinition definition, DateOnly first)
{
    private const string Whole = "*";

    private readonly SortedDictionary<string, SortedDictionary<string, List<(int Step, float Units)>>> _skus = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(int Day, double Net)>> _stock = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FindingAbout> _about = new(StringComparer.Ordinal);

    public DateOnly First => first;

    /// <summary>Skus and parts of them that anything happened with.</summary>
    public int Count => _skus.Values.Sum(parts => parts.Count);

    /// <param name="part">A channel, a location; empty for none.</param>
    public void Add(string sku, string part, int step, double units)
    {
        if (!_skus.TryGetValue(sku, out var parts))
            _skus.Add(sku, parts = new(StringComparer.Ordinal));
        if (!parts.TryGetValue(part, out var steps))
            parts.Add(part, steps = []);
        steps.Add((step, (float)units));
    }

    /// <summary>By how much the units to sell grew in a day; of what there was before the first day, as of a day before it.</summary>
    public void AddStock(string sku, int day, double net)
    {
        if (!_stock.TryGetValue(sku, out var days))
            _stock.Add(sku, days = []);
        days.Add((day, net));
    }

    public FindingAbout AboutOf(string key) => _about[key];

    /// <summary>Every scope's series over the first steps. The same from the same, however it was gathered.</summary>
    public IReadOnlyList<WatchedScope> Scopes(int length, IReadOnlyDictionary<string, WatchedItem> items)
    {
        var (narrow, skus, categories) = (new List<DemandSeries>(), new List<DemandSeries>(), new SortedDictionary<string, Sum>(StringComparer.Ordinal));
        var (ofPart, ofSku, ofCategory) = (Parents(), Parents(), Parents());
        var whole = new Sum(length);
        _about[Whole] = new();
        foreach (var (sku, parts) in _skus)
        {
            var item = items.GetValueOrDefault(sku);
            var (price, key) = (Price(item), $"s\u001f{sku}");
            var units = new double[length];
            foreach (var steps in parts.Values)
                foreach (var (step, sold) in steps)
                    units[step] += Math.Max(0, sold);
            var served = Served(sku, units);
            skus.Add(new(key, item?.Category, units, price, served));
            _about[key] = definition.Kind == WatchDefinition.Feeds.Kind
                ? new(Feed: sku.Length <= Identifier.MaxLength ? sku : sku[..Identifier.MaxLength]) : new(Sku: sku);
            if (definition.Scopes.Contains(Scope.SkuChannel))
                foreach (var (part, steps) in parts)
                {
                    var mine = new double[length];
                    foreach (var (step, sold) in steps)
                        mine[step] += Math.Max(0, sold);
                    var narrowKey = $"p\u001f{sku}\u001f{part}";
                    narrow.Add(new(narrowKey, null, mine, price, served));
                    ofPart[narrowKey] = key;
                    _about[narrowKey] = definition.Kind == WatchDefinition.Demand.Kind ? new(sku, Channel: part) : new(sku, Location: part);
                }
            whole.Add(units, price);
            ofSku[key] = Whole;
            if (item?.Category is not { Length: > 0 } category)
                continue;
            if (!categories.TryGetValue(category, out var sum))
                categories.Add(category, sum = new(length));
            sum.Add(units, price);
            var above = $"c\u001f{category}";
            (ofSku[key], ofCategory[above], _about[above]) = (above, Whole, new(Category: category));
        }
        var scopes = new List<WatchedScope>();
        void Take(Scope scope, IEnumerable<DemandSeries> series, Dictionary<string, string> parents)
        {
            if (definition.Scopes.Contains(scope) && series.ToList() is { Count: > 0 } some)
                scopes.Add(new(scope, new(definition.Grain, first.ToDateTime(TimeOnly.MinValue), some), parents));
        }
        Take(Scope.SkuChannel, narrow, ofPart);
        Take(Scope.Sku, skus, ofSku);
        Take(Scope.Category, categories.Select(each => each.Value.Series($"c\u001f{each.Key}")), ofCategory);
        Take(Scope.Whole, skus.Count == 0 ? [] : [whole.Series(Whole)], Parents());
        return scopes;

        static Dictionary<string, string> Parents() => new(StringComparer.Ordinal);
    }

    private double Price(WatchedItem? item) => !definition.HasMoney ? 1 : (definition.AtCost ? item?.Cost ?? item?.Price : item?.Price ?? item?.Cost) ?? 0;

    /// <summary>A day that began and ended without stock and sold nothing says nothing of demand. What is not stocked at all is not judged by stock.</summary>
    private bool[]? Served(string sku, double[] units)
    {
        if (!definition.StockMatters || !_stock.TryGetValue(sku, out var changes))
            return null;
        var net = new double[units.Length];
        double stock = 0;
        foreach (var (day, change) in changes)
            if (day < 0)
                stock += change;
            else if (day < net.Length)
                net[day] += change;
        bool[]? served = null;
        for (var day = 0; day < net.Length; day++)
        {
            var before = stock;
            stock += net[day];
            if (before > 0 || stock > 0 || units[day] > 0)
                continue;
            if (served is null)
                Array.Fill(served = new bool[net.Length], true);
            served[day] = false;
        }
        return served;
    }

    private sealed class Sum(int length)
    {
        private readonly double[] _units = new double[length];
        private double _all, _money;

        public void Add(double[] units, double price)
        {
            for (var step = 0; step < units.Length; step++)
            {
                _units[step] += units[step];
                (_all, _money) = (_all + units[step], _money + (units[step] * price));
            }
        }

        public DemandSeries Series(string key) => new(key, null, _units, _all > 0 ? _money / _all : 0);
    }
}
