using System.Globalization;
using System.Net;
using System.Text;

namespace EcomIntel.IntegrationTests.Embedded;

/// <summary>Requests as any HTTP client sends them.</summary>
internal sealed class ClickHouseRequests(int port) : IDisposable
{
    public int Port => port;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None })
    {
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")),
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Posts a statement, or with a statement in the URL its data. Anything but 200 fails.</summary>
    public async Task<byte[]> BytesAsync(string statement, string url = "", byte[]? data = null)
    {
        using var response = await SendAsync(statement, url, data);
        var answer = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{statement}: {(int)response.StatusCode} {Encoding.UTF8.GetString(answer)}");
        return answer;
    }

    public async Task<string> TextAsync(string statement, string url = "", byte[]? data = null) =>
        Encoding.UTF8.GetString(await BytesAsync(statement, url, data)).TrimEnd('\n');

    public Task<HttpResponseMessage> SendAsync(string statement, string url = "", byte[]? data = null, CancellationToken token = default)
    {
        var uri = data is null ? $"?{url}" : $"?query={Uri.EscapeDataString(statement)}&{url}";
        var request = Authorized(HttpMethod.Post, uri);
        request.Content = data is null ? new StringContent(statement) : new ByteArrayContent(data);
        return RawAsync(request, token);
    }

    public Task<HttpResponseMessage> RawAsync(HttpRequestMessage request, CancellationToken token = default) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);

    public static HttpRequestMessage Authorized(HttpMethod method, string uri)
    {
        var request = new HttpRequestMessage(method, uri);
        request.Headers.Add("X-ClickHouse-User", "default");
        request.Headers.Add("X-ClickHouse-Key", ClickHouseProcess.Password);
        return request;
    }

    public void Dispose() => _http.Dispose();
}
