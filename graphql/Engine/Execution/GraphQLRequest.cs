using System.Text.Json;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>One request. <paramref name="Query"/> is the document in UTF-8; <paramref name="Variables"/> is a JSON object or undefined.</summary>
public sealed record GraphQLRequest(ReadOnlyMemory<byte> Query, JsonElement Variables = default, string? OperationName = null)
{
    public GraphQLRequest(string query, JsonElement variables = default, string? operationName = null)
        : this(System.Text.Encoding.UTF8.GetBytes(query), variables, operationName) { }

    /// <summary>Passed to resolvers as it is: the caller, for example.</summary>
    public object? State { get; init; }
}

/// <summary>How far a request came: rejected before execution (no data), or executed (data, perhaps with errors).</summary>
public enum ResultKind { RequestError, Executed }

/// <summary>One response as UTF-8 JSON. Dispose it once the bytes are sent: they live in a pooled buffer.</summary>
public sealed class ExecutionResult : IDisposable
{
    private readonly ResultWriter _writer;

    internal ExecutionResult(ResultWriter writer, ResultKind kind, int errors, string? operation = null)
    {
        _writer = writer;
        (Kind, ErrorCount, Operation) = (kind, errors, operation);
    }

    public ReadOnlyMemory<byte> Json => _writer.Written;

    public ResultKind Kind { get; }

    public int ErrorCount { get; }

    /// <summary>"query", "mutation" or "subscription"; null if the request was rejected before its operation was known.</summary>
    public string? Operation { get; }

    public void Dispose() => _writer.Dispose();

    public override string ToString() => System.Text.Encoding.UTF8.GetString(Json.Span);
}
