using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>How a schema is served.</summary>
public sealed record GraphQLHttpOptions
{
    /// <summary>Bytes of one request body, and of one socket message.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Requests in one body, as a JSON array. 1 refuses arrays: batching is off.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>Documents known by the SHA-256 of their text, in lower-case hex.</summary>
    public IReadOnlyDictionary<string, string> PersistedQueries { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Refuse every document that is not among <see cref="PersistedQueries"/>.</summary>
    public bool OnlyPersistedQueries { get; init; }

    /// <summary>Open sockets and event streams; over it, the answer is 503.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Operations running at a time on one socket; over it, the operation is answered by an error.</summary>
    public int MaxOperationsPerSocket { get; init; } = 100;

    /// <summary>How long a new socket may take to send <c>connection_init</c> before it is closed with 4408.</summary>
    public TimeSpan InitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one message may take to be sent before the client counts as gone.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Origins besides the server's own whose pages may open sockets, as browsers write them: "https://app.example".</summary>
    public IReadOnlySet<string> AllowedOrigins { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What resolvers find in <see cref="Execution.RequestContext.State"/>: who asks, for example.</summary>
    public Func<HttpContext, object?> State { get; init; } = static _ => null;

    /// <summary>Looks at the payload of a socket's <c>connection_init</c> and gives the state for its operations; null closes it with 4403.</summary>
    public Func<HttpContext, System.Text.Json.JsonElement, object?>? Connect { get; init; }
}
