using EcomIntel.Core.Kpis;
using Prometheus;

namespace EcomIntel.Ingest.Sink;

/// <summary>
/// The KPIs of the catalogue as gauges (<see cref="KpiGauge"/>): over the last 7 and 28 days of business time, or as of now. History belongs in ClickHouse.
/// </summary>
internal sealed class KpiGauges
{
    private readonly Dictionary<string, Gauge> _gauges = new(StringComparer.Ordinal);
    private readonly Gauge _lastSuccess;
    private readonly Gauge _businessTime;

    public KpiGauges(IMetricFactory metrics)
    {
        foreach (var kpi in KpiCatalogue.All)
            foreach (var gauge in KpiGauge.Of(kpi))
                _gauges.Add(gauge.Name, metrics.CreateGauge(gauge.Name, gauge.Help, [.. KpiGaugePoint.LabelsOf(kpi)]));
        _lastSuccess = metrics.CreateGauge("ecomintel_kpi_last_success_timestamp_seconds", "When the KPI's gauges were last computed, wall clock", ["kpi"]);
        _businessTime = metrics.CreateGauge("ecomintel_kpi_business_timestamp_seconds", "Business time of the gauges");
    }

    /// <summary>Replaces all values of a KPI: the gauges of a channel that is no longer there disappear.</summary>
    public void Set(KpiContract kpi, IReadOnlyCollection<KpiGaugePoint> points, DateTimeOffset businessNow, DateTimeOffset at)
    {
        foreach (var gauge in KpiGauge.Of(kpi))
            Replace(_gauges[gauge.Name], points.Select(point => (point.Labels, gauge.Value(point.Point))));
        _lastSuccess.WithLabels(kpi.Name).SetToTimeUtc(at);
        _businessTime.SetToTimeUtc(businessNow);
    }

    private static void Replace(Gauge gauge, IEnumerable<(IReadOnlyList<string> Labels, double? Value)> values)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (labels, value) in values)
        {
            if (value is null)
                continue;
            gauge.WithLabels([.. labels]).Set(value.Value);
            present.Add(Key(labels));
        }
        foreach (var labels in gauge.GetAllLabelValues().Where(labels => !present.Contains(Key(labels))).ToList())
            gauge.RemoveLabelled(labels);

        static string Key(IEnumerable<string> labels) => string.Join('\0', labels);
    }
}
