using System.Collections.Immutable;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine;

/// <summary>One error of a response. <paramref name="Path"/> holds response names (string) and list positions (int); <paramref name="Code"/> goes to <c>extensions.code</c>.</summary>
public sealed record GraphQLError(string Message, ImmutableArray<SourceLocation> Locations, ImmutableArray<object> Path = default, string? Code = null);

/// <summary>Thrown by a resolver to tell the client something: the message and code are shown as they are. Any other exception is masked.</summary>
public sealed class GraphQLException(string message, string? code = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Code { get; } = code;
}
