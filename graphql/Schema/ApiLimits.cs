namespace EcomIntel.GraphQL.Schema;

/// <summary>Limits of resolvers, beside the engine's own.</summary>
/// <param name="Timeout">Timeout of one operation, and so of each statement in it.</param>
internal sealed record ApiLimits(TimeSpan Timeout);
