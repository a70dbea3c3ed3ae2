using System.Collections.Immutable;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine;

/// <summary>
/// One error of a response. <paramref name="Path"/> holds response names (string) and list indexes (int); <paramref name="Code"/> goes to
/// <c>extensions.code</c>.
/// </summary>
public sealed record GraphQLError(
    string Message, ImmutableArray<SourceLocation> Locations, ImmutableArray<object> Path = default, string? Code = null);

/// <summary>Thrown by a resolver for an error the client should see: message and code are sent as they are. Any other exception is masked.</summary>
public sealed class GraphQLException(string message, string? code = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Code { get; } = code;
}
