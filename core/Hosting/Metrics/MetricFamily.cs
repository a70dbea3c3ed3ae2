using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace EcomIntel.Core.Hosting.Metrics;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All series of one name.</summary>
internal sealed class MetricFamily(string name, string help, string? unit, MetricKind kind, bool adds, bool observed, double[] bounds)
{
    /// <summary>More label sets than this are a mistake in the making; what goes beyond is counted in one series of its own.</summary>
    private const int MostSeries = 2_000;

    private const string Overflow = "overflow=\"true\"";

    /// <summary>Seconds, from a millisecond to a minute: where the instrument gives no advice.</summary>
    private static readonly double[] DefaultBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public string Name => name;

    public MetricKind Kind => kind;

    /// <param name="Labels">As they stand between the braces; empty for none.</param>
    internal sealed record SeriesSnapshot(string Labels, double Value, long Count, long[] Buckets);

    internal sealed record Snapshot(string Name, string Help, string? Unit, MetricKind Kind, double[] Bounds, IReadOnlyList<SeriesSnapshot> Series);

    private sealed class Series(int buckets)
    {
        public double Value;
        public long Count;
        public readonly long[] Buckets = new long[buckets];
    }

    /// <summary>Null for a kind of instrument that is none of these.</summary>
    public static MetricFamily? Of(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var (kind, adds) =
            generic == typeof(Counter<>) ? ((MetricKind?)MetricKind.Counter, true)
            : generic == typeof(ObservableCounter<>) ? (MetricKind.Counter, false)
            : generic == typeof(UpDownCounter<>) ? (MetricKind.Gauge, true)
            : generic == typeof(ObservableUpDownCounter<>) || generic == typeof(ObservableGauge<>) || generic == typeof(Gauge<>) ? (MetricKind.Gauge, false)
            : generic == typeof(Histogram<>) ? (MetricKind.Histogram, true)
            : ((MetricKind?)null, false);
        if (kind is null)
            return null;
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            _ => null, // "1" and annotations like {order} say nothing that the name does not
        };
        var name = Sanitized(instrument.Name, colon: true);
        if (kind == MetricKind.Counter && name.EndsWith("_total", StringComparison.Ordinal))
            name = name[..^"_total".Length];
        if (unit is not null && !name.EndsWith($"_{unit}", StringComparison.Ordinal))
            name = $"{name}_{unit}";
        return new(name, instrument.Description ?? instrument.Name, unit, kind.Value, adds, instrument.IsObservable, kind == MetricKind.Histogram ? Advised(instrument) : []);
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (_lock)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                if (_series.Count >= MostSeries)
                    labels = Overflow;
                if (!_series.TryGetValue(labels, out series))
                    _series.Add(labels, series = new Series(bounds.Length + 1));
            }
            series.Value = adds || labels == Overflow ? series.Value + value : value;
            if (kind != MetricKind.Histogram)
                return;
            series.Count++;
            var bucket = Array.BinarySearch(bounds, value);
            series.Buckets[bucket < 0 ? ~bucket : bucket]++;
        }
    }

    /// <summary>Observed series are told anew with each collection, so that one that is gone does not linger.</summary>
    public void ForgetObserved()
    {
        if (!observed)
            return;
        lock (_lock)
            _series.Clear();
    }

    public Snapshot Take()
    {
        lock (_lock)
        {
            var series = _series.OrderBy(each => each.Key, StringComparer.Ordinal)
                .Select(each => new SeriesSnapshot(each.Key, each.Value.Value, each.Value.Count, [.. each.Value.Buckets])).ToList();
            return new(name, help, unit, kind, bounds, series);
        }
    }

    private static double[] Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        _ => DefaultBounds,
    };

    /// <summary>Sorted by name; of two tags that become one name the first in order counts.</summary>
    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
            labels.TryAdd(Sanitized(key, colon: false), Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        var text = new StringBuilder();
        foreach (var (key, value) in labels)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(key).Append("=\"").Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }
        return text.ToString();
    }

    private static string Sanitized(string name, bool colon)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
            text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' || (colon && c == ':') ? c : '_');
        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        return text.ToString();
    }
}
