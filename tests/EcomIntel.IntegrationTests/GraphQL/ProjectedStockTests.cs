using System.Globalization;
using System.Text.Json;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>Stock by day, held to SQL of its own over the same rows.</summary>
[Collection(nameof(ApiCollection))]
public sealed class ProjectedStockTests(ApiHub hub)
{
    /// <summary>Of a pair: each day's orders and inbound, and what is left at its end.</summary>
    private const string Days = """
        WITH today AS (SELECT (now AT TIME ZONE 'UTC')::date AS day FROM business_clock),
        daily AS (
            SELECT round(d.units::numeric / greatest(least(r.rolled_until - d.first_day, r.window_days), 14), 4) AS units
            FROM demand_sums d, replenishment_state r WHERE d.sku = '{0}' AND d.location = '{1}'),
        due AS (
            SELECT greatest((coalesce(o.current_promise_at, o.promised_at) AT TIME ZONE 'UTC')::date, today.day) AS day,
                l.ordered - l.cancelled - l.sourced AS units
            FROM order_lines l JOIN orders o USING (order_id), today
            WHERE l.sku = '{0}' AND '{1}' = 'wh-midlands' AND l.ordered > l.cancelled + l.sourced AND o.reservation_ended_at IS NULL),
        inbound AS (
            SELECT CASE WHEN e.day < today.day THEN today.day + 1 ELSE e.day END AS day, e.units FROM today, (
                SELECT (l.expected_at AT TIME ZONE 'UTC')::date AS day, l.ordered - l.cancelled - l.closed_short - l.received AS units
                FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
                WHERE l.sku = '{0}' AND o.location = '{1}' AND o.status IN ('SENT', 'ACKNOWLEDGED')
                UNION ALL
                SELECT (dispatched_at AT TIME ZONE 'UTC')::date + 3, dispatched - received - lost - short FROM transfers
                WHERE sku = '{0}' AND to_location = '{1}' AND dispatched > received + lost + short) e)
        SELECT concat_ws(' ', today.day + n, (SELECT coalesce(sum(units), 0) FROM due WHERE due.day = today.day + n),
            (SELECT coalesce(sum(units), 0) FROM inbound WHERE inbound.day = today.day + n), trim_scale(
                (SELECT coalesce(sum(quantity), 0) FROM stock_balances WHERE sku = '{0}' AND location = '{1}' AND state = 'available')
                - (n + 1) * coalesce((SELECT units FROM daily), 0) - (SELECT coalesce(sum(units), 0) FROM due WHERE due.day <= today.day + n)
                + (SELECT coalesce(sum(units), 0) FROM inbound WHERE inbound.day <= today.day + n)))
        FROM today, generate_series(0, 39) n ORDER BY n
        """;

    [Fact]
    public async Task Each_day_is_what_the_tables_say()
    {
        // What waits, what is inbound, what neither.
        var pairs = await hub.RowsAsync("""
            (SELECT p.sku || ' ' || p.location FROM projected_outs p ORDER BY p.orders DESC, p.sku LIMIT 3)
            UNION (SELECT l.sku || ' ' || o.location FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
                WHERE o.status IN ('SENT', 'ACKNOWLEDGED') AND l.ordered > l.cancelled + l.closed_short + l.received ORDER BY 1 LIMIT 3)
            UNION (SELECT sku || ' ' || location FROM stock_balances WHERE quantity > 0 ORDER BY 1 LIMIT 3)
            """);
        Assert.True(pairs.Count > 4);
        foreach (var (sku, location) in pairs.Select(pair => pair.Split(' ')).Select(parts => (parts[0], parts[1])))
        {
            var sql = Days.Replace("{0}", sku, StringComparison.Ordinal).Replace("{1}", location, StringComparison.Ordinal);
            var wanted = await hub.RowsAsync(sql);
            var data = await hub.Api.DataAsync("""
                query ($sku: String!, $location: String!) {
                  projectedStock(sku: $sku, location: $location, days: 40) { runsOutOn days { day opening demand orders inbound closing } }
                }
                """, new { sku, location });
            var stock = data.GetProperty("projectedStock");
            var days = stock.GetProperty("days").EnumerateArray().ToList();
            Assert.Equal(wanted, days.Select(day => string.Join(' ', day.GetProperty("day").GetString(), day.GetProperty("orders").GetRawText(),
                day.GetProperty("inbound").GetRawText(), Plain(Number(day, "closing")))));
            var opening = Number(days[0], "opening");
            foreach (var day in days)
            {
                Assert.Equal(opening, Number(day, "opening"));
                opening = Number(day, "closing");
                Assert.Equal(opening, Number(day, "opening") - Number(day, "demand") - Number(day, "orders") + Number(day, "inbound"));
            }
            var first = days.Find(day => Number(day, "closing") < 0);
            Assert.Equal(first.ValueKind == JsonValueKind.Undefined ? null : first.GetProperty("day").GetString(), stock.GetProperty("runsOutOn").GetString());
        }
    }

    [Theory]
    [InlineData(false, "before_receipt")]
    [InlineData(true, "true")]
    public async Task What_runs_out_is_listed_the_worst_first(bool includeInTime, string rows)
    {
        var wanted = await hub.RowsAsync($"""
            SELECT concat_ws(' ', sku, location, looked_on, runs_out_on, coalesce(next_receipt_on::text, 'null'), lead_days, before_receipt::text, short_on,
                units_short, available, orders, inbound)
            FROM projected_outs WHERE {rows} ORDER BY runs_out_on, units_short DESC, sku, location
            """);
        Assert.True(wanted.Count > 3);
        var (seen, cursor) = (new List<string>(), (string?)null);
        do
        {
            var data = await hub.Api.DataAsync("""
                query ($after: String, $all: Boolean) {
                  projectedOuts(first: 3, after: $after, filter: { includeInTime: $all }) {
                    nodes {
                      sku location { location } lookedOn runsOutOn nextReceiptOn leadDays beforeReceipt shortOn unitsShort available orders inbound
                    }
                    pageInfo { endCursor hasNextPage }
                  }
                }
                """, new { after = cursor, all = includeInTime });
            var page = data.GetProperty("projectedOuts");
            seen.AddRange(page.GetProperty("nodes").EnumerateArray().Select(node => string.Join(' ', node.EnumerateObject().Select(property =>
                property.Name == "location" ? property.Value.GetProperty("location").GetString() : property.Value.GetRawText().Trim('"')))));
            var info = page.GetProperty("pageInfo");
            cursor = info.GetProperty("hasNextPage").GetBoolean() ? info.GetProperty("endCursor").GetString() : null;
        }
        while (cursor is not null);
        Assert.Equal(wanted, seen);
    }

    [Fact]
    public async Task What_is_not_there_has_none_and_a_horizon_has_its_limits()
    {
        var data = await hub.Api.DataAsync("""{ projectedStock(sku: "no such", location: "wh-north") { sku } }""");
        Assert.Equal(JsonValueKind.Null, data.GetProperty("projectedStock").ValueKind);
        Assert.Equal(["BAD_USER_INPUT"], await hub.Api.CodesAsync("""{ projectedStock(sku: "20000", location: "wh-north", days: 366) { sku } }"""));
    }

    private static decimal Number(JsonElement json, string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.String } text
        ? decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture) : json.GetProperty(name).GetDecimal();

    private static string Plain(decimal number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
