using System.Diagnostics;
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
        using var result = await Result(node);
        Assert.True(result.RootElement.GetProperty("audits").GetInt32() >= 60);
        Assert.Equal("[]", result.RootElement.GetProperty("bad").GetRawText());
    }

    [ConformanceFact]
    public async Task Sockets_speak_graphql_transport_ws_with_every_close_code_and_come_back_after_a_restart()
    {
        var app = await Start(0);
        var port = new Uri(Address(app)).Port;
        using var node = Node("graphql/sockets.mjs", $"ws://127.0.0.1:{port}/graphql", $"ws://127.0.0.1:{port}/judged");
        Assert.Equal("ready", await node.StandardOutput.ReadLineAsync());
        await app.StopAsync();
        await app.DisposeAsync();
        await using var second = await Start(port);
        using var result = await Result(node);
        var checks = result.RootElement;
        var many = $"\"{string.Join(',', Enumerable.Repeat(5, 20))}\"";
        foreach (var (check, expected) in new Dictionary<string, string>
        {
            ["notJson"] = "4400",
            ["notObject"] = "4400",
            ["unknownType"] = "4400",
            ["noId"] = "4400",
            ["noQuery"] = "4400",
            ["beforeInit"] = "4401",
            ["noInit"] = "4408",
            ["twiceInit"] = "4429",
            ["sameId"] = "4409",
            ["noProtocol"] = "4406",
            ["stranger"] = "4403",
            ["friend"] = "\"in\"",
            ["judgeBroke"] = "4500",
            ["ping"] = "\"connection_ack pong\"",
            ["stopped"] = "3",
            ["many"] = many,
            ["query"] = """[{"data":{"product":{"name":"Lamp"}}}]""",
            ["invalid"] = """[{"refused":true}]""",
            ["afterRestart"] = """[{"data":{"counter":0}}]""",
            ["restartCode"] = "1001",
            ["subscription"] = ThreeTicks,
        })
        {
            Assert.Equal($"{check} {expected}", $"{check} {checks.GetProperty(check).GetRawText()}");
        }
    }

    [ConformanceFact]
    public async Task Event_streams_are_read_by_graphql_sse_and_begin_again_after_a_restart()
    {
        var app = await Start(0);
        var port = new Uri(Address(app)).Port;
        using var node = Node("graphql/streams.mjs", $"http://127.0.0.1:{port}/graphql");
        Assert.Equal("ready", await node.StandardOutput.ReadLineAsync());
        await app.StopAsync();
        await app.DisposeAsync();
        await using var second = await Start(port);
        using var result = await Result(node);
        var many = $"\"{string.Join(',', Enumerable.Repeat(5, 20))}\"";
        foreach (var (check, expected) in new Dictionary<string, string>
        {
            ["query"] = """[{"data":{"product":{"name":"Lamp"}}}]""",
            ["failing"] = "[0,1]",
            ["stopped"] = "3",
            ["invalid"] = "[1]",
            ["many"] = many,
            ["restarted"] = "true",
            ["subscription"] = ThreeTicks,
        })
        {
            Assert.Equal($"{check} {expected}", $"{check} {result.RootElement.GetProperty(check).GetRawText()}");
        }
    }

    private const string ThreeTicks =
        """[{"data":{"ticks":{"number":1,"odd":"odd 1"}}},{"data":{"ticks":{"number":2,"odd":null}}},{"data":{"ticks":{"number":3,"odd":"odd 3"}}}]""";

    private static async Task<WebApplication> Start(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddMetrics();
        var app = builder.Build();
        app.MapGraphQL("/graphql", ConformanceWorld.Build(), new GraphQLHttpOptions
        {
            InitTimeout = TimeSpan.FromSeconds(3),
            Admit = _ => ValueTask.FromResult(Admission.Of(new ConformanceWorld.Count())),
        });
        app.MapGraphQL("/judged", ConformanceWorld.Build(), new GraphQLHttpOptions
        {
            Connect = (_, payload) => payload.ValueKind != JsonValueKind.Object ? ValueTask.FromResult(Admission.Refused("Say the word.", "UNAUTHENTICATED"))
                : payload.GetProperty("token").GetString() == "open sesame" ? ValueTask.FromResult(Admission.Of(new ConformanceWorld.Count()))
                : throw new InvalidOperationException("The judge broke."),
        });
        await app.StartAsync();
        return app;
    }

    private static string Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    // A suite that hangs must not hang the tests, nor outlive them.
    private static async Task<JsonDocument> Result(Process node)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            return JsonDocument.Parse(await node.StandardOutput.ReadToEndAsync(patience.Token));
        }
        finally
        {
            if (!node.HasExited) node.Kill(entireProcessTree: true);
        }
    }

    private static Process Node(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("node", arguments) { WorkingDirectory = Oracle.Folder, RedirectStandardOutput = true, UseShellExecute = false })!;
}
