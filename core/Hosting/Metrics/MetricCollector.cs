using System.Diagnostics.Metrics;

namespace EcomIntel.Core.Hosting.Metrics;

/// <summary>
/// Holds what this process's meters measure, for <c>/metrics</c>: our own (<c>EcomIntel.*</c>) and the runtime's. The instruments are plain
/// System.Diagnostics.Metrics, which prometheus-net's MeterAdapter would publish as well: that is the seam.
/// </summary>
public sealed class MetricCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public MetricCollector(Func<Meter, bool>? includes = null)
    {
        includes ??= static meter => meter.Name.StartsWith("EcomIntel", StringComparison.Ordinal) || meter.Name == "System.Runtime";
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (includes(instrument.Meter) && Family(instrument) is { } family)
                listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record(state, (double)value, tags));
        _listener.Start();
    }

    /// <summary>All families as they are now, in the order of their names; observable instruments are asked.</summary>
    internal IReadOnlyList<MetricFamily.Snapshot> Collect()
    {
        lock (_lock)
        {
            foreach (var family in _families.Values)
                family.ForgetObserved();
            _listener.RecordObservableInstruments();
            return [.. _families.Values.Select(family => family.Take()).Where(snapshot => snapshot.Series.Count > 0)];
        }
    }

    /// <summary>Instruments of one name are one family, whichever meter made them: no series can stand twice. Of two that disagree about the kind, the first counts.</summary>
    private MetricFamily? Family(Instrument instrument)
    {
        if (MetricFamily.Of(instrument) is not { } made)
            return null;
        lock (_lock)
        {
            if (_families.TryGetValue(made.Name, out var known))
                return known.Kind == made.Kind ? known : null;
            _families.Add(made.Name, made);
            return made;
        }
    }

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => ((MetricFamily)family!).Record(value, tags);

    public void Dispose() => _listener.Dispose();
}
