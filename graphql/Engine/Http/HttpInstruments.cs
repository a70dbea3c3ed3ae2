using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>
/// Figures of the requests served. The operation's name is a label, and clients choose names: the first hundred that ran are kept, the rest are "other".
/// </summary>
internal sealed class HttpInstruments
{
    public const string MeterName = "EcomIntel.GraphQL";

    private const int MaxNames = 100;
    private const int MaxNameLength = 100;
    private readonly Lock _naming = new();
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _refused;
    private readonly UpDownCounter<long> _connections;

    public HttpInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram<double>("graphql.operation.duration", "s", "Time from the request's arrival to the end of its response.");
        _errors = meter.CreateCounter<long>("graphql.errors", "{error}", "Errors in responses.");
        _refused = meter.CreateCounter<long>("graphql.refused", "{request}", "Requests and sockets refused before a document was looked at.");
        _connections = meter.CreateUpDownCounter<long>("graphql.connections", "{connection}", "Open sockets and event streams.");
    }

    public void Served(string? kind, string? name, int errors, TimeSpan duration)
    {
        // A name counts only once its document was found valid: a flood of nonsense would fill the hundred.
        var type = new KeyValuePair<string, object?>("kind", kind ?? "none");
        var operation = new KeyValuePair<string, object?>("operation", kind == null ? "none" : Bounded(name));
        _duration.Record(duration.TotalSeconds, type, operation);
        if (errors > 0) _errors.Add(errors, type, operation);
    }

    /// <summary>By HTTP status, or by a socket's close code.</summary>
    public void Refused(int status) => _refused.Add(1, new KeyValuePair<string, object?>("status", status));

    public void Opened() => _connections.Add(1);

    public void Closed() => _connections.Add(-1);

    private string Bounded(string? name)
    {
        if (name == null) return "anonymous";
        if (_names.ContainsKey(name)) return name;
        if (name.Length > MaxNameLength || _names.Count >= MaxNames) return "other";
        lock (_naming) return _names.ContainsKey(name) || (_names.Count < MaxNames && _names.TryAdd(name, true)) ? name : "other";
    }
}
