using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis;

/// <summary>A metric that a contract has on <c>/metrics</c>.</summary>
/// <param name="Name"><c>ecomintel_kpi_THING_UNIT</c>; a measure beside the value stands before the unit (<c>order_cycle_time_p90_hours</c>).</param>
/// <param name="Value">Of a figure; null where it says nothing.</param>
public sealed record KpiGauge(string Name, string Help, Func<KpiPoint, double?> Value)
{
    /// <summary>Each measure; of a ratio also what it is made of.</summary>
    public static IReadOnlyList<KpiGauge> Of(KpiContract kpi)
    {
        ArgumentNullException.ThrowIfNull(kpi);
        var gauges = kpi.Arithmetic.Measures.Select((measure, index) =>
        {
            var thing = measure.Name == "value" ? kpi.Metric : $"{kpi.Metric}_{measure.Name}";
            return new KpiGauge($"ecomintel_kpi_{thing}_{kpi.Unit.Name}", kpi.Description, point => point.Measures[index].Value);
        }).ToList();
        if (kpi.Kind == KpiKind.Ratio)
        {
            gauges.Add(new($"ecomintel_kpi_{kpi.Metric}_numerator", $"{kpi.Title}: {kpi.Numerator}", point => (double)point.Numerator));
            gauges.Add(new($"ecomintel_kpi_{kpi.Metric}_denominator", $"{kpi.Title}: {kpi.Denominator}", point => (double)point.Denominator));
        }
        return gauges;
    }
}

/// <summary>One figure as gauges show it.</summary>
/// <param name="Labels">Values of <see cref="LabelsOf"/>.</param>
public sealed record KpiGaugePoint(IReadOnlyList<string> Labels, KpiPoint Point)
{
    private static readonly string[] LabelNames = ["channel", "location", "carrier", "category", "leg", "horizon", "model"];
    private static readonly (string Name, int Days)[] Windows = [("7d", 7), ("28d", 28)];

    /// <summary>
    /// Names of a contract's labels: <c>channel</c>, <c>location</c>, <c>carrier</c>, <c>category</c>, <c>leg</c> and <c>horizon</c> (fixed lists) and
    /// <c>model</c> where it has them and can tell them of a range, <c>currency</c> of money, and <c>window</c>.
    /// </summary>
    public static IReadOnlyList<string> LabelsOf(KpiContract kpi) =>
        [.. Grouped(kpi), .. kpi.Unit.IsMoney ? ["currency"] : Array.Empty<string>(), "window"];

    /// <summary>
    /// A contract's figures for its gauges: over the last 7 and 28 days (the 6 and 27 days before today, and today so far) where it is over days; otherwise of
    /// now, by the dimension that stands for the window.
    /// </summary>
    public static async Task<IReadOnlyList<KpiGaugePoint>> ReadAsync(KpiQueries kpis, KpiContract kpi, DateTimeOffset now, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(kpis);
        ArgumentNullException.ThrowIfNull(kpi);
        var by = Grouped(kpi);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var questions = kpi.Arithmetic.IsOverDays
            ? Windows.Select(window => (window.Name, Query: new KpiQuery(kpi, today.AddDays(1 - window.Days), today.AddDays(1), GroupBy: by, AsOf: now)))
            : [("now", new KpiQuery(kpi, GroupBy: kpi.GaugeWindow is { } dimension ? [.. by, dimension] : by, AsOf: now))];
        var points = new List<KpiGaugePoint>();
        foreach (var (window, query) in questions)
            foreach (var point in await kpis.QueryAsync(query, token))
            {
                List<string> labels = [.. point.Dimensions.Take(by.Count)];
                if (point.Currency is { } currency)
                    labels.Add(currency);
                labels.Add(kpi.GaugeWindow is null ? window : point.Dimensions[^1]);
                points.Add(new(labels, point));
            }
        return points;
    }

    private static List<string> Grouped(KpiContract kpi) =>
        [.. kpi.Dimensions.Where(dimension => LabelNames.Contains(dimension.Name) && !dimension.NowOnly).Select(dimension => dimension.Name)];
}
