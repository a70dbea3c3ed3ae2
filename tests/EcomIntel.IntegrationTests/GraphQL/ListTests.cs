using System.Text.Json;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>Every list shows what the tables hold, in its order, however it is filtered and paged.</summary>
[Collection(nameof(ApiCollection))]
public sealed class ListTests(ApiHub hub)
{
    public static TheoryData<string> Lists => [.. ListCase.All.Select(list => list.Field)];

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Shows_what_the_tables_hold(string field)
    {
        var list = ListCase.All.Single(known => known.Field == field);
        var known = await hub.KnownAsync();
        var random = new Random(7);
        var whole = 0;
        foreach (var (sort, order) in list.Orders)
            foreach (var direction in (string[])["ASCENDING", "DESCENDING"])
            {
                var wanted = await RowsAsync(list, "true", order, direction);
                whole = wanted.Count;
                Assert.True(whole > 20, $"{field} has {whole} rows");
                var arguments = Arguments(null, sort, direction);
                Same($"{field} {sort} {direction}", wanted, await PagesAsync(list, arguments, random, backward: false, wanted.Count));
                Same($"{field} {sort} {direction} backwards", wanted, await PagesAsync(list, arguments, random, backward: true, wanted.Count));
            }
        foreach (var (given, sql) in list.Filters)
        {
            var (filter, where) = (Filled(given, known), Filled(sql, known));
            var (sort, order) = list.Orders.ElementAt(random.Next(list.Orders.Count));
            var direction = random.Next(2) == 0 ? "ASCENDING" : "DESCENDING";
            var wanted = await RowsAsync(list, where, order, direction);
            Assert.True(wanted.Count > 0 && wanted.Count < whole, $"{field}({filter}) leaves {wanted.Count} of {whole}: it shows nothing");
            Same($"{field}({filter})", wanted, await PagesAsync(list, Arguments(filter, sort, direction), random, random.Next(2) == 0, wanted.Count));
        }
    }

    [Fact]
    public async Task Positions_that_have_none_left_are_shown_where_asked_for()
    {
        var all = await AllAsync("stockPositions", "filter: { empty: true }", "sku lot state quantity location { location }");
        var wanted = await hub.RowsAsync("""
            SELECT jsonb_build_object(
                'sku', sku, 'lot', lot, 'state', upper(state::text), 'quantity', quantity, 'location', jsonb_build_object('location', location))::text
            FROM stock_balances ORDER BY sku, location, lot, state
            """);
        Assert.Contains(all, position => position.GetProperty("quantity").GetInt64() == 0);
        Same("stockPositions", [.. wanted.Select(Canonical.Of)], [.. all.Select(Canonical.Of)]);
    }

