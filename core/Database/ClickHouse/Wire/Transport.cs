using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>The HTTP side: one client and its pooled sockets for the whole process, addresses, and what went wrong as <see cref="ClickHouseServerException"/>.</summary>
internal static class Transport
{
    // An exception's text with its stack is some kilobytes; more than this tells no more.
    private const int MaxErrorLength = 64 * 1024;

    // Two, because a handler that can unpack always says so, and an embedded server on loopback would then pack for nothing.
    private static readonly HttpClient Plain = Client(DecompressionMethods.None);
    private static readonly HttpClient Packed = Client(DecompressionMethods.GZip);

    public static Uri Address(ClickHouseConnection connection, IEnumerable<KeyValuePair<string, string>> query)
    {
        var settings = connection.Settings;
        var address = new StringBuilder();
        address.Append(settings.Protocol).Append("://");
        address.Append(Uri.CheckHostName(settings.Host) == UriHostNameType.IPv6 ? $"[{settings.Host.Trim('[', ']')}]" : settings.Host);
        address.Append(CultureInfo.InvariantCulture, $":{settings.Port}/{settings.Path.TrimStart('/')}");
        var separator = '?';
        void Add(string name, string value)
        {
            address.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        if (connection.Database.Length > 0)
            Add("database", connection.Database);
        if (settings.Compression)
            Add("enable_http_compression", "1");
        if (connection.Session is { } session)
            Add("session_id", session);
        foreach (var (name, value) in settings.Settings().Concat(query))
            Add(name, value);
        return new(address.ToString());
    }

    /// <summary>Sends, and gives the response once its headers are here and say that all is well so far. The abort covers everything until the response is disposed.</summary>
    public static async Task<HttpResponseMessage> SendAsync(bool async, ClickHouseConnection connection, Uri address, HttpContent body, Abort abort)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = body;
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connection.Settings.Username}:{connection.Settings.Password}")));
        try
        {
            var http = connection.Settings.Compression ? Packed : Plain;
            var response = async
                ? await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, abort.Token)
                : http.Send(request, HttpCompletionOption.ResponseHeadersRead, abort.Token);
            if (response.IsSuccessStatusCode && !response.Headers.Contains("X-ClickHouse-Exception-Code"))
                return response;
            using (response)
                throw await FailureAsync(async, response, abort.Token);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            throw abort.Explain(broken, connection.DataSource, queryId: null);
        }
    }

    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;

    // Redirects are not followed (a query with its password goes where it was sent), no proxy stands before a database, and each command has its own time-out.
    private static HttpClient Client(DecompressionMethods unpack) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = unpack,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        UseCookies = false,
        UseProxy = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static async Task<ClickHouseServerException> FailureAsync(bool async, HttpResponseMessage response, CancellationToken token)
    {
        var stream = async ? await response.Content.ReadAsStreamAsync(token) : response.Content.ReadAsStream(token);
        var buffer = new byte[MaxErrorLength];
        var length = async
            ? await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, token)
            : stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var text = Encoding.UTF8.GetString(buffer, 0, length).Trim();
        int? code = int.TryParse(Header(response, "X-ClickHouse-Exception-Code"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : null;
        if (text.Length == 0)
            text = $"ClickHouse answered {(int)response.StatusCode} {response.ReasonPhrase} and nothing more.";
        // Without ClickHouse's own code the answer is a proxy's: busy and away are its to say.
        bool? transient = code is null && response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout ? true : null;
        return ClickHouseServerException.FromText(text, code, Header(response, "X-ClickHouse-Query-Id"), transient);
    }
}
