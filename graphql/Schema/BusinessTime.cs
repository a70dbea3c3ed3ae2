namespace EcomIntel.GraphQL.Schema;

/// <summary>The wall clock, or in a replay the time of the stream.</summary>
internal static class BusinessTime
{
    /// <summary>An expression of PostgreSQL, read once for a statement.</summary>
    public const string Sql = "(SELECT CASE WHEN c.mode = 'stream' THEN c.now ELSE business_now() END FROM business_clock c)";
}
