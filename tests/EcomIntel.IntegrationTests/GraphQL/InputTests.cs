using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>Invalid input is an error of the client, and nested fields of many rows take as few statements as of one.</summary>
[Collection(nameof(ApiCollection))]
public sealed class InputTests(ApiHub hub)
{
    public static TheoryData<string> Wrong => new()
    {
        "orders(first: -1) { nodes { id } }",
        "orders(last: -1) { nodes { id } }",
        "orders(first: 1001) { nodes { id } }",
        "orders(first: 1, last: 1) { nodes { id } }",
        "orders(first: 1, before: \"x\") { nodes { id } }",
        "orders(last: 1, after: \"x\") { nodes { id } }",
        "orders(after: \"x\") { nodes { id } }",
        "orders(after: \"\") { nodes { id } }",
        "orders(filter: { orderIds: [\"a\\u0000b\"] }) { nodes { id } }",
        "order(orderId: \"\\u0000\") { id }",
        "shipment(shipmentId: \"a\\u0000\") { id }",
        "item(sku: \"\\u0000\") { id }",
        "items(filter: { name: \"\\u0000\" }) { nodes { id } }",
        "items(filter: { skuPrefix: \"\\u0000\" }) { nodes { id } }",
        "deadLetter(id: \"x\") { id }",
        "deadLetters(filter: { reasons: [\"\\u0000\"] }) { totalCount }",
        "stockLedger(filter: { cause: \"\\u0000\" }) { nodes { entry } }",
        "kpi(name: \"line_fill_rate\") { figures(compare: true) { asOf } }",
        "kpi(name: \"line_fill_rate\") { figures(from: \"2024-02-01\", to: \"2024-02-01\") { asOf } }",
        "kpi(name: \"line_fill_rate\") { figures(from: \"0001-01-01\") { asOf } }",
        "kpi(name: \"line_fill_rate\") { figures(from: \"1970-01-01\", to: \"9999-12-31\") { asOf } }",
        "kpi(name: \"line_fill_rate\") { figures(from: \"1970-01-01\", to: \"2026-01-01\", compare: true) { asOf } }",
        "kpi(name: \"order_aging\") { figures(from: \"1970-01-01\", to: \"2200-01-01\", grain: DAY) { asOf } }",
        "kpi(name: \"line_fill_rate\") { figures(groupBy: [\"no such\"]) { asOf } }",
        "kpi(name: \"line_fill_rate\") { figures(groupBy: [\"channel\", \"channel\"]) { asOf } }",
        "kpi(name: \"line_fill_rate\") { figures(filter: [{ dimension: \"channel\", values: [] }, { dimension: \"channel\", values: [] }]) { asOf } }",
        "kpi(name: \"line_fill_rate\") { rows(first: -1) { nodes { cells { name } } } }",
        "kpi(name: \"line_fill_rate\") { rows(after: \"x\") { nodes { cells { name } } } }",
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Is_an_error_of_the_client(string field)
    {
        var answer = await hub.Api.AskAsync($"{{ {field} }}");
        Assert.Equal(["BAD_USER_INPUT"], ApiClient.Codes(answer));
        Assert.DoesNotContain('\n', answer.GetProperty("errors")[0].GetProperty("message").GetString()!);
    }

    [Theory]
    [InlineData("kpi(name: \"line_fil_rate\") { name }", "there is no KPI \"line_fil_rate\". Did you mean \"line_fill_rate\"?")]
    [InlineData("orders(filter: { channels: [\"web\", \"wbe\"] }) { totalCount }", "there is no channel \"wbe\". Did you mean \"web\"?")]
    [InlineData("orderLines(filter: { channels: [\"wholsale\"] }) { totalCount }", "there is no channel \"wholsale\". Did you mean \"wholesale\"?")]
    [InlineData("orders(filter: { locations: [\"wh-nort\"] }) { totalCount }", "there is no location \"wh-nort\". Did you mean \"wh-north\"")]
    [InlineData("shipments(filter: { locations: [\"WH-NORTH\"] }) { totalCount }", "there is no location \"WH-NORTH\". Did you mean \"wh-north\"")]
    [InlineData("stockPositions(filter: { locations: [\"nowhere\"] }) { totalCount }", "there is no location \"nowhere\".")]
    [InlineData("stockLedger(filter: { locations: [\"nowhere\"] }) { nodes { entry } }", "there is no location \"nowhere\".")]
    [InlineData(
        "deadLetters(filter: { reasons: [\"unknown_sku\", \"malformd\"] }) { totalCount }", "there is no reason \"malformd\". Did you mean \"malformed\"?")]
    [InlineData(
        "deadLetterCounts(filter: { types: [\"com.ecomintel.order.palced\"] }) { count }",
        "there is no event type \"com.ecomintel.order.palced\". Did you mean \"com.ecomintel.order.placed\"")]
    [InlineData("deadLetters(filter: { topics: [\"order\"] }) { totalCount }", "there is no topic \"order\". Did you mean \"orders\"?")]
    [InlineData(
        "kpi(name: \"line_fill_rate\") { figures(filter: [{ dimension: \"channel\", values: [\"wbe\"] }]) { asOf } }",
        "there is no channel \"wbe\". Did you mean \"web\"?")]
    [InlineData(
        "kpi(name: \"lost_shipment_rate\") { figures(filter: [{ dimension: \"location\", values: [\"wh-nort\"] }]) { asOf } }",
        "there is no location \"wh-nort\". Did you mean \"wh-north\"")]
    [InlineData(
        "kpi(name: \"order_aging\") { figures(filter: [{ dimension: \"age\", values: [\"4-24\"] }]) { asOf } }",
        "there is no age \"4-24\". Did you mean \"4-24h\"")]
    public async Task A_name_that_does_not_exist_is_told_with_the_one_that_was_meant(string field, string told)
    {
        var answer = await hub.Api.AskAsync($"{{ {field} }}");
        Assert.Equal(["BAD_USER_INPUT"], ApiClient.Codes(answer));
        Assert.StartsWith(told, answer.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_text_whatever_breaks_a_query()
    {
        string[] queries =
        [
            "order(orderId: $text) { id }",
            "shipment(shipmentId: $text) { id }",
            "item(sku: $text) { id }",
            "location(location: $text) { id }",
            "kpi(name: $text) { name }",
            "orders(filter: { orderIds: [$text], skus: [$text] }) { totalCount }",
            "orders(after: $text) { nodes { id } }",
            "orders(sort: ORDER_ID, last: 1, before: $text) { nodes { id } }",
            "shipments(after: $text, filter: { tracking: $text }) { nodes { id } }",
            "stockPositions(after: $text) { nodes { sku } }",
            "stockPositions(filter: { lots: [$text] }) { totalCount }",
            "stockLedger(after: $text) { nodes { sku } }",
            "items(after: $text, filter: { name: $text, skuPrefix: $text }) { nodes { id } }",
            "deadLetters(after: $text) { nodes { id } }",
            "kpi(name: \"line_fill_rate\") { rows(after: $text) { nodes { cells { value } } } }",
            "kpi(name: \"line_fill_rate\") { figures(filter: [{ dimension: \"channel\", values: [$text] }]) { points { value } } }",
            "kpi(name: \"order_aging\") { figures(groupBy: [$text]) { points { value } } }",
        ];
        string[][] cursors =
        [
            ["placed", "infinity", "x"], ["placed", "-infinity", ""], ["placed", "now", "x"], ["placed", "no time", "x"], ["placed", "294277-01-01", "x"],
            ["placed", "2024-01-01"], ["id", "x", "y"], ["id", "\u0001"], ["number", "9223372036854775808"], ["number", "-1"], ["number", "1.5"],
            ["number", "0x10"], ["entry", "'"], ["position", "a", "b", "c", "no state"], ["position", "a", "b", "c", "available"],
            ["released", "epoch", "x"], ["sku", "%"], ["kpi-row", "99999999999"], ["kpi-row", "-1"], ["kpi-row", "10000001"], ["kpi-row", "9000000"],
        ];
        string[] hostile =
        [
            "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0001\\u001f\\u007f\"", "\"'; DROP TABLE orders; --\"", "\"%_\\\\\"",
            "\"{name:String}\"", "\"$1 @key0 :x\"", "\"\\ud83d\\ude00 ü \\u202e\"", $"\"{new string('x', 200_000)}\"", "\"\"",
        ];
        var encoded = cursors.Select(cursor => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(cursor)));
        var texts = encoded.Select(cursor => JsonSerializer.Serialize(cursor)).Concat(hostile);
        var (asked, refused) = (0, 0);
        foreach (var text in texts)
        {
            // All in one document under different aliases: errors are reported by field.
            var fields = string.Join(' ', queries.Select((query, number) => $"q{number}: {query}"));
            var document = JsonSerializer.Serialize($"query ($text: String!) {{ {fields} }}");
            var answer = await hub.Api.SendAsync($"{{\"query\":{document},\"variables\":{{\"text\":{text}}}}}");
            var codes = ApiClient.Codes(answer);
            var start = text.Length > 100 ? text[..100] : text;
            Assert.True(codes.All(code => code is "BAD_USER_INPUT" or "The body is not valid Unicode."), $"{start}: {answer.GetProperty("errors")}");
            asked += queries.Length;
            refused += codes.Count;
        }
        Assert.InRange(refused, 100, asked - 50); // some are nonsense everywhere, some only find nothing
    }

    [Fact]
    public async Task Two_hundred_cost_as_many_statements_as_one()
    {
        foreach (var (list, nested) in new Dictionary<string, string>
        {
            ["orders(filter: { statuses: [DELIVERED] }, first: N)"] = """
                lines { item { name } } allocations { location { name } } shipments { location { name } allocations { line } order { version } }
                holds { kind } decisions { reasons { reason } } total { amount } units
                """,
            ["shipments(filter: { statuses: [DELIVERED] }, first: N)"] = "order { lines { sku } } location { name } allocations { line location { name } }",
            ["items(first: N)"] = "stock { quantity location { name } }",
            ["stockLedger(first: N)"] = "item { stock { lot } } location { name }",
        })
        {
            var costs = new List<double>();
            foreach (var size in (int[])[1, 200])
            {
                var before = await hub.MetricAsync("ecomintel_graphql_statements_total");
                var field = list.Replace("N)", $"{size})", StringComparison.Ordinal);
                var data = await hub.Api.DataAsync($"{{ list: {field} {{ nodes {{ __typename {nested} }} }} }}");
                var nodes = data.GetProperty("list").GetProperty("nodes");
                Assert.InRange(nodes.GetArrayLength(), size == 1 ? 1 : 140, size);
                costs.Add(await hub.MetricAsync("ecomintel_graphql_statements_total") - before);
            }
            Assert.True(costs[0] == costs[1] && costs[0] is > 2 and < 15, $"{list}: {costs[0]} statements for one, {costs[1]} for 200");
        }
    }
}
