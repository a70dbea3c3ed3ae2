using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EcomIntel.IntegrationTests.Replay;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>Asks the running API as an app does.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public ApiClient(string address, string? authorization = null)
    {
        Url = new($"http://{address}/graphql");
        if (authorization is not null)
            _http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(authorization);
    }

    /// <summary>The header that says who asks; null where the API asks nobody.</summary>
    public static string? Authorization => null;

    public Uri Url { get; }

    public static ApiClient Of(Hub hub) => new(hub.Api.Address!, Authorization);

    /// <summary>All that is answered, errors included.</summary>
    public async Task<JsonElement> AskAsync(string query, object? variables = null, CancellationToken token = default)
    {
        using var answer = await _http.PostAsJsonAsync(Url, new { query, variables }, token);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(token);
    }

    /// <summary>A body as it is, and what is answered.</summary>
    public async Task<JsonElement> SendAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(Url, content);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The data, of an answer that must have no errors.</summary>
    public async Task<JsonElement> DataAsync(string query, object? variables = null, CancellationToken token = default)
    {
        var answer = await AskAsync(query, variables, token);
        Assert.False(answer.TryGetProperty("errors", out var errors), $"{query}\n{errors}");
        return answer.GetProperty("data");
    }

    /// <summary>The codes of an answer's errors.</summary>
    public async Task<IReadOnlyList<string>> CodesAsync(string query, object? variables = null) => Codes(await AskAsync(query, variables));

    public static IReadOnlyList<string> Codes(JsonElement answer) => !answer.TryGetProperty("errors", out var errors) ? []
        : [.. errors.EnumerateArray().Select(error => error.TryGetProperty("extensions", out var extensions) && extensions.TryGetProperty("code", out var code) ? code.GetString()! : error.GetProperty("message").GetString()!)];

    public void Dispose() => _http.Dispose();
}
