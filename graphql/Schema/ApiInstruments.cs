using Prometheus;

namespace EcomIntel.GraphQL.Schema;

/// <summary>What the API measures beside the engine's own figures.</summary>
internal sealed class ApiInstruments(IMetricFactory metrics)
{
    private readonly Counter _statements = metrics.CreateCounter("ecomintel_graphql_statements_total", "SQL statements that queries sent to PostgreSQL");
    private readonly Counter _faults = metrics.CreateCounter("ecomintel_graphql_faults_total", "Fields answered INTERNAL: faults of the API's own", ["field"]);

    public void Asked() => _statements.Inc();

    /// <param name="field">As <c>Query.orders</c>.</param>
    public void Failed(string field) => _faults.WithLabels(field).Inc();
}
