namespace EcomIntel.Ml.Forecast.Replenishing;

/// <summary>A received order line.</summary>
/// <param name="Days">From sent to its first units.</param>
internal readonly record struct ReceivedLine(string Supplier, string Sku, DateTime Received, double Days);

/// <summary>
/// How long a supplier takes for an item: its received lines, and beside them all that the supplier delivered, which together count for a few lines. An item
/// of which much is known goes its own way, one of which nothing is known its supplier's.
/// </summary>
internal sealed class LeadTimes
{
    /// <summary>Fewer lines of a supplier say nothing.</summary>
    public const int LeastLines = 8;

    /// <summary>How many lines a supplier's others may count for.</summary>
    public static readonly IReadOnlyList<double> Weights = [1, 5, 20, 1000];

    private readonly Dictionary<string, double[]> _ofSuppliers;
    private readonly Dictionary<(string, string), double[]> _ofItems;

    public LeadTimes(IReadOnlyCollection<ReceivedLine> lines)
    {
        _ofSuppliers = lines.GroupBy(line => line.Supplier).ToDictionary(group => group.Key, group => group.Select(line => line.Days).Order().ToArray());
        _ofItems = lines.GroupBy(line => (line.Supplier, line.Sku))
            .ToDictionary(group => group.Key, group => group.Select(line => line.Days).Order().ToArray());
    }

    public int LinesOf(string supplier, string sku) => _ofItems.TryGetValue((supplier, sku), out var own) ? own.Length : 0;

    /// <param name="levels">Ascending.</param>
    /// <param name="weight">One of <see cref="Weights"/>.</param>
    /// <returns>Days, one a level; null where too little is known of the supplier.</returns>
    public double[]? Quantiles(string supplier, string sku, IReadOnlyList<double> levels, double weight)
    {
        if (!_ofSuppliers.TryGetValue(supplier, out var all) || all.Length < LeastLines)
            return null;
        var own = _ofItems.GetValueOrDefault((supplier, sku)) ?? [];
        var (ofOwn, ofAll) = (1 / (own.Length + weight), weight / all.Length / (own.Length + weight));
        var quantiles = new double[levels.Count];
        double passed = 0, last = 0;
        int o = 0, a = 0, level = 0;
        while (level < levels.Count && (o < own.Length || a < all.Length))
        {
            var mine = o < own.Length && (a >= all.Length || own[o] <= all[a]);
            (last, passed) = mine ? (own[o++], passed + ofOwn) : (all[a++], passed + ofAll);
            while (level < levels.Count && passed >= levels[level] - 1e-12)
                quantiles[level++] = last;
        }
        while (level < levels.Count)
            quantiles[level++] = last;
        return quantiles;
    }

    /// <summary>The weight with the least pinball loss on the later third of the lines, by what was received before it.</summary>
    /// <returns>The weight, and the losses by weight, in days; of the supplier alone it is the last.</returns>
    public static (double Weight, IReadOnlyList<double> Losses) Choose(IReadOnlyCollection<ReceivedLine> lines, IReadOnlyList<double> levels)
    {
        var ordered = lines.OrderBy(line => line.Received).ThenBy(line => line.Supplier, StringComparer.Ordinal)
            .ThenBy(line => line.Sku, StringComparer.Ordinal).ToList();
        var split = ordered.Count * 2 / 3;
        var known = new LeadTimes(ordered[..split]);
        var later = ordered[split..].GroupBy(line => (line.Supplier, line.Sku)).ToList();
        var losses = Weights.Select(weight =>
        {
            double loss = 0;
            var count = 0;
            foreach (var group in later)
            {
                if (known.Quantiles(group.Key.Supplier, group.Key.Sku, levels, weight) is not { } quantiles)
                    continue;
                foreach (var line in group)
                    for (var level = 0; level < levels.Count; level++, count++)
                        loss += ForecastErrors.Pinball(line.Days, quantiles[level], levels[level]);
            }
            return count == 0 ? 0 : loss / count;
        }).ToList();
        return (Weights[losses.IndexOf(losses.Min())], losses);
    }
}
