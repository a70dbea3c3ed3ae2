using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.GraphQL.Hosting;

/// <summary>Section <c>GraphQL</c>.</summary>
internal sealed class ApiOptions : ISectionOptions
{
    public static string Section => "GraphQL";

    /// <summary>The URL the API listens on. Beyond loopback, put a reverse proxy with TLS in front of it. Port 0 picks a free port.</summary>
    public string Url { get; set; } = "http://127.0.0.1:0";

    /// <summary>Whether introspection queries are allowed.</summary>
    public bool Introspection { get; set; } = true;

    /// <summary>Whether <c>/graphiql</c> is served.</summary>
    public bool GraphiQL { get; set; } = true;

    /// <summary>CORS origins, as <c>https://app.example</c>, that may send requests and open sockets. None by default.</summary>
    public string[] Origins { get; set; } = [];

    /// <summary>
    /// Addresses and networks of the reverse proxies in front of the API, as <c>10.0.0.7</c>, <c>10.0.0.0/24</c> or <c>fd00::/64</c>. Limits by address then
    /// count the client that a proxy names in <c>X-Forwarded-For</c>. By default none: the header is ignored, and limits count the peer's own address, so
    /// that all clients behind one proxy share those of one address.
    /// </summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>Path of a JSON object that maps the SHA-256 of each persisted document to its text. Null for none.</summary>
    public string? PersistedQueries { get; set; }

    /// <summary>Rejects every document that is not in <see cref="PersistedQueries"/>.</summary>
    public bool OnlyPersistedQueries { get; set; }

    /// <summary>Timeout of one operation, 100 ms to 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Rate limit: operations per second of one key or user, and failed authentications per second of one address. 0 for no limit.</summary>
    public int OperationsPerSecond { get; set; } = 1_000;

    /// <summary>How long requests are still accepted after the stop signal, so that load balancers notice first; up to 10 seconds.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.Zero;

    public string? Invalid() =>
        !IsListenUrl(Url) ? $"{nameof(Url)}: must be http://host:port"
        : Origins.FirstOrDefault(origin => !IsOrigin(origin)) is { } invalid ? $"{nameof(Origins)}: {invalid} is not an origin, as https://app.example"
        : TrustedProxies.Select(Hosting.TrustedProxies.Invalid).FirstOrDefault(fault => fault is not null) is { } fault ? $"{nameof(TrustedProxies)}: {fault}"
        : OnlyPersistedQueries && PersistedQueries is null ? $"{nameof(OnlyPersistedQueries)}: needs {nameof(PersistedQueries)}"
        : Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromMinutes(5) ? $"{nameof(Timeout)}: must be 00:00:00.1 to 00:05:00"
        : OperationsPerSecond < 0 ? $"{nameof(OperationsPerSecond)}: must be 0 or more"
        : Drain < TimeSpan.Zero || Drain > TimeSpan.FromSeconds(10) ? $"{nameof(Drain)}: must be 00:00:00 to 00:00:10"
        : null;

    private static bool IsListenUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.AbsolutePath == "/";

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.UserInfo.Length == 0
        && string.Equals(origin, uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
}
