using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Governance;
using EcomIntel.IntegrationTests.Conformance;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>The role as its supervisor runs it, before outside implementations.</summary>
[Collection(nameof(ApiCollection))]
public sealed partial class OutsideTests(ApiHub hub)
{
    /// <summary>Audits of npm graphql-http that may end otherwise than ok, each with its reason; one of level MUST never stands here.</summary>
    private static readonly Dictionary<string, string> Allowed = [];

    private static readonly string Sdl = Path.Combine(Home.Find().Root, "tests/EcomIntel.Tests/GraphQL/Api/schema.graphql");

    [ConformanceFact]
    public async Task Audits_close_codes_and_schema_are_what_the_reference_wants()
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["graphql/api.mjs", hub.Api.Url.ToString(), Sdl, hub.Api.Authorization])
        {
            WorkingDirectory = Oracle.Folder, RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        JsonElement result;
        try
        {
            result = JsonDocument.Parse(await node.StandardOutput.ReadToEndAsync(timeout.Token)).RootElement;
        }
        finally
        {
            if (!node.HasExited)
                node.Kill(entireProcessTree: true);
        }
        Assert.InRange(result.GetProperty("audits").GetInt32(), 60, 1_000);
        var bad = result.GetProperty("bad").EnumerateArray()
            .Select(audit => $"{audit.GetProperty("id")} {audit.GetProperty("name")}: {audit.GetProperty("reason")}");
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), bad.Order(StringComparer.Ordinal));
        Assert.Equal(
            """{"notJson":4400,"unknownType":4400,"noQuery":4400,"beforeInit":4401,"noInit":4408,"twiceInit":4429,"sameId":4409}""",
            result.GetProperty("codes").GetRawText());
        var isSame = result.GetProperty("schema").GetProperty("same").GetBoolean();
        Assert.True(isSame, $"introspection returns another schema than the SDL: {result.GetProperty("schema")}");
        Assert.InRange(result.GetProperty("schema").GetProperty("characters").GetInt32(), 10_000, 10_000_000);
    }

    [Fact]
    public async Task The_page_is_served_with_all_it_needs_and_asks_nobody_else()
    {
        using var http = new HttpClient { BaseAddress = hub.Api.Url };
        using var answer = await http.GetAsync(new Uri("/graphiql", UriKind.Relative));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotMatch(Foreign(), page);
        Assert.StartsWith("default-src 'none'; script-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotMatch(Foreign(), answer.Headers.GetValues("Content-Security-Policy").Single());
        var files = Linked().Matches(page)
            .Select(match => match.Groups["file"].Value)
            .Where(file => !file.StartsWith("data:", StringComparison.Ordinal))
            .ToList();
        Assert.Contains(files, file => file.EndsWith(".js", StringComparison.Ordinal));
        foreach (var file in files)
        {
            using var part = await http.GetAsync(new Uri(new Uri(hub.Api.Url, "/graphiql/"), file));
            Assert.True(part.StatusCode == HttpStatusCode.OK && (await part.Content.ReadAsByteArrayAsync()).Length > 100, $"{file}: {part.StatusCode}");
        }
    }

    [Fact]
    public async Task The_query_that_the_page_shows_first_runs_as_it_is_for_every_role_and_scope()
    {
        using var http = new HttpClient { BaseAddress = hub.Api.Url };
        var page = await http.GetStringAsync(new Uri("/graphiql", UriKind.Relative));
        var query = WebUtility.HtmlDecode(Welcome().Match(page).Groups["query"].Value);
        Assert.Contains("query Welcome", query, StringComparison.Ordinal);
        foreach (var role in RoleNames.All)
        {
            using var whole = await ApiClient.CreateAsync(hub.Hub, role);
            using var scoped = await ApiClient.CreateAsync(hub.Hub, role, channels: ["web"], locations: ["wh-north"]);
            foreach (var client in (ApiClient[])[whole, scoped])
                Assert.NotEqual(0, (await client.DataAsync(query)).GetProperty("kpis").GetArrayLength());
        }
    }

    [Theory]
    [InlineData("/metrics", false)]
    [InlineData("/healthz/live", false)]
    [InlineData("/healthz/ready", false)]
    [InlineData("/graphql", true)]
    [InlineData("/graphql/", true)]
    [InlineData("/graphiql", true)]
    [InlineData("/graphiql/page.js", true)]
    public async Task Each_listener_serves_its_own_and_nothing_of_the_others(string path, bool api)
    {
        var query = path.StartsWith("/graphql", StringComparison.Ordinal) ? "?query={__typename}" : "";
        var metrics = new Uri(hub.Hub.Api.Metrics!);
        var (own, other) = api ? (hub.Api.Url, metrics) : (metrics, hub.Api.Url);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(hub.Api.Authorization);
        foreach (var spelt in (string[])[path, path.ToUpperInvariant(), path + "/", path.Replace("/g", "/%67", StringComparison.Ordinal)])
        {
            using var stranger = await http.GetAsync(new Uri(other, spelt + query));
            Assert.True(stranger.StatusCode == HttpStatusCode.NotFound, $"{spelt} is answered {stranger.StatusCode} where it is not served");
        }
        using var answer = await http.GetAsync(new Uri(own, path + query));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [GeneratedRegex("data-query=\"(?<query>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Welcome();

    [GeneratedRegex("//[a-z0-9]", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Foreign();

    [GeneratedRegex("(src|href)=\"(?<file>[^\"#]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Linked();
}
