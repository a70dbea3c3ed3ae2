using System.Globalization;
using System.Text;

namespace EcomIntel.Core.Hosting.Metrics;

/// <summary>Prometheus' text format 0.0.4, and OpenMetrics 1.0 for who asks for it.</summary>
public static class MetricText
{
    public const string PlainContentType = "text/plain; version=0.0.4; charset=utf-8";

    public const string OpenMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>OpenMetrics if the Accept header names it with no lower weight than plain text.</summary>
    public static bool WantsOpenMetrics(string? accept)
    {
        double open = 0, plain = 0;
        foreach (var range in (accept ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var version = parts.FirstOrDefault(part => part.StartsWith("version=", StringComparison.OrdinalIgnoreCase))?["version=".Length..];
            var weight = parts.FirstOrDefault(part => part.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) is { } q
                && double.TryParse(q.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var given) ? given : 1;
            if (parts[0].Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) && version is (null or "1.0.0"))
                open = Math.Max(open, weight);
            else if (parts[0].Equals("text/plain", StringComparison.OrdinalIgnoreCase))
                plain = Math.Max(plain, weight);
        }
        return open > 0 && open >= plain;
    }

    public static string Render(MetricCollector collector, bool openMetrics)
    {
        ArgumentNullException.ThrowIfNull(collector);
        var text = new StringBuilder(16_384);
        foreach (var family in collector.Collect())
            Render(text, family, openMetrics);
        if (openMetrics)
            text.Append("# EOF\n");
        return text.ToString();
    }

    private static void Render(StringBuilder text, MetricFamily.Snapshot family, bool openMetrics)
    {
        var sample = family.Kind == MetricKind.Counter ? $"{family.Name}_total" : family.Name;
        var named = openMetrics ? family.Name : sample;
        text.Append("# HELP ").Append(named).Append(' ').Append(Escaped(family.Help, openMetrics)).Append('\n');
        text.Append("# TYPE ").Append(named).Append(' ').Append(family.Kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", _ => "histogram" }).Append('\n');
        if (openMetrics && family.Unit is not null)
            text.Append("# UNIT ").Append(named).Append(' ').Append(family.Unit).Append('\n');
        foreach (var series in family.Series)
        {
            if (family.Kind == MetricKind.Histogram)
                Histogram(text, family, series, openMetrics);
            else
                Sample(text, sample, series.Labels, series.Value);
        }
    }

    private static void Histogram(StringBuilder text, MetricFamily.Snapshot family, MetricFamily.SeriesSnapshot series, bool openMetrics)
    {
        var before = series.Labels.Length > 0 ? series.Labels + "," : "";
        long below = 0;
        for (var index = 0; index <= family.Bounds.Length; index++)
        {
            below += series.Buckets[index];
            var bound = index == family.Bounds.Length ? "+Inf" : Bound(family.Bounds[index], openMetrics);
            Sample(text, $"{family.Name}_bucket", $"{before}le=\"{bound}\"", below);
        }
        Sample(text, $"{family.Name}_sum", series.Labels, series.Value);
        Sample(text, $"{family.Name}_count", series.Labels, series.Count);
    }

    private static void Sample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>OpenMetrics wants one spelling of a bound: 1.0, not 1.</summary>
    private static string Bound(double bound, bool openMetrics)
    {
        var number = Number(bound);
        return openMetrics && number.AsSpan().IndexOfAny('.', 'E') < 0 ? number + ".0" : number;
    }

    private static string Escaped(string help, bool openMetrics)
    {
        var text = help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        return openMetrics ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
