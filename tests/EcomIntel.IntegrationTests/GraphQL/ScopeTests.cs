using Npgsql;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>What a caller may not see is not told in a roundabout way either.</summary>
[Collection(nameof(ApiCollection))]
public sealed class ScopeTests(ApiHub hub)
{
    [Fact]
    public async Task Not_even_that_it_is_there_is_told_of_what_is_not_for_a_role()
    {
        using var buyer = await ApiClient.CreateAsync(hub.Hub, "BUYER");
        var there = await hub.Api.DataAsync("""
            {
              orders(first: 1, filter: { waiting: false }) { nodes { id } } deadLetters(first: 1) { nodes { id } } items(first: 1) { nodes { id } }
              shipments(first: 1) { nodes { id } }
            }
            """);
        string Id(string list) => there.GetProperty(list).GetProperty("nodes")[0].GetProperty("id").GetString()!;
        var seen = await buyer.DataAsync($$"""
            {
              order: node(id: "{{Id("orders")}}") { __typename }
              shipment: node(id: "{{Id("shipments")}}") { __typename }
              letter: node(id: "{{Id("deadLetters")}}") { __typename }
              item: node(id: "{{Id("items")}}") { __typename }
            }
            """);
        Assert.Equal("""{"order":null,"shipment":null,"letter":null,"item":{"__typename":"Item"}}""", seen.GetRawText());
    }

    [Fact]
    public async Task A_buyer_reads_the_orders_and_lines_that_wait_and_no_others()
    {
        using var buyer = await ApiClient.CreateAsync(hub.Hub, "BUYER");
        var seen = await buyer.DataAsync("""
            {
              orders(first: 1000, sort: ORDER_ID, direction: ASCENDING) { totalCount nodes { orderId waitingUnits lines { line waiting } } }
              orderLines(first: 1000) { totalCount nodes { orderId line waiting order { orderId } } }
              shipped: orders(filter: { waiting: false }) { totalCount }
            }
            """);
        var wait = await hub.RowsAsync("SELECT order_id || '/' || line FROM order_lines WHERE ordered > cancelled + sourced ORDER BY order_id, line");
        Assert.NotEmpty(wait);
        var ofOrders = seen.GetProperty("orders").GetProperty("nodes").EnumerateArray()
            .SelectMany(order => order.GetProperty("lines").EnumerateArray().Select(line => $"{order.GetProperty("orderId")}/{line.GetProperty("line")}"));
        Assert.Equal(wait.Order(StringComparer.Ordinal), ofOrders.Order(StringComparer.Ordinal));
        var lines = seen.GetProperty("orderLines").GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(
            wait.Order(StringComparer.Ordinal),
            lines.Select(line => $"{line.GetProperty("orderId")}/{line.GetProperty("line")}").Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Equal(line.GetProperty("orderId").GetString(), line.GetProperty("order").GetProperty("orderId").GetString()));
        Assert.Equal(wait.Count, seen.GetProperty("orderLines").GetProperty("totalCount").GetInt32());
        Assert.Equal(0, seen.GetProperty("shipped").GetProperty("totalCount").GetInt32());

        var done = (await hub.RowsAsync("SELECT order_id FROM order_lines GROUP BY 1 HAVING sum(ordered - cancelled - sourced) = 0 ORDER BY 1 LIMIT 1"))[0];
        Assert.Equal("""{"order":null}""", (await buyer.DataAsync($$"""{ order(orderId: "{{done}}") { status } }""")).GetRawText());
        string[] refused =
        [
            "orders(first: 1) { nodes { customer } }", "orders(first: 1) { nodes { total { amount } } }", "orders(first: 1) { nodes { allocations { line } } }",
            "orders(first: 1) { nodes { holds { kind } } }", "orderLines(first: 1) { nodes { price { amount } } }", "shipments(first: 1) { nodes { id } }",
            "orders(filter: { holds: [MANUAL] }) { totalCount }", "orders(filter: { locations: [\"wh-north\"] }) { totalCount }",
        ];
        foreach (var query in refused)
            Assert.Equal(["FORBIDDEN"], await buyer.CodesAsync($"{{ {query} }}"));
    }

