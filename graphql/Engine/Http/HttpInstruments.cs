using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>Figures of the requests served. The operation's name is a label, and clients choose names: the first hundred are kept, the rest are "other".</summary>
internal sealed class HttpInstruments
{
    private const int MaxNames = 100;
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _errors;
    private readonly UpDownCounter<long> _connections;

    public HttpInstruments(IMeterFactory meters)
    {
        var meter = meters.Create("EcomIntel.GraphQL");
        _duration = meter.CreateHistogram<double>("graphql.operation.duration", "s", "Time from the request's arrival to the end of its response.");
        _errors = meter.CreateCounter<long>("graphql.errors", "{error}", "Errors in responses.");
        _connections = meter.CreateUpDownCounter<long>("graphql.connections", "{connection}", "Open sockets and event streams.");
    }

    public void Served(string? kind, string? name, int errors, TimeSpan duration)
    {
        var (type, operation) = (new KeyValuePair<string, object?>("kind", kind ?? "none"), new KeyValuePair<string, object?>("operation", Bounded(name)));
        _duration.Record(duration.TotalSeconds, type, operation);
        if (errors > 0) _errors.Add(errors, type, operation);
    }

    public void Opened() => _connections.Add(1);

    public void Closed() => _connections.Add(-1);

    private string Bounded(string? name)
    {
        if (name == null) return "anonymous";
        if (_names.ContainsKey(name) || (_names.Count < MaxNames && name.Length <= 100 && _names.TryAdd(name, true))) return name;
        return "other";
    }
}
