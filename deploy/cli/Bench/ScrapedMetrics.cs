using System.Globalization;

namespace EcomIntel.Cli.Bench;

/// <summary>Samples of one scrape in Prometheus' text format.</summary>
internal sealed class ScrapedMetrics
{
    private readonly List<(string Name, string Labels, double Value)> _samples = [];

    public ScrapedMetrics(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('#'))
                continue;
            var value = line.LastIndexOf(' ');
            var labels = line.IndexOf('{', StringComparison.Ordinal);
            var name = line[..(labels < 0 ? value : labels)];
            _samples.Add((name, labels < 0 ? "" : line[labels..value], Number(line[(value + 1)..])));
        }
    }

    /// <summary>The sum of all series of a name; 0 where there is none.</summary>
    /// <param name="label">Only of series with this label, for example <c>outcome="applied"</c>.</param>
    public double Sum(string name, string label = "") =>
        _samples.Where(sample => sample.Name == name && sample.Labels.Contains(label, StringComparison.Ordinal)).Sum(sample => sample.Value);

    /// <summary>A histogram's cumulative counts by upper bound.</summary>
    public SortedDictionary<double, double> Buckets(string name)
    {
        var buckets = new SortedDictionary<double, double>();
        foreach (var (_, labels, count) in _samples.Where(sample => sample.Name == $"{name}_bucket"))
        {
            var from = labels.IndexOf("le=\"", StringComparison.Ordinal) + 4;
            var bound = Number(labels[from..labels.IndexOf('"', from)]);
            buckets[bound] = buckets.GetValueOrDefault(bound) + count;
        }
        return buckets;
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}

/// <summary>Durations that histograms counted between two scrapes.</summary>
internal sealed class HistogramDelta
{
    private readonly SortedDictionary<double, double> _cumulative = [];

    /// <summary>Adds what one process observed between its two scrapes.</summary>
    public void Add(SortedDictionary<double, double> before, SortedDictionary<double, double> after)
    {
        foreach (var (bound, count) in after)
            _cumulative[bound] = _cumulative.GetValueOrDefault(bound) + count - before.GetValueOrDefault(bound);
    }

    public long Count => _cumulative.Count == 0 ? 0 : (long)_cumulative.Values.Last();

    /// <summary>
    /// Interpolated within its bucket, as Prometheus' <c>histogram_quantile</c> does; of the last bucket, its lower bound. 0 where nothing was counted.
    /// </summary>
    public double Quantile(double quantile)
    {
        var wanted = quantile * Count;
        var (lower, below) = (0.0, 0.0);
        foreach (var (bound, count) in _cumulative)
        {
            if (count >= wanted && count > below)
                return double.IsInfinity(bound) ? lower : lower + (bound - lower) * (wanted - below) / (count - below);
            (lower, below) = (bound, count);
        }
        return 0;
    }
}
