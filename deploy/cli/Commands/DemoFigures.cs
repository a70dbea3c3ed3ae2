using System.Globalization;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Cli.Commands;

/// <summary>The KPIs of the catalogue over all of a demo, and by month: as JSON, and as a table's cells.</summary>
internal sealed class DemoFigures
{
    private readonly Dictionary<KpiContract, IReadOnlyList<KpiPoint>> _totals = [];
    private readonly Dictionary<KpiContract, ILookup<DateOnly, KpiPoint>> _byMonth = [];

    private DemoFigures()
    {
    }

    /// <summary>First days of the months that something was counted in.</summary>
    public IReadOnlyList<DateOnly> Months { get; private set; } = [];

    public static async Task<DemoFigures> ReadAsync(KpiQueries kpis, CancellationToken token)
    {
        var figures = new DemoFigures();
        foreach (var kpi in KpiCatalogue.All)
            figures._totals.Add(kpi, await kpis.QueryAsync(new(kpi, GroupBy: GroupBy(kpi)), token));
        foreach (var kpi in KpiCatalogue.All.Where(kpi => kpi.Arithmetic.IsOverDays))
            figures._byMonth.Add(kpi, await MonthsAsync(kpis, kpi, null, token));
        figures.Months = [.. figures._byMonth.Values.SelectMany(months => months.Select(month => month.Key)).Distinct().Order()];
        foreach (var kpi in KpiCatalogue.All.Where(kpi => kpi.Arithmetic is { HasDays: true, IsOverDays: false } && figures.Months.Count > 0))
            figures._byMonth.Add(kpi, await MonthsAsync(kpis, kpi, figures.Months[0], token));
        return figures;
    }

    /// <summary>The figures by the KPIs' names, after the <c>month</c> that they are of.</summary>
    /// <param name="month">null for all of it.</param>
    public OrderedDictionary<string, object?> Json(DateOnly? month)
    {
        var json = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        if (month is { } first)
            json.Add("month", first.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        foreach (var kpi in KpiCatalogue.All.Where(kpi => month is null || _byMonth.ContainsKey(kpi)))
            json.Add(Camel(kpi.Name), Json(kpi, Points(kpi, month)));
        return json;
    }

    /// <summary>Over all of it, of a KPI whose figure is one; null where nothing was.</summary>
    public KpiPoint? Total(KpiContract kpi) => _totals[kpi] is [var only] ? only : null;

    public string Cell(KpiContract kpi, DateOnly? month)
    {
        var points = Points(kpi, month);
        if (kpi.Apart is not null)
            return string.Join(", ", points.Select(point => $"{point.Dimensions[0]} {Measures(point)}"));
        if (GroupBy(kpi).Count > 0)
            return Number(points.Sum(point => point.Numerator));
        return points.Count == 0 ? "-" : string.Join(", ", points.Select(point => kpi.Unit == KpiUnit.Ratio
            ? $"{(point.Value is { } share ? share.ToString("P1", CultureInfo.InvariantCulture) : "-")} of {Number(point.Denominator)}"
            : Measures(point) + (point.Currency is { } currency ? $" {currency}" : "")));
    }

    private IReadOnlyList<KpiPoint> Points(KpiContract kpi, DateOnly? month) =>
        month is not { } start ? _totals[kpi] : _byMonth.TryGetValue(kpi, out var months) ? [.. months[start]] : [];

    private static object? Json(KpiContract kpi, IReadOnlyList<KpiPoint> points)
    {
        if (kpi.Apart is not null)
            return points.ToDictionary(point => point.Dimensions[0], point => Told(kpi, point));
        if (GroupBy(kpi) is [var name])
        {
            // Every value there is, those of nothing too, in their order.
            var counts = new OrderedDictionary<string, decimal>(StringComparer.Ordinal);
            foreach (var value in kpi.Dimension(name)!.Values!)
                counts.Add(value, points.Where(point => point.Dimensions is [var its] && its == value).Sum(point => point.Numerator));
            return counts;
        }
        if (kpi.Unit.IsMoney)
            return points.ToDictionary(point => point.Currency!, point => point.Exact);
        var only = points is [var one] ? one : null;
        if (kpi.Kind == KpiKind.Ratio)
            return new { value = only?.Value, numerator = only?.Numerator ?? 0, denominator = only?.Denominator ?? 0 };
        return Told(kpi, only);
    }

    private static Dictionary<string, object?> Told(KpiContract kpi, KpiPoint? point)
    {
        var told = kpi.Arithmetic.Measures.Select((measure, index) => (measure.Name, Value: point?.Measures[index].Value))
            .ToDictionary(measure => measure.Name, measure => (object?)measure.Value);
        told.Add("denominator", point?.Denominator ?? 0);
        return told;
    }

    private static string Measures(KpiPoint point) =>
        string.Join(" / ", point.Measures.Select(measure => measure.Value is { } value ? Number((decimal)value) : "-"));

    /// <summary>The dimension that divides the whole, or whose values are never merged, where a contract has one.</summary>
    private static IReadOnlyList<string> GroupBy(KpiContract kpi) => (kpi.GaugeWindow ?? kpi.Apart) is { } dimension ? [dimension] : [];

    private static async Task<ILookup<DateOnly, KpiPoint>> MonthsAsync(KpiQueries kpis, KpiContract kpi, DateOnly? from, CancellationToken token) =>
        (await kpis.QueryAsync(new(kpi, From: from, Grain: KpiGrain.Month, GroupBy: GroupBy(kpi)), token)).ToLookup(point => point.Period!.Value);

    private static string Number(decimal number) => number.ToString("#,0.##", CultureInfo.InvariantCulture);

    private static string Camel(string name) =>
        string.Concat(name.Split('_').Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
