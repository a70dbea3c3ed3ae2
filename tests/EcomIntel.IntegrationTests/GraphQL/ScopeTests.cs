using Npgsql;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>What a caller may not see is not told in a roundabout way either.</summary>
[Collection(nameof(ApiCollection))]
public sealed class ScopeTests(ApiHub hub)
{
    private static readonly string[] AsOne = ["web\u001dexport"], Apart = ["web", "export"];

    [Fact]
    public async Task Not_even_that_it_is_there_is_told_of_what_is_not_for_a_role()
    {
        using var buyer = await ApiClient.CreateAsync(hub.Hub, "BUYER");
        var there = await hub.Api.DataAsync("{ orders(first: 1) { nodes { id } } deadLetters(first: 1) { nodes { id } } items(first: 1) { nodes { id } } }");
        string Id(string list) => there.GetProperty(list).GetProperty("nodes")[0].GetProperty("id").GetString()!;
        var seen = await buyer.DataAsync($$"""
            {
              order: node(id: "{{Id("orders")}}") { __typename }
              letter: node(id: "{{Id("deadLetters")}}") { __typename }
              item: node(id: "{{Id("items")}}") { __typename }
            }
            """);
        Assert.Equal("""{"order":null,"letter":null,"item":{"__typename":"Item"}}""", seen.GetRawText());
    }

    [Fact]
    public async Task An_order_seen_at_one_place_does_not_tell_that_it_is_also_at_another()
    {
        var split = (await hub.RowsAsync("""
            SELECT min(location) || '|' || max(location) FROM allocations GROUP BY order_id HAVING min(location) <> max(location) ORDER BY 1 LIMIT 1
            """))[0].Split('|');
        using var here = await ApiClient.CreateAsync(hub.Hub, "WAREHOUSE", locations: [split[0]]);
        var seen = await here.DataAsync(
            """
            query ($here: [String!], $there: [String!]) {
              here: orders(filter: { locations: $here }) { totalCount }
              there: orders(filter: { locations: $there }) { totalCount }
            }
            """,
            new { here = new[] { split[0] }, there = new[] { split[1] } });
        var own = (await hub.RowsAsync($"SELECT count(DISTINCT order_id) FROM allocations WHERE location = '{split[0]}'"))[0];
        Assert.Equal(own, seen.GetProperty("here").GetProperty("totalCount").GetRawText());
        Assert.Equal("0", seen.GetProperty("there").GetProperty("totalCount").GetRawText());
    }

    [Fact]
    public async Task A_change_waits_for_no_order_but_its_own()
    {
        await using var connection = await hub.Tables.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var take = new NpgsqlCommand("SELECT count(*) FROM (SELECT FROM orders FOR UPDATE) o", connection, transaction))
            Assert.True((long)(await take.ExecuteScalarAsync())! > 100);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        const string cancel = """mutation { cancelOrder(input: { orderId: "is-not-there", reason: "test" }) { errors { code } } }""";
        var answer = await hub.Api.DataAsync(cancel, token: timeout.Token);
        Assert.Equal("NOT_FOUND", answer.GetProperty("cancelOrder").GetProperty("errors")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task What_a_client_writes_in_a_value_cannot_pass_for_another_question()
    {
        const string ticks = """
            subscription ($of: [String!]!) {
              kpiTicks(name: "order_aging", groupBy: ["channel"], filter: [{ dimension: "channel", values: $of }]) { points { dimensions } }
            }
            """;
        await using var one = await ApiSocket.ConnectAsync(hub.Api);
        await one.SubscribeAsync("one", ticks, new { of = AsOne });
        Assert.Contains("\"points\":[]", await one.ReceiveAsync(), StringComparison.Ordinal);
        await using var other = await ApiSocket.ConnectAsync(hub.Api);
        await other.SubscribeAsync("other", ticks, new { of = Apart });
        Assert.Contains("\"web\"", await other.ReceiveAsync(), StringComparison.Ordinal);
    }
}
