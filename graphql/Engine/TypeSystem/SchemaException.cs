using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.TypeSystem;

/// <summary>One error of a schema or its resolvers. <paramref name="File"/> and <paramref name="Location"/> are null where it is not in SDL.</summary>
public sealed record SchemaError(string Message, string? File = null, SourceLocation? Location = null)
{
    public override string ToString() => Location is { } at ? $"{File}:{at.Line}:{at.Column}: {Message}" : Message;
}

/// <summary>An invalid schema. It has all errors at once, so that one start shows every fault.</summary>
public sealed class SchemaException(IReadOnlyList<SchemaError> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<SchemaError> Errors { get; } = errors;
}
