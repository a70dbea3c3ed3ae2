using System.Diagnostics.Metrics;
using System.Globalization;
using System.Numerics;
using Prometheus;

namespace EcomIntel.Hosting;

/// <summary>
/// Exposes what the runtime and the rooms that know no Prometheus (the GraphQL engine, the reader of decisions) measure with System.Diagnostics.Metrics.
/// prometheus-net's MeterAdapter is not used for it: it makes a gauge of every counter, without <c>_total</c>.
/// </summary>
internal sealed class MeterBridge : IDisposable
{
    /// <summary>The runtime declares these as counters, but they fall as well as rise.</summary>
    private static readonly HashSet<string> Falling = ["dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length"];

    private const string OwnMeters = "EcomIntel.";

    private readonly MeterListener _listener = new();
    private readonly IMetricFactory _metrics;
    private readonly IMeterFactory _meters;

    /// <param name="meters">Meters of other hosts in this process are left out.</param>
    public MeterBridge(CollectorRegistry registry, IMetricFactory metrics, IMeterFactory meters)
    {
        (_metrics, _meters) = (metrics, meters);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsExposed(instrument.Meter) && Exposed.Of(instrument) is { } exposed)
                listener.EnableMeasurementEvents(instrument, exposed);
        };
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        Listen<decimal>();
        _listener.Start();
        registry.AddBeforeCollectCallback(_listener.RecordObservableInstruments);
    }

    public void Dispose() => _listener.Dispose();

    private bool IsExposed(Meter meter) =>
        meter.Name == "System.Runtime" || (meter.Name.StartsWith(OwnMeters, StringComparison.Ordinal) && (meter.Scope is null || meter.Scope == _meters));

    private void Listen<T>() where T : struct, INumber<T> =>
        _listener.SetMeasurementEventCallback<T>((_, value, tags, state) => Record((Exposed)state!, double.CreateSaturating(value), tags));

    private void Record(Exposed exposed, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (names, values) = (new string[tags.Length], new string[tags.Length]);
        for (var index = 0; index < tags.Length; index++)
        {
            names[index] = tags[index].Key.Replace('.', '_');
            values[index] = Convert.ToString(tags[index].Value, CultureInfo.InvariantCulture) ?? "";
        }
        switch (exposed.Kind)
        {
            case Kind.Counter:
                _metrics.CreateCounter(exposed.Name, exposed.Help, names).WithLabels(values).Inc(value);
                break;
            case Kind.ObservedCounter:
                _metrics.CreateCounter(exposed.Name, exposed.Help, names).WithLabels(values).IncTo(value);
                break;
            case Kind.UpDown:
                _metrics.CreateGauge(exposed.Name, exposed.Help, names).WithLabels(values).Inc(value);
                break;
            case Kind.Gauge:
                _metrics.CreateGauge(exposed.Name, exposed.Help, names).WithLabels(values).Set(value);
                break;
            default:
                _metrics.CreateHistogram(exposed.Name, exposed.Help, names, exposed.Histogram).WithLabels(values).Observe(value);
                break;
        }
    }

    private enum Kind
    {
        Counter,
        ObservedCounter,
        UpDown,
        Gauge,
        Histogram,
    }

    /// <summary>An instrument under its Prometheus name: snake case, <c>ecomintel_</c> before our own, the unit, and <c>_total</c> for a counter.</summary>
    private sealed record Exposed(Kind Kind, string Name, string Help, HistogramConfiguration? Histogram)
    {
        /// <summary>Null for a kind of instrument that Prometheus does not have.</summary>
        public static Exposed? Of(Instrument instrument)
        {
            if (KindOf(instrument) is not { } kind)
                return null;
            var hasPrefix = instrument.Name.StartsWith("ecomintel.", StringComparison.Ordinal);
            var prefix = !hasPrefix && instrument.Meter.Name.StartsWith(OwnMeters, StringComparison.Ordinal) ? "ecomintel_" : "";
            var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" }; // the name says it where the unit is {request} or the like
            var name = prefix + instrument.Name.Replace('.', '_') + unit + (kind is Kind.Counter or Kind.ObservedCounter ? "_total" : "");
            var buckets = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? RoleMetrics.DurationBuckets;
            return new(kind, name, instrument.Description ?? instrument.Name, kind == Kind.Histogram ? new() { Buckets = buckets } : null);
        }

        private static Kind? KindOf(Instrument instrument)
        {
            var type = instrument.GetType();
            var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
            return generic == typeof(Counter<>) ? MeterBridge.Kind.Counter
                : generic == typeof(ObservableCounter<>) ? (Falling.Contains(instrument.Name) ? MeterBridge.Kind.Gauge : MeterBridge.Kind.ObservedCounter)
                : generic == typeof(UpDownCounter<>) ? MeterBridge.Kind.UpDown
                : generic == typeof(ObservableUpDownCounter<>) || generic == typeof(ObservableGauge<>) || generic == typeof(Gauge<>) ? MeterBridge.Kind.Gauge
                : generic == typeof(Histogram<>) ? MeterBridge.Kind.Histogram
                : null;
        }
    }
}
