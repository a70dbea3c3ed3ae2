using System.Diagnostics.Metrics;

namespace EcomIntel.GraphQL.Schema;

/// <summary>What the API tells of itself beside the engine's own figures.</summary>
internal sealed class ApiInstruments
{
    private readonly Counter<long> _statements;
    private readonly Counter<long> _faults;

    public ApiInstruments(IMeterFactory meters)
    {
        var meter = meters.Create("EcomIntel.GraphQL");
        _statements = meter.CreateCounter<long>("ecomintel.graphql.statements", "{statement}", "SQL statements that queries sent to PostgreSQL");
        _faults = meter.CreateCounter<long>("ecomintel.graphql.faults", "{fault}", "Fields answered INTERNAL: faults of the API's own");
    }

    public void Asked() => _statements.Add(1);

    /// <param name="field">As <c>Query.orders</c>.</param>
    public void Failed(string field) => _faults.Add(1, new KeyValuePair<string, object?>("field", field));
}