    [Fact]
    public async Task A_storefronts_key_reads_what_it_may_sell_and_nothing_of_where_that_stands()
    {
        using var storefront = await ApiClient.CreateAsync(hub.Hub, "SERVICE", channels: ["web"]);
        var seen = await storefront.DataAsync("{ items(first: 1000) { nodes { sku sellable } } }");
        var own = await hub.RowsAsync("""
            SELECT i.sku || ' ' || CASE WHEN i.active THEN greatest(0,
                coalesce((SELECT sum(b.quantity) FROM stock_balances b WHERE b.sku = i.sku AND b.state = 'available'
                    AND b.location IN (SELECT location FROM locations WHERE active)), 0)
                - coalesce((SELECT sum(l.ordered - l.cancelled - l.sourced) FROM order_lines l WHERE l.sku = i.sku), 0)) ELSE 0 END
            FROM items i ORDER BY 1
            """);
        Assert.Contains(own, row => row.EndsWith(" 0", StringComparison.Ordinal));
        Assert.Contains(own, row => !row.EndsWith(" 0", StringComparison.Ordinal));
        var told = seen.GetProperty("items").GetProperty("nodes").EnumerateArray().Select(item => $"{item.GetProperty("sku")} {item.GetProperty("sellable")}");
        Assert.Equal(own.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        foreach (var query in (string[])["items(first: 1) { nodes { stock { quantity } } }", "stockPositions(first: 1) { nodes { quantity } }"])
            Assert.Equal(["FORBIDDEN"], await storefront.CodesAsync($"{{ {query} }}"));
        using var warehouse = await ApiClient.CreateAsync(hub.Hub, "WAREHOUSE", locations: ["wh-north"]);
        Assert.Equal(["FORBIDDEN"], await warehouse.CodesAsync("{ items(first: 1) { nodes { sellable } } }"));
    }

    [Fact]
    public async Task A_warehouses_key_reads_the_KPIs_of_its_own_location_and_of_no_other()
    {
        var here = (await hub.RowsAsync("SELECT location FROM shipments GROUP BY location ORDER BY count(*) DESC LIMIT 1"))[0];
        using var warehouse = await ApiClient.CreateAsync(hub.Hub, "WAREHOUSE", locations: [here]);
        const string figures = """
            query ($filter: [KpiFilter!]!) {
              lost: kpi(name: "lost_shipment_rate") { figures(groupBy: ["location"], filter: $filter) { points { dimensions numerator denominator } } }
              stock: kpi(name: "stock_on_hand_at_cost") {
                figures(from: "2024-01-08", last: "2024-01-28", grain: DAY, filter: $filter) { points { period amount { amount } } }
              }
            }
            """;
        var own = new[] { new { dimension = "location", values = new[] { here } } };
        var wanted = (await hub.Api.DataAsync(figures, new { filter = own })).GetRawText();
        Assert.Contains($"[\"{here}\"]", wanted, StringComparison.Ordinal);
        Assert.Equal(wanted, (await warehouse.DataAsync(figures, new { filter = Array.Empty<object>() })).GetRawText());

        // An order counts under each of its locations; those of others are not told.
        const string aging = """{ kpi(name: "order_aging") { figures(groupBy: ["location"]) { points { dimensions numerator } } } }""";
        var all = Places(await hub.Api.DataAsync(aging));
        Assert.True(all.Count > 1);
        Assert.Equal(all.Where(place => place.StartsWith($"[\"{here}\"]", StringComparison.Ordinal)), Places(await warehouse.DataAsync(aging)));
        Assert.Equal(["FORBIDDEN"], await warehouse.CodesAsync("""{ kpi(name: "line_fill_rate") { figures { asOf } } }"""));
        Assert.Equal(["FORBIDDEN"], await warehouse.CodesAsync("""{ kpi(name: "lost_shipment_rate") { rows { nodes { cells { name } } } } }"""));

        static List<string> Places(System.Text.Json.JsonElement data) =>
        [
            .. data.GetProperty("kpi").GetProperty("figures").GetProperty("points").EnumerateArray()
                .Select(point => $"{point.GetProperty("dimensions").GetRawText()} {point.GetProperty("numerator")}"),
        ];
    }

    [Fact]
    public async Task While_190_counts_of_one_caller_wait_another_gets_its_answers()
    {
        using var other = await ApiClient.CreateAsync(hub.Hub, "PLANNER");
        var aliases = string.Join(' ', Enumerable.Range(0, 190).Select(number => $"c{number}: orders(first: 0) {{ totalCount }}"));
        // Reading orders waits until the test lets go of them: what the other sees meanwhile is no matter of time.
        Task<System.Text.Json.JsonElement> hog;
        await using (var connection = await hub.Tables.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var take = new NpgsqlCommand("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", connection, transaction))
                await take.ExecuteNonQueryAsync();
            hog = hub.Api.AskAsync($"{{ {aliases} }}");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (int.Parse((await hub.RowsAsync(Waiting))[0], System.Globalization.CultureInfo.InvariantCulture) < 20)
                await Task.Delay(20, patience.Token);
            await Task.Delay(200); // as many as may
            Assert.InRange(int.Parse((await hub.RowsAsync(Waiting))[0], System.Globalization.CultureInfo.InvariantCulture), 20, 60);
            var seen = await other.DataAsync("{ items(first: 1) { totalCount nodes { sku } } locations { location } shipmentsOf: node(id: \"x\") { id } }");
            Assert.NotEqual(0, seen.GetProperty("items").GetProperty("totalCount").GetInt32());
            Assert.False(hog.IsCompleted);
        }
        Assert.Equal(190, (await hog).GetProperty("data").EnumerateObject().Count());
    }

    private const string Waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'orders'::regclass";

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
              kpiTicks(name: "on_time_delivery", groupBy: ["country"], filter: [{ dimension: "country", values: $of }]) { points { dimensions } }
            }
            """;
        var countries = await hub.RowsAsync("SELECT country FROM orders WHERE status = 'DELIVERED' GROUP BY country ORDER BY count(*) DESC, country LIMIT 2");
        await using var one = await ApiSocket.ConnectAsync(hub.Api);
        await one.SubscribeAsync("one", ticks, new { of = new[] { string.Join('\u001d', countries) } });
        Assert.Contains("\"points\":[]", await one.ReceiveAsync(), StringComparison.Ordinal);
        await using var other = await ApiSocket.ConnectAsync(hub.Api);
        await other.SubscribeAsync("other", ticks, new { of = countries });
        Assert.Contains($"\"{countries[0]}\"", await other.ReceiveAsync(), StringComparison.Ordinal);
    }
}
