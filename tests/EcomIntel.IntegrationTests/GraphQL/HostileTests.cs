using System.Text.Json;
using ClickHouse.Driver.ADO;
using EcomIntel.IntegrationTests.Pipeline;
using Npgsql;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>What is asked too much, what is away, and a stop in the middle.</summary>
[Collection(nameof(ApiCollection))]
public sealed class HostileTests(ApiHub hub)
{
    public static TheoryData<string, string> TooMuch => new()
    {
        { "aliases", $"{{ {string.Join(' ', Enumerable.Range(0, 10_000).Select(number => $"a{number}: __typename"))} }}" },
        { "depth", $"{{ orders(first: 1) {{ nodes {{ {string.Concat(Enumerable.Repeat("shipments { order { ", 12))} id {new string('}', 24)} }} }} }}" },
        { "cost", "{ orders(first: 1000) { nodes { shipments { order { shipments { order { lines { item { stock { item { name } } } } } } } } } } }" },
        { "size", "{ orders(first: 2147483647) { nodes { id } } }" },
        { "braces", new string('{', 200_000) },
        { "fragments", "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }" },
        { "introspection", $"{{ __schema {{ types {{ {string.Concat(Enumerable.Repeat("fields { type { ", 15))} name {new string('}', 30)} }} }} }}" },
    };

    [Theory]
    [MemberData(nameof(TooMuch))]
    public async Task What_asks_too_much_is_refused_before_anything_is_read(string what, string query)
    {
        var before = await hub.MetricAsync("ecomintel_graphql_statements_total");
        var answer = await hub.Api.AskAsync(query);
        Assert.True(answer.TryGetProperty("errors", out var errors) && !answer.TryGetProperty("data", out _), what);
        Assert.DoesNotContain("INTERNAL", ApiClient.Codes(answer));
        Assert.InRange(errors.GetArrayLength(), 1, 100);
        Assert.Equal(before, await hub.MetricAsync("ecomintel_graphql_statements_total"));
    }

    [Fact]
    public async Task Without_the_analytics_the_rest_of_the_answer_comes()
    {
        var away = new ClickHouseConnectionStringBuilder(hub.Hub.Addresses.ClickHouse!) { Port = 9 };
        await using var api = await hub.Hub.AnotherAsync("graphql", null, ("ConnectionStrings:ClickHouse", away.ConnectionString));
        using var client = hub.Api.At(api.Api);
        var answer = await client.AskAsync("""
            {
              kpi(name: "line_fill_rate") { title figures { asOf } }
              other: kpi(name: "order_aging") { rows { nodes { cells { name } } } }
              kpis { name }
              orders(first: 1) { totalCount nodes { units } }
            }
            """);
        Assert.Equal(["UNAVAILABLE", "UNAVAILABLE"], ApiClient.Codes(answer));
        var paths = answer.GetProperty("errors").EnumerateArray().Select(error => string.Join('/', error.GetProperty("path").EnumerateArray()));
        Assert.Equal(["kpi/figures", "other/rows"], paths.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(away.Host, answer.GetProperty("errors").GetRawText(), StringComparison.Ordinal);
        var data = answer.GetProperty("data");
        Assert.Equal((await hub.RowsAsync("SELECT count(*) FROM orders"))[0], data.GetProperty("orders").GetProperty("totalCount").GetRawText());
        Assert.NotEqual(0, data.GetProperty("kpis").GetArrayLength());
        Assert.Equal("""{"title":"Line fill rate","figures":null}""", data.GetProperty("kpi").GetRawText());
    }

    /// <summary>503, or nobody there to answer any more, is no.</summary>
    private static async Task<bool> IsReadyAsync(RoleProcess api)
    {
        try
        {
            return await api.IsReadyAsync();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Told_to_stop_it_answers_what_it_was_asked_closes_its_sockets_and_ends_well()
    {
        await using var api = await hub.Hub.AnotherAsync("graphql");
        using var client = hub.Api.At(api.Api);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var socket = await ApiSocket.ConnectAsync(client);
        await socket.SubscribeAsync("ticks", "subscription { kpiTicks(name: \"line_fill_rate\") { points { numerator } } }");
        Assert.Contains("\"numerator\"", await socket.ReceiveAsync(), StringComparison.Ordinal);

        // Both wait for a table that is locked, so both are under way when the signal comes.
        Task<JsonElement> asking;
        await using (var connection = await hub.Tables.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var take = new NpgsqlCommand("LOCK TABLE channels IN ACCESS EXCLUSIVE MODE", connection, transaction))
                await take.ExecuteNonQueryAsync();
            asking = client.DataAsync("{ channels { channel } }");
            await socket.SubscribeAsync("query", "{ channels { channel } }");
            while ((await hub.RowsAsync("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'channels'::regclass"))[0] != "2")
                await Task.Delay(20, patience.Token);
            api.Terminate();
            while (await IsReadyAsync(api))
                await Task.Delay(20, patience.Token);
            Assert.False(asking.IsCompleted);
        }
        Assert.Equal(3, (await asking).GetProperty("channels").GetArrayLength());
        Assert.Contains("\"channels\":[{", await socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Contains("\"complete\"", await socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("closed 1001", await socket.ReceiveAsync());
        Assert.Equal(0, await api.EndedAsync());
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.AskAsync("{ __typename }"));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
    }
}
