using System.Globalization;
using System.Text;

namespace EcomIntel.Core.Kpis;

/// <summary>A KPI's page of documentation, made from its contract; <c>docs/</c> holds them, and a test that each is what this says.</summary>
public static class KpiPage
{
    public static string Of(KpiContract kpi)
    {
        ArgumentNullException.ThrowIfNull(kpi);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# {kpi.Title}\n\n{kpi.Description}\n\n| | |\n| --- | --- |\n");
        Line("name, version", $"`{kpi.Name}`, {kpi.Version}");
        Line("kind", kpi.Kind.ToString());
        Line("unit", $"{kpi.Unit.Name}; {(kpi.Better == Better.Higher ? "higher" : "lower")} is better");
        Line("formula", kpi.Formula);
        Line("numerator", kpi.Numerator);
        Line("denominator", kpi.Denominator);
        Line("a thing's day", $"{kpi.DateMeaning}, UTC");
        if (kpi.Thresholds is { } aims)
            Line("target, warning, critical", string.Create(CultureInfo.InvariantCulture, $"{aims.Target}, {aims.Warning}, {aims.Critical}"));
        foreach (var dimension in kpi.Dimensions)
            Line($"by {dimension.Name}", string.Join("; ", Notes(dimension).Concat(kpi.Apart == dimension.Name ? ["never merged"] : [])));
        Line("from", string.Join(", ", kpi.Source.Select(table => $"`{table}`")));
        Line("gauges", string.Join(", ", KpiGauge.Of(kpi).Select(gauge => $"`{gauge.Name}`")));
        page.Append(CultureInfo.InvariantCulture, $"\n## In ClickHouse\n\n`{KpiViews.NameOf(kpi)}` has a row a ");
        page.Append(kpi.Arithmetic.HasDays ? "day and group, or several; " : "group, or several; ").Append("group and filter them, and merge them so:\n\n");
        foreach (var (name, sql) in kpi.Arithmetic.Measures)
            page.Append(CultureInfo.InvariantCulture, $"    {name}: {sql}\n");
        page.Append(CultureInfo.InvariantCulture, $"\n`{KpiViews.RowsNameOf(kpi)}` has the things counted, one row each.\n");
        return page.ToString();

        void Line(string what, string says) =>
            page.Append(CultureInfo.InvariantCulture, $"| {what} | {says.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
    }

    private static IEnumerable<string> Notes(KpiDimension dimension)
    {
        yield return dimension.Values is { } values ? string.Join(", ", values) : "as the data say";
        if (dimension.IsList)
            yield return "a thing may count under several";
        if (dimension.NowOnly)
            yield return "known of the present only";
    }
}
