using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EcomIntel.IntegrationTests.Conformance;

public sealed class GraphQLServerTests
{
    [ConformanceFact]
    public async Task Every_audit_of_GraphQL_over_HTTP_is_ok()
    {
        await using var app = await Start(0);
        using var node = Node("graphql/http.mjs", Address(app) + "/graphql");
        using var result = JsonDocument.Parse(await node.StandardOutput.ReadToEndAsync());
        Assert.True(result.RootElement.GetProperty("audits").GetInt32() >= 60);
        Assert.Equal("[]", result.RootElement.GetProperty("bad").GetRawText());
    }

    [ConformanceFact]
    public async Task Sockets_speak_graphql_transport_ws_with_every_close_code_and_come_back_after_a_restart()
    {
        var app = await Start(0);
        var port = new Uri(Address(app)).Port;
        using var node = Node("graphql/sockets.mjs", $"ws://127.0.0.1:{port}/graphql");
        Assert.Equal("ready", await node.StandardOutput.ReadLineAsync());
        await app.StopAsync();
        await app.DisposeAsync();
        await using var second = await Start(port);
        using var result = JsonDocument.Parse(await node.StandardOutput.ReadToEndAsync());
        var checks = result.RootElement;
        foreach (var (check, expected) in new Dictionary<string, string>
        {
            ["notJson"] = "4400", ["notObject"] = "4400", ["unknownType"] = "4400", ["noId"] = "4400", ["noQuery"] = "4400", ["beforeInit"] = "4401", ["noInit"] = "4408",
            ["twiceInit"] = "4429", ["sameId"] = "4409", ["noProtocol"] = "4406", ["ping"] = "\"connection_ack pong\"", ["stopped"] = "3", ["many"] = $"\"{string.Join(',', Enumerable.Repeat(5, 20))}\"",
            ["query"] = """[{"data":{"product":{"name":"Lamp"}}}]""", ["invalid"] = """[{"refused":true}]""", ["afterRestart"] = """[{"data":{"counter":0}}]""", ["restartCode"] = "1001",
            ["subscription"] = """[{"data":{"ticks":{"number":1,"odd":"odd 1"}}},{"data":{"ticks":{"number":2,"odd":null}}},{"data":{"ticks":{"number":3,"odd":"odd 3"}}}]""",
        })
        {
            Assert.Equal($"{check} {expected}", $"{check} {checks.GetProperty(check).GetRawText()}");
        }
    }

    [Fact]
    public async Task An_event_stream_gives_every_event_and_says_when_it_is_complete()
    {
        await using var app = await Start(0);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(app) + "/graphql")
        {
            Content = new StringContent("""{"query":"subscription { ticks(count: 2) { number } }"}""", Encoding.UTF8, "application/json"), Headers = { { "Accept", "text/event-stream" } },
        };
        using var response = await http.SendAsync(request);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            "event: next\ndata: {\"data\":{\"ticks\":{\"number\":1}}}\n\nevent: next\ndata: {\"data\":{\"ticks\":{\"number\":2}}}\n\nevent: complete\ndata: \n\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_socket_from_a_page_of_another_origin_is_refused()
    {
        await using var app = await Start(0);
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.SetRequestHeader("Origin", "https://elsewhere.example");
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => socket.ConnectAsync(new Uri(Address(app).Replace("http:", "ws:") + "/graphql"), CancellationToken.None));

    }

    private static async Task<WebApplication> Start(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddMetrics();
        var app = builder.Build();
        app.MapGraphQL("/graphql", ConformanceWorld.Build(), new GraphQLHttpOptions { InitTimeout = TimeSpan.FromSeconds(1), Admit = _ => ValueTask.FromResult(Admission.Of(new ConformanceWorld.Count())) });
        await app.StartAsync();
        return app;
    }

    private static string Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static Process Node(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("node", arguments) { WorkingDirectory = Oracle.Folder, RedirectStandardOutput = true, UseShellExecute = false })!;
}
