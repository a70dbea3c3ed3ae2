using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>What a request says besides its body. A URL parameter that is none of the protocol's own is a setting, as with the real server.</summary>
internal sealed record QueryRequest
{
    public const string ParameterPrefix = "param_";

    public required string QueryId { get; init; }

    /// <summary>The `query` parameter; the body goes on where it ends.</summary>
    public required string Query { get; init; }

    public required string User { get; init; }

    /// <summary>Null: the request names none.</summary>
    public string? Password { get; init; }

    public string? Database { get; init; }

    /// <summary>The format where the statement names none; TabSeparated where the request names none either.</summary>
    public required string DefaultFormat { get; init; }

    /// <summary>client_protocol_version; 0 when absent: Native in its old form.</summary>
    public int ProtocolVersion { get; init; }

    /// <summary>wait_end_of_query: the whole result is buffered before the answer begins.</summary>
    public bool WaitForEnd { get; init; }

    public bool CompressResponse { get; init; } = true;

    public required bool ReadOnly { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; }

    /// <summary>NAME_format, NAME_structure and NAME_types of external tables; none where the body is no form.</summary>
    public required IReadOnlyDictionary<string, string> TableSettings { get; init; }

    /// <summary>The session that the statement runs in; null: one of its own.</summary>
    public SessionRequest? Session { get; init; }

    /// <exception cref="RefusedException">A parameter that this server cannot honour, or not as given.</exception>
    public static QueryRequest From(HttpRequest http)
    {
        var settings = new List<KeyValuePair<string, string>>();
        var parameters = new List<KeyValuePair<string, string>>();
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        var tables = new Dictionary<string, string>(StringComparer.Ordinal);
        var form = MultipartForm.IsOne(http);
        foreach (var (name, values) in http.Query)
        {
            var value = values.Count > 0 ? values[^1] ?? "" : "";
            if (name.StartsWith(ParameterPrefix, StringComparison.Ordinal))
            {
                parameters.Add(new(name[ParameterPrefix.Length..], value));
            }
            else if (Own.Contains(name))
            {
                own[name] = value;
            }
            else if (form && TableSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
            {
                tables[name] = value;
            }
            else if (IsSettingName(name))
            {
                settings.Add(new(name, value));
            }
            else if (name.Length > 0)
            {
                throw new RefusedException(ClickHouseError.BadArguments, $"URL parameter {name} is no name of a setting");
            }
        }

        RefuseUnsupported(own);
        var (user, password) = Credentials(http, own);
        var id = own.GetValueOrDefault("query_id") ?? "";
        var format = Given(own.GetValueOrDefault("default_format")) ?? Given(http.Headers["X-ClickHouse-Format"]) ?? "TabSeparated";
        // Both are sent back in headers.
        if (id.Length > 256 || !id.All(letter => letter is > ' ' and < '\x7f') || !format.All(char.IsAsciiLetterOrDigit))
        {
            throw new RefusedException(ClickHouseError.BadArguments, "query_id takes up to 256 printable ASCII characters, default_format a format's name");
        }

        return new QueryRequest
        {
            QueryId = id.Length > 0 ? id : new Guid(RandomNumberGenerator.GetBytes(16)).ToString(),
            Query = own.GetValueOrDefault("query") ?? "",
            User = user,
            Password = password,
            Database = Given(own.GetValueOrDefault("database")) ?? Given(http.Headers["X-ClickHouse-Database"]),
            DefaultFormat = format,
            ProtocolVersion = Version(own.GetValueOrDefault("client_protocol_version")),
            WaitForEnd = IsTrue(own.GetValueOrDefault("wait_end_of_query")),
            CompressResponse = !own.TryGetValue("enable_http_compression", out var compress) || IsTrue(compress),
            ReadOnly = HttpMethods.IsGet(http.Method) || HttpMethods.IsHead(http.Method),
            Settings = settings,
            Parameters = parameters,
            TableSettings = tables,
            Session = SessionRequest.From(own),
        };
    }

    private static readonly string[] TableSuffixes = ["_format", "_structure", "_types"];

    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "query", "database", "default_format", "user", "password", "quota_key", "query_id", "client_protocol_version", "wait_end_of_query", "buffer_size",
        "compress", "decompress", "session_id", "session_timeout", "session_check", "close_session", "stacktrace", "role", "enable_http_compression",
        // settings of a server's HTTP side, which here is this program
        "http_zlib_compression_level", "add_http_cors_header", "send_progress_in_http_headers", "http_headers_progress_interval_ms",
        "http_wait_end_of_query", "http_response_buffer_size", "cancel_http_readonly_queries_on_client_close", "http_write_exception_in_output_format",
        // would wait for a task that libchdb never runs
        "database_atomic_wait_for_drop_and_detach_synchronously",
    };

    private static void RefuseUnsupported(Dictionary<string, string> own)
    {
        if (IsTrue(own.GetValueOrDefault("compress")) || IsTrue(own.GetValueOrDefault("decompress")))
        {
            throw new RefusedException(ClickHouseError.NotImplemented,
                "ClickHouse's own block compression (compress, decompress) is not supported by the embedded ClickHouse: "
                + "use Content-Encoding and Accept-Encoding");
        }

        if (own.ContainsKey("role"))
        {
            throw new RefusedException(ClickHouseError.NotImplemented, "Roles are not supported by the embedded ClickHouse");
        }
    }

    private static (string User, string? Password) Credentials(HttpRequest http, Dictionary<string, string> own)
    {
        var user = Given(http.Headers["X-ClickHouse-User"]);
        var key = http.Headers.TryGetValue("X-ClickHouse-Key", out var keys) ? keys.ToString() : null;
        if (user is not null || key is not null)
        {
            return (user ?? "default", key);
        }

        const string basic = "Basic ";
        var authorization = http.Headers.Authorization.ToString();
        if (authorization.StartsWith(basic, StringComparison.OrdinalIgnoreCase))
        {
            var bytes = new byte[authorization.Length];
            if (!Convert.TryFromBase64String(authorization[basic.Length..], bytes, out var length))
            {
                throw new RefusedException(ClickHouseError.AuthenticationFailed, "The Authorization header is no valid Basic credentials");
            }

            var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
            return (parts[0].Length > 0 ? parts[0] : "default", parts.Length > 1 ? parts[1] : "");
        }

        return (Given(own.GetValueOrDefault("user")) ?? "default", own.GetValueOrDefault("password"));
    }

    private static int Version(string? text) =>
        text is null ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw new RefusedException(ClickHouseError.BadArguments, $"client_protocol_version {text} is no whole number");

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool IsTrue(string? text) => text is "1" or "true";

    // It goes into a SET statement unquoted.
    private static bool IsSettingName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