    [Fact]
    public async Task What_comes_in_between_the_pages_moves_nothing()
    {
        var before = await hub.RowsAsync("SELECT order_id FROM orders ORDER BY promised_at, order_id");
        var random = new Random(8);
        try
        {
            var (seen, cursor, pages) = (new List<string>(), (string?)null, 0);
            do
            {
                var arguments = $"first: {random.Next(1, 40)}, after: $after, sort: PROMISED_AT, direction: ASCENDING";
                var data = await hub.Api.DataAsync(
                    $"query ($after: String) {{ orders({arguments}) {{ nodes {{ orderId }} pageInfo {{ hasNextPage endCursor }} }} }}",
                    new { after = cursor });
                var page = data.GetProperty("orders");
                seen.AddRange(page.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("orderId").GetString()!));
                var info = page.GetProperty("pageInfo");
                cursor = info.GetProperty("hasNextPage").GetBoolean() ? info.GetProperty("endCursor").GetString() : null;
                await hub.RowsAsync($"""
                    INSERT INTO orders (order_id, version, status, channel, currency, tier, ship_complete, placed_at, promised_at)
                    SELECT 'inserted-{pages++}-' || number, 1, 'CAPTURED', 'web', 'GBP', 5, false, min(placed_at),
                        min(promised_at) + (max(promised_at) - min(promised_at)) * random()
                    FROM orders, generate_series(1, 9) number GROUP BY number
                    """);
            }
            while (cursor is not null);
            Assert.True(pages > 5);
            Assert.Equal(seen.Count, seen.Distinct().Count());
            Assert.Equal(before, seen.Where(id => !id.StartsWith("inserted-", StringComparison.Ordinal)));
            Assert.True(seen.Count > before.Count, "nothing that was inserted ahead was seen");
        }
        finally
        {
            await hub.RowsAsync("DELETE FROM orders WHERE order_id LIKE 'inserted-%'");
        }
    }

    [Fact]
    public async Task Places_and_channels_and_counts_of_dead_letters_are_those_of_the_tables()
    {
        var data = await hub.Api.DataAsync("""
            {
              locations { id location name kind priority country active updatedAt }
              channels { channel name priority updatedAt }
              deadLetterCounts { status reason type count }
            }
            """);
        foreach (var (field, sql) in new Dictionary<string, string>
        {
            ["locations"] = """
                SELECT jsonb_build_object(
                    'id', translate(encode(convert_to('Location:' || location, 'UTF8'), 'base64'), E'+/=\n', '-_'), 'location', location,
                    'name', name, 'kind', replace(upper(kind), '3PL', 'THIRD_PARTY'), 'priority', priority, 'country', country,
                    'active', active, 'updatedAt', updated_at)::text
                FROM locations ORDER BY priority, location
                """,
            ["channels"] = """
                SELECT jsonb_build_object('channel', channel, 'name', name, 'priority', priority, 'updatedAt', updated_at)::text
                FROM channels ORDER BY priority, channel
                """,
            ["deadLetterCounts"] = """
                SELECT jsonb_build_object('status', upper(status), 'reason', reason, 'type', type, 'count', count(*))::text
                FROM dead_letters GROUP BY status, reason, type ORDER BY count(*) DESC, status, reason, type
                """,
        })
        {
            var wanted = await hub.RowsAsync(sql);
            Assert.NotEmpty(wanted);
            Same(field, [.. wanted.Select(Canonical.Of)], [.. data.GetProperty(field).EnumerateArray().Select(Canonical.Of)]);
        }
    }

    [Fact]
    public async Task Whatever_has_an_id_is_found_by_it_and_by_its_own_key()
    {
        var data = await hub.Api.DataAsync("""
            {
              orders(first: 1) { nodes { id orderId version } }
              shipments(first: 1) { nodes { id shipmentId status } }
              items(last: 1) { nodes { id sku name } }
              locations { id location name }
              deadLetters(first: 1) { nodes { id number detail } }
              suppliers(first: 1) { nodes { id supplierId name } }
              purchaseOrders(first: 1) { nodes { id purchaseOrderId status } }
              receipts(first: 1) { nodes { id receiptId version } }
              supplierClaims(first: 1) { nodes { id claimId status } }
              invoices(first: 1) { nodes { id invoiceId status } }
              replenishmentProposals(first: 1) { nodes { id proposalId why } }
            }
            """);
        JsonElement First(string list) => data.GetProperty(list).GetProperty("nodes")[0];
        foreach (var (type, thing, key, argument) in new[]
        {
            ("Order", First("orders"), "orderId", "order(orderId: $key)"),
            ("Shipment", First("shipments"), "shipmentId", "shipment(shipmentId: $key)"),
            ("Item", First("items"), "sku", "item(sku: $key)"),
            ("Location", data.GetProperty("locations")[0], "location", "location(location: $key)"),
            ("DeadLetter", First("deadLetters"), "id", "deadLetter(id: $key)"),
            ("Supplier", First("suppliers"), "supplierId", "supplier(supplierId: $key)"),
            ("PurchaseOrder", First("purchaseOrders"), "purchaseOrderId", "purchaseOrder(purchaseOrderId: $key)"),
            ("Receipt", First("receipts"), "receiptId", "receipt(receiptId: $key)"),
            ("SupplierClaim", First("supplierClaims"), "claimId", "supplierClaim(claimId: $key)"),
            ("Invoice", First("invoices"), "invoiceId", "invoice(invoiceId: $key)"),
            ("ReplenishmentProposal", First("replenishmentProposals"), "proposalId", "replenishmentProposal(proposalId: $key)"),
        })
        {
            var fields = string.Join(' ', thing.EnumerateObject().Select(property => property.Name));
            var kind = type == "DeadLetter" ? "ID!" : "String!";
            var found = await hub.Api.DataAsync(
                $"query ($id: ID!, $key: {kind}) {{ node(id: $id) {{ __typename ... on {type} {{ {fields} }} }} own: {argument} {{ {fields} }} }}",
                new { id = thing.GetProperty("id").GetString(), key = thing.GetProperty(key).GetString() });
            Assert.Equal(type, found.GetProperty("node").GetProperty("__typename").GetString());
            Assert.Equal(Canonical.Of(thing), Canonical.Of(found.GetProperty("own")));
            foreach (var property in thing.EnumerateObject())
                Assert.Equal(property.Value.GetRawText(), found.GetProperty("node").GetProperty(property.Name).GetRawText());
        }
        foreach (var nothing in (string[])["", "nothing", "T3JkZXI6bm9wZQ", "Q2hhbm5lbDp3ZWI", "RGVhZExldHRlcjp4"])
        {
            var found = await hub.Api.DataAsync("query ($id: ID!) { node(id: $id) { id } }", new { id = nothing });
            Assert.Equal(JsonValueKind.Null, found.GetProperty("node").ValueKind);
        }
    }

    [Fact]
    public async Task Freshness_is_how_far_the_hub_has_come()
    {
        const string query = "{ freshness { now clock topics { topic newest appliedAt seconds } analytics { decided counted behind at } } }";
        var freshness = (await hub.Api.DataAsync(query)).GetProperty("freshness");
        Assert.Equal(Canonical.Of((await hub.RowsAsync("SELECT to_json(now)::text FROM business_clock"))[0]), Canonical.Of(freshness.GetProperty("now")));
        Assert.Equal("STREAM", freshness.GetProperty("clock").GetString());
        var decided = (await hub.RowsAsync("SELECT count(*) FROM outbox"))[0];
        string Analytics(string field) => freshness.GetProperty("analytics").GetProperty(field).GetRawText();
        Assert.Equal((decided, decided, "0"), (Analytics("decided"), Analytics("counted"), Analytics("behind")));
        var topics = await hub.RowsAsync("""
            SELECT jsonb_build_object(
                'topic', topic, 'newest', newest, 'appliedAt', at,
                'seconds', trim_scale(extract(epoch FROM (SELECT now FROM business_clock) - newest)))::text
            FROM topic_freshness ORDER BY topic
            """);
        Same("topics", [.. topics.Select(Canonical.Of)], [.. freshness.GetProperty("topics").EnumerateArray().Select(Canonical.Of)]);
    }

    private static string Arguments(string? filter, string sort, string direction) =>
        $"direction: {direction}{(sort.Length > 0 ? $", sort: {sort}" : "")}{(filter is null ? "" : $", filter: {{ {filter} }}")}";

    private static string Filled(string text, IReadOnlyDictionary<string, string> known) => known
        .OrderByDescending(value => value.Key.Length)
        .Aggregate(text, (filled, value) => filled.Replace("$" + value.Key, value.Value, StringComparison.Ordinal));

    private async Task<List<string>> RowsAsync(ListCase list, string where, string order, string direction)
    {
        var orderBy = order.Replace("{d}", direction == "ASCENDING" ? "ASC" : "DESC", StringComparison.Ordinal);
        var rows = await hub.RowsAsync($"SELECT ({list.Row})::text FROM {list.From} WHERE {where} ORDER BY {orderBy}");
        return [.. rows.Select(Canonical.Of)];
    }

    /// <summary>All of a list in pages of random sizes, from either end; what a page says of its neighbours must be so.</summary>
    private async Task<List<string>> PagesAsync(ListCase list, string arguments, Random random, bool backward, int count)
    {
        var rows = new List<string>();
        string? cursor = null;
        while (true)
        {
            var size = random.Next(1, Math.Max(4, Math.Min(1_000, count / 2)));
            var paging = backward ? "last: $size, before: $cursor" : "first: $size, after: $cursor";
            const string pageInfo = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
            var fields = $"edges {{ cursor node {{ {list.Selection} }} }} {(list.Counts ? "totalCount" : "")} {pageInfo}";
            var data = await hub.Api.DataAsync(
                $"query ($size: Int!, $cursor: String) {{ {list.Field}({arguments}, {paging}) {{ {fields} }} }}", new { size, cursor });
            var page = data.GetProperty(list.Field);
            var edges = page.GetProperty("edges").EnumerateArray().ToList();
            var here = edges.ConvertAll(edge => Canonical.Of(WithoutVersion(list, edge.GetProperty("node"))));
            Assert.Equal(Math.Min(size, count - rows.Count), here.Count);
            rows.InsertRange(backward ? 0 : rows.Count, here);
            if (list.Counts)
                Assert.Equal(count, page.GetProperty("totalCount").GetInt32());
            var info = page.GetProperty("pageInfo");
            var more = info.GetProperty(backward ? "hasPreviousPage" : "hasNextPage").GetBoolean();
            Assert.Equal(cursor is not null, info.GetProperty(backward ? "hasNextPage" : "hasPreviousPage").GetBoolean());
            Assert.Equal(rows.Count < count, more);
            Assert.Equal(edges[0].GetProperty("cursor").GetString(), info.GetProperty("startCursor").GetString());
            Assert.Equal(edges[^1].GetProperty("cursor").GetString(), info.GetProperty("endCursor").GetString());
            if (!more)
                return rows;
            cursor = info.GetProperty(backward ? "startCursor" : "endCursor").GetString();
        }
    }

    /// <summary>A dead letter's version is opaque: there is no other source to compare it with.</summary>
    private static JsonElement WithoutVersion(ListCase list, JsonElement node)
    {
        if (list.Field != "deadLetters")
            return node;
        var properties = node.EnumerateObject().Where(property => property.Name != "version");
        return JsonSerializer.SerializeToElement(properties.ToDictionary(property => property.Name, property => property.Value));
    }

    private async Task<List<JsonElement>> AllAsync(string field, string arguments, string selection)
    {
        var data = await hub.Api.DataAsync($"{{ {field}({arguments}, first: 1000) {{ nodes {{ {selection} }} }} }}");
        return [.. data.GetProperty(field).GetProperty("nodes").EnumerateArray()];
    }

    private static void Same(string what, IReadOnlyList<string> wanted, IReadOnlyList<string> shown)
    {
        var place = wanted.Zip(shown).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(place == wanted.Count && wanted.Count == shown.Count,
            $"{what}: {shown.Count} rows, and {wanted.Count} in the tables; the first that differs is {place + 1}\n"
            + $"  shown: {shown.ElementAtOrDefault(place)}\n  held:  {wanted.ElementAtOrDefault(place)}");
    }
}
