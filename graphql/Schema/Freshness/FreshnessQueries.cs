using EcomIntel.Core.Kpis.Facts;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Schema.Freshness;

[GraphQLObject("Freshness")]
internal sealed record Freshness(DateTime? Now, string? Clock, IReadOnlyList<TopicFreshness> Topics, AnalyticsFreshness Analytics);

[GraphQLObject("TopicFreshness")]
internal sealed record TopicFreshness(string Topic, DateTime Newest, DateTime AppliedAt, double Seconds);

[GraphQLObject("AnalyticsFreshness")]
internal sealed record AnalyticsFreshness(long Decided, long Counted, DateTime? At)
{
    public long Behind => Decided - Counted;
}

[GraphQLResolvers("Query")]
internal static class FreshnessQueries
{
    private sealed record Row(DateTime? Now, string? Clock, long Decided, long Counted, DateTime? At, string? Topic, DateTime? Newest, DateTime? AppliedAt);

    private const string Select = """
        SELECT CASE WHEN c.mode = 'stream' THEN c.now ELSE business_now() END AS now, upper(c.mode) AS clock,
            s.outbox AS decided, coalesce(k.confirmed, 0) AS counted, k.at, t.topic, t.newest, t.at AS applied_at
        FROM business_clock c CROSS JOIN sequences s LEFT JOIN sink_positions k ON k.sink = @sink LEFT JOIN topic_freshness t ON true
        ORDER BY t.topic
        """;

    public static async Task<Freshness> Freshness(RequestContext context, [Service] ReadDatabase database)
    {
        var rows = await database.QueryAsync<Row>(Select, new { sink = SinkPosition.Sink }, context);
        var (first, now) = (rows[0], rows[0].Now);
        var topics = rows.Where(row => row.Topic is not null).Select(row => Topic(row.Topic!, row.Newest!.Value, row.AppliedAt!.Value));
        return new(now, first.Clock, [.. topics], new(first.Decided, first.Counted, first.At));

        TopicFreshness Topic(string name, DateTime newest, DateTime appliedAt) => new(name, newest, appliedAt, ((now ?? newest) - newest).TotalSeconds);
    }
}
