using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>How a schema is served.</summary>
public sealed record GraphQLHttpOptions
{
    /// <summary>Bytes of one request body, and of one socket message.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Requests in one body, as a JSON array. 1 refuses arrays: batching is off.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>Documents known by the SHA-256 of their text, in lower-case hex; clients name them in <c>extensions.persistedQuery.sha256Hash</c>.</summary>
    public IReadOnlyDictionary<string, string> PersistedQueries { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Refuse every document that is not among <see cref="PersistedQueries"/>.</summary>
    public bool OnlyPersistedQueries { get; init; }

    /// <summary>Operations a second one caller may ask for in the long run; over it, 429. As many refusals by <see cref="Admit"/> or <see cref="Connect"/> are told to one address; over it, 429 too. 0 sets no limit.</summary>
    public int OperationsPerSecond { get; init; } = 1_000;

    /// <summary>Operations one caller may ask for at once, after a rest.</summary>
    public int OperationsBurst { get; init; } = 2_000;

    /// <summary>Whose rate is counted where the admission names no caller, and whose refusals and new sockets are. By default the client's address, of IPv6 its network of 64 bits; behind a proxy, have the host read its forwarded headers.</summary>
    public Func<HttpContext, string> Caller { get; init; } = RateLimit.NetworkOf;

    /// <summary>Open sockets and event streams of callers that were let in; over it, the answer is 503, on a socket that is let in later the close code 4503.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Of these, one caller's; over it, the answer is 429, on a socket that is let in later the close code 4503.</summary>
    public int MaxConnectionsPerCaller { get; init; } = 100;

    /// <summary>Open sockets that nobody was let in by yet, where <see cref="Connect"/> decides; over it, the answer is 503. One address may have as many of them as are still free.</summary>
    public int MaxUnknownSockets { get; init; } = 100;

    /// <summary>Operations running at a time on one socket; over it, the operation is answered by an error.</summary>
    public int MaxOperationsPerSocket { get; init; } = 100;

    /// <summary>How long a new socket may take to send <c>connection_init</c> before it is closed with 4408.</summary>
    public TimeSpan InitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one message may take to be sent before the client counts as gone.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a closing socket waits for the client's own close.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often an idle socket or event stream is shown to be alive, and <see cref="StillAdmitted"/> is asked of it. More than nothing.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>When the server stops: how long queries and mutations on sockets may still run. Subscriptions end at once.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Origins besides the server's own whose pages may open sockets, as browsers write them: "https://app.example". Reading answers across origins is CORS, which is off until the host adds it.</summary>
    public IReadOnlySet<string> AllowedOrigins { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Who asks: what resolvers and guards find in <see cref="Execution.RequestContext.State"/>, or a refusal. Asked before the body is read.</summary>
    public Func<HttpContext, ValueTask<Admission>> Admit { get; init; } = static _ => ValueTask.FromResult(Admission.Of(null));

    /// <summary>As <see cref="Admit"/>, for a socket: it sees the payload of <c>connection_init</c> too, where browsers put what they cannot put into a header. A refusal closes with 4403. Unset, <see cref="Admit"/> decides before the socket opens.</summary>
    public Func<HttpContext, JsonElement, ValueTask<Admission>>? Connect { get; init; }

    /// <summary>
    /// Whether who was admitted still is, by what <see cref="Admit"/> or <see cref="Connect"/> gave: sockets and subscriptions are open for long. Asked before each operation on a socket,
    /// before each event of a subscription is sent, and every <see cref="KeepAlive"/>. False closes a socket with 4403, and ends an event stream without "complete".
    /// </summary>
    public Func<object?, CancellationToken, ValueTask<bool>>? StillAdmitted { get; init; }
}

/// <summary>Whether a caller may ask at all. Refused, <see cref="Status"/> is the HTTP status and <see cref="Code"/> goes to <c>extensions.code</c>.</summary>
public sealed record Admission
{
    private Admission() { }

    public object? State { get; private init; }

    /// <summary>Whose operations and connections are counted together, wherever they come from. Null: those of the address.</summary>
    public string? Caller { get; private init; }
    public int Status { get; private init; }
    public string? Message { get; private init; }
    public string? Code { get; private init; }

    public bool IsRefused => Message != null;

    /// <param name="state">What resolvers and guards find.</param>
    /// <param name="caller">Who it is, the same text each time; see <see cref="Caller"/>.</param>
    public static Admission Of(object? state, string? caller = null) => new() { State = state, Caller = caller, Status = StatusCodes.Status200OK };

    public static Admission Refused(string message, string code, int status = StatusCodes.Status401Unauthorized) => new() { Message = message, Code = code, Status = status };
}
