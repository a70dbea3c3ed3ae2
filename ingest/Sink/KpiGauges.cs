using EcomIntel.Core.Kpis;
using Prometheus;

namespace EcomIntel.Ingest.Sink;

/// <summary>
/// The KPIs as gauges: over the last 7 and 28 days of business time by channel, and open orders by age. History belongs in ClickHouse; labels are channel and
/// window only (of a snapshot, the window is the age).
/// </summary>
internal sealed class KpiGauges
{
    private readonly Dictionary<string, Gauge> _gauges = new(StringComparer.Ordinal);
    private readonly Gauge _lastSuccess;
    private readonly Gauge _businessTime;

    public KpiGauges(IMetricFactory metrics)
    {
        foreach (var kpi in KpiCatalogue.All)
        {
            Add(Name(kpi, kpi.Unit), kpi.Description);
            if (kpi.Kind != KpiKind.Ratio)
                continue;
            Add(Name(kpi, "numerator"), $"{kpi.Title}: {kpi.Numerator}");
            Add(Name(kpi, "denominator"), $"{kpi.Title}: {kpi.Denominator}");
        }
        _lastSuccess = metrics.CreateGauge("ecomintel_kpi_last_success_timestamp_seconds", "When the KPI's gauges were last computed, wall clock", ["kpi"]);
        _businessTime = metrics.CreateGauge("ecomintel_kpi_business_timestamp_seconds", "Business time of the gauges");

        void Add(string name, string help) => _gauges.Add(name, metrics.CreateGauge(name, help, ["channel", "window"]));
    }

    public static string Name(KpiContract kpi, string unit) => $"ecomintel_kpi_{kpi.Metric}_{unit}";

    /// <summary>Replaces all values of a KPI: the gauges of a channel that is no longer there disappear.</summary>
    public void Set(KpiContract kpi, IReadOnlyCollection<(string Channel, string Window, KpiPoint Point)> points, DateTimeOffset businessNow, DateTimeOffset at)
    {
        Replace(kpi.Unit, point => point.Value);
        if (kpi.Kind == KpiKind.Ratio)
        {
            Replace("numerator", point => point.Numerator);
            Replace("denominator", point => point.Denominator);
        }
        _lastSuccess.WithLabels(kpi.Name).SetToTimeUtc(at);
        _businessTime.SetToTimeUtc(businessNow);

        void Replace(string unit, Func<KpiPoint, double?> figure) =>
            KpiGauges.Replace(_gauges[Name(kpi, unit)], points.Select(point => (point.Channel, point.Window, figure(point.Point))));
    }

    private static void Replace(Gauge gauge, IEnumerable<(string Channel, string Window, double? Value)> values)
    {
        var present = new HashSet<(string, string)>();
        foreach (var (channel, window, value) in values)
        {
            if (value is null)
                continue;
            gauge.WithLabels(channel, window).Set(value.Value);
            present.Add((channel, window));
        }
        foreach (var labels in gauge.GetAllLabelValues().Where(labels => !present.Contains((labels[0], labels[1]))).ToList())
            gauge.RemoveLabelled(labels);
    }
}
