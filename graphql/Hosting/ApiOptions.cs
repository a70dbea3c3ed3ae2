using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.GraphQL.Hosting;

/// <summary>Section <c>GraphQL</c>.</summary>
internal sealed class ApiOptions : ISectionOptions
{
    public static string Section => "GraphQL";

    /// <summary>Where the API listens. Beyond loopback, put a proxy that speaks TLS before it. Port 0 lets the system choose.</summary>
    public string Url { get; set; } = "http://127.0.0.1:0";

    /// <summary>Whether the schema can be asked for.</summary>
    public bool Introspection { get; set; } = true;

    /// <summary>Whether <c>/graphiql</c> is served.</summary>
    public bool GraphiQL { get; set; } = true;

    /// <summary>Origins, as <c>https://app.example</c>, whose pages may ask and open sockets. None by default.</summary>
    public string[] Origins { get; set; } = [];

    /// <summary>A JSON object of documents by the SHA-256 of their text, which clients may name instead of sending them. Null for none.</summary>
    public string? PersistedQueries { get; set; }

    /// <summary>Refuse every document that is not among <see cref="PersistedQueries"/>.</summary>
    public bool OnlyPersistedQueries { get; set; }

    /// <summary>Of one operation, 100 ms to 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Operations a second of one key or user in the long run, and refusals of one address; 0 sets no limit.</summary>
    public int OperationsPerSecond { get; set; } = 1_000;

    /// <summary>How long requests are still taken once the process is told to stop, so that whoever balances the load sees it first; up to 10 seconds.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.Zero;

    public string? Invalid() =>
        !Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || url.AbsolutePath != "/" ? $"{nameof(Url)}: must be http://host:port"
        : Origins.FirstOrDefault(origin => !IsOrigin(origin)) is { } wrong ? $"{nameof(Origins)}: {wrong} is no origin, as https://app.example"
        : OnlyPersistedQueries && PersistedQueries is null ? $"{nameof(OnlyPersistedQueries)}: needs {nameof(PersistedQueries)}"
        : Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromMinutes(5) ? $"{nameof(Timeout)}: must be 00:00:00.1 to 00:05:00"
        : OperationsPerSecond < 0 ? $"{nameof(OperationsPerSecond)}: must be 0 or more"
        : Drain < TimeSpan.Zero || Drain > TimeSpan.FromSeconds(10) ? $"{nameof(Drain)}: must be 00:00:00 to 00:00:10"
        : null;

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && string.Equals(origin, uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
}
