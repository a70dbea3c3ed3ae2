using System.Diagnostics.Metrics;
using EcomIntel.Core.Kpis;

namespace EcomIntel.Ingest.Sink;

/// <summary>
/// The KPIs as gauges: over the last 7 and 28 days of business time by channel, and open orders by age. History belongs in ClickHouse; labels are channel and window only
/// (of a snapshot, the window is the age).
/// </summary>
internal sealed class KpiGauges
{
    private readonly Lock _lock = new();
    private Dictionary<string, List<Measurement<double>>> _values = [];
    private readonly Dictionary<string, double> _lastSuccess = [];
    private double _businessTime;

    public KpiGauges(IMeterFactory meters)
    {
        var meter = meters.Create("EcomIntel.Kpis");
        foreach (var kpi in KpiCatalogue.All)
        {
            Gauge(meter, Name(kpi, kpi.Unit), kpi.Description);
            if (kpi.Kind != KpiKind.Ratio)
                continue;
            Gauge(meter, Name(kpi, "numerator"), $"{kpi.Title}: {kpi.Numerator}");
            Gauge(meter, Name(kpi, "denominator"), $"{kpi.Title}: {kpi.Denominator}");
        }
        meter.CreateObservableGauge("ecomintel_kpi_last_success_timestamp", LastSuccess, "s", "When the KPI's gauges were last computed, wall clock");
        meter.CreateObservableGauge("ecomintel_kpi_business_timestamp", () => Volatile.Read(ref _businessTime), "s", "Business time of the gauges");
    }

    public static string Name(KpiContract kpi, string unit) => $"ecomintel_kpi_{kpi.Metric}_{unit}";

    /// <summary>Replaces a KPI's values whole, so that a channel that is gone does not linger.</summary>
    public void Set(KpiContract kpi, IEnumerable<(string Channel, string Window, KpiPoint Point)> points, DateTimeOffset businessNow, DateTimeOffset at)
    {
        var values = new Dictionary<string, List<Measurement<double>>>(_values, StringComparer.Ordinal)
        {
            [Name(kpi, kpi.Unit)] = [],
            [Name(kpi, "numerator")] = [],
            [Name(kpi, "denominator")] = [],
        };
        foreach (var (channel, window, point) in points)
        {
            KeyValuePair<string, object?>[] labels = [new("channel", channel), new("window", window)];
            if (point.Value is { } value)
                values[Name(kpi, kpi.Unit)].Add(new(value, labels));
            values[Name(kpi, "numerator")].Add(new(point.Numerator, labels));
            values[Name(kpi, "denominator")].Add(new(point.Denominator, labels));
        }
        lock (_lock)
        {
            _values = values;
            _lastSuccess[kpi.Name] = at.ToUnixTimeMilliseconds() / 1000.0;
        }
        Volatile.Write(ref _businessTime, businessNow.ToUnixTimeMilliseconds() / 1000.0);
    }

    private void Gauge(Meter meter, string name, string description) => meter.CreateObservableGauge(name, () => Values(name), null, description);

    private List<Measurement<double>> Values(string name)
    {
        lock (_lock)
            return _values.GetValueOrDefault(name) ?? [];
    }

    private List<Measurement<double>> LastSuccess()
    {
        lock (_lock)
            return [.. _lastSuccess.Select(each => new Measurement<double>(each.Value, new KeyValuePair<string, object?>("kpi", each.Key)))];
    }
}
