using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EcomIntel.Core.Database;
using EcomIntel.Core.Governance;
using EcomIntel.IntegrationTests.Replay;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>Asks the running API as an app does.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private ApiClient(string address, string authorization)
    {
        (Url, Authorization) = (new($"http://{address}/graphql"), authorization);
        _http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(authorization);
    }

    public Uri Url { get; }

    /// <summary>The Authorization header.</summary>
    public string Authorization { get; }

    /// <summary>The caller as audit rows name it.</summary>
    public string Actor => Authorization[7..] is var key && ApiKeyText.TryParse(key, out var read)
        ? $"key:{read.Id}"
        : throw new InvalidOperationException(key);

    /// <summary>With a key of its own, made as an operator makes one.</summary>
    public static async Task<ApiClient> CreateAsync(Hub hub, string role = "ADMIN", string[]? channels = null, string[]? locations = null)
    {
        await using var postgres = PostgresDataSource.Create(hub.Addresses.Postgres!, "test keys");
        var grant = new ApiKeyGrant($"tests {role}", [role], channels, locations, null);
        var (key, _, refusal) = await new ApiKeyStore(postgres).CreateAsync("cli:tests", grant, CancellationToken.None);
        return new(hub.Api.Address!, $"Bearer {key?.Reveal() ?? throw new InvalidOperationException(refusal)}");
    }

    /// <summary>The same caller at another copy of the API.</summary>
    public ApiClient At(string address) => new(address, Authorization);

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

    public static IReadOnlyList<string> Codes(JsonElement answer) =>
        answer.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray().Select(CodeOf)] : [];

    // The message, where an error has no code.
    private static string CodeOf(JsonElement error) =>
        error.TryGetProperty("extensions", out var extensions) && extensions.TryGetProperty("code", out var code)
            ? code.GetString()!
            : error.GetProperty("message").GetString()!;

    public void Dispose() => _http.Dispose();
}
