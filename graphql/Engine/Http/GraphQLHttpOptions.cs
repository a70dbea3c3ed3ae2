using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>Options of one GraphQL endpoint.</summary>
public sealed record GraphQLHttpOptions
{
    /// <summary>Maximum bytes of one request body, and of one socket message.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Maximum requests in one body, as a JSON array. 1 disables batching: arrays are rejected.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>Persisted documents by the SHA-256 of their text, in lower-case hex; clients send <c>extensions.persistedQuery.sha256Hash</c>.</summary>
    public IReadOnlyDictionary<string, string> PersistedQueries { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Rejects every document that is not in <see cref="PersistedQueries"/>.</summary>
    public bool OnlyPersistedQueries { get; init; }

    /// <summary>
    /// Rate limit: operations per second of one caller; beyond it, 429. As many refusals by <see cref="Admit"/> or <see cref="Connect"/> are answered per
    /// address; beyond it, 429 too. 0 for no limit.
    /// </summary>
    public int OperationsPerSecond { get; init; } = 1_000;

    /// <summary>Burst of the rate limit: operations one caller may send at once after a pause.</summary>
    public int OperationsBurst { get; init; } = 2_000;

    /// <summary>
    /// The rate limit's key where the admission names no caller, and for refusals and new sockets. By default the client's address, for IPv6 its /64 network;
    /// behind a proxy, have the host read the forwarded headers.
    /// </summary>
    public Func<HttpContext, string> Caller { get; init; } = RateLimit.NetworkOf;

    /// <summary>Maximum open sockets and event streams of admitted callers; beyond it, 503, or close code 4503 on a socket that is admitted later.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Maximum of these per caller; beyond it, 429, or close code 4503 on a socket that is admitted later.</summary>
    public int MaxConnectionsPerCaller { get; init; } = 100;

    /// <summary>
    /// Maximum open sockets that are not admitted yet, where <see cref="Connect"/> decides; beyond it, 503. One address may hold as many as are still free.
    /// </summary>
    public int MaxUnknownSockets { get; init; } = 100;

    /// <summary>Maximum operations running on one socket; beyond it, the operation is answered with an error.</summary>
    public int MaxOperationsPerSocket { get; init; } = 100;

    /// <summary>Timeout for a new socket's <c>connection_init</c>; after it the socket is closed with 4408.</summary>
    public TimeSpan InitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeout for sending one message; after it the client counts as disconnected.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Timeout for the client's part of the closing handshake.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Interval of pings and keep-alive comments on idle sockets and event streams, and of checking <see cref="StillAdmitted"/>. Above zero.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>On shutdown: how long queries and mutations on sockets may still run. Subscriptions end at once.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Origins besides the server's own whose pages may open sockets, as browsers send them: "https://app.example". Cross-origin HTTP is CORS, which is off
    /// until the host adds it.
    /// </summary>
    public IReadOnlySet<string> AllowedOrigins { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Authenticates a request: the state that resolvers and guards find in <see cref="Execution.RequestContext.State"/>, or a refusal. Called before the body
    /// is read.
    /// </summary>
    public Func<HttpContext, ValueTask<Admission>> Admit { get; init; } = static _ => ValueTask.FromResult(Admission.Of(null));

    /// <summary>
    /// As <see cref="Admit"/>, for a socket: it also sees the payload of <c>connection_init</c>, where browsers put what they cannot send as a header. A
    /// refusal closes with 4403. Unset, <see cref="Admit"/> decides before the socket opens.
    /// </summary>
    public Func<HttpContext, JsonElement, ValueTask<Admission>>? Connect { get; init; }

    /// <summary>
    /// Whether an admitted caller still is, by the state that <see cref="Admit"/> or <see cref="Connect"/> gave: sockets and subscriptions live long. Called
    /// before each operation on a socket, before each event of a subscription, and every <see cref="KeepAlive"/>. False closes a socket with 4403, and ends an
    /// event stream without "complete".
    /// </summary>
    public Func<object?, CancellationToken, ValueTask<bool>>? StillAdmitted { get; init; }
}

/// <summary>The result of authentication. Refused, <see cref="Status"/> is the HTTP status and <see cref="Code"/> goes to <c>extensions.code</c>.</summary>
public sealed record Admission
{
    private Admission() { }

    public object? State { get; private init; }

    /// <summary>Identifies the caller for limits on operations and connections, from any address. Null: limits are by address.</summary>
    public string? Caller { get; private init; }
    public int Status { get; private init; }
    public string? Message { get; private init; }
    public string? Code { get; private init; }

    public bool IsRefused => Message != null;

    /// <param name="state">For resolvers and guards.</param>
    /// <param name="caller">The caller's identity, stable over requests; see <see cref="Caller"/>.</param>
    public static Admission Of(object? state, string? caller = null) => new() { State = state, Caller = caller, Status = StatusCodes.Status200OK };

    public static Admission Refused(string message, string code, int status = StatusCodes.Status401Unauthorized) =>
        new() { Message = message, Code = code, Status = status };
}
