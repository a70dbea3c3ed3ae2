namespace EcomIntel.GraphQL.Schema;

/// <summary>What resolvers hold to beside the engine's own limits.</summary>
/// <param name="Timeout">Of one operation: no statement may run longer.</param>
internal sealed record ApiLimits(TimeSpan Timeout);
