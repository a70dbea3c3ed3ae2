using EcomIntel.Core.Checks;

namespace EcomIntel.IntegrationTests.Cases;

/// <summary>The right end of each recorded case, as its page tells it: what a query over PostgreSQL must give, line by line.</summary>
internal static class CaseEnds
{
    private const string OpenHolds = "SELECT count(*) FROM holds WHERE released_at IS NULL";
    private const string Orders = "SELECT order_id, status FROM orders ORDER BY order_id";
    private const string OnHand = "SELECT coalesce(sum(quantity), 0) FROM stock_balances WHERE state <> 'in_transit'";
    private const string Sourced = "SELECT order_id, sum(sourced) FROM order_lines GROUP BY order_id ORDER BY order_id";
    private const string Letters = "SELECT reason FROM dead_letters WHERE status IN ('open', 'waiting')";
    private const string Categories = "SELECT DISTINCT category FROM exception_cases ORDER BY category";

    /// <summary>In every order of arrival.</summary>
    public static IReadOnlyDictionary<string, (string Sql, string[] Lines)[]> Always { get; } = new Dictionary<string, (string, string[])[]>
    {
        ["02"] = [(Orders, ["O-7|RELEASED"]), (OpenHolds, ["0"])],
        ["03"] = [(Orders, ["O-3|RELEASED"]), (OpenHolds, ["0"]), (Letters, [])],
        ["04"] = [(Orders, ["O-4|ALLOCATED"]), (OpenHolds, ["1"]), ("SELECT count(*) FROM shipments", ["0"])],
        ["06"] =
        [
            ("SELECT status FROM orders WHERE order_id = 'O-6'", ["SHIPPED"]), (OnHand, ["1"]),
            ("SELECT sum(sourced) FROM order_lines WHERE order_id = 'O-6B'", ["1"]),
            ("SELECT requested FROM return_lines WHERE return_id = 'R-6'", ["2"]), (Categories, ["order.shipped_after_cancel"]), (Letters, []),
        ],
        ["08"] = [(Orders, ["O-8|RELEASED", "O-8B|RELEASED"]), (Letters, [])],
        ["09"] = [(Orders, ["O-9|BACKORDERED"]), (Sourced, ["O-9|0"]), ("SELECT count(*) FROM shipments", ["0"])],
        ["12"] =
        [
            ("SELECT location, state, quantity FROM stock_balances WHERE quantity > 0 ORDER BY location COLLATE \"C\"",
                ["bergen|return_pending|1", "oslo|available|2"]),
            (Letters, []),
        ],
        ["14"] = [("SELECT category, money_at_risk > 0 FROM exception_cases", ["refund.over|True"])],
        ["16"] =
        [
            (Orders, ["O-16|DELIVERED"]), ("SELECT to_char(delivered_at AT TIME ZONE 'UTC', 'DD HH24:MI') FROM shipments", ["04 15:00"]),
            ("SELECT tracking FROM parcels ORDER BY tracking", ["BOX-1", "BOX-2"]),
        ],
        ["18"] = [(OnHand, ["6"]), (Sourced, ["O-18|6"])],
        ["19"] =
        [
            ("SELECT location, coalesce(sum(quantity) FILTER (WHERE state <> 'in_transit'), 0), sum(quantity) FILTER (WHERE state = 'in_transit')"
                + " FROM stock_balances WHERE quantity > 0 GROUP BY location", ["bergen|5|5"]),
            (Sourced, ["O-19|5"]), ("SELECT category, detail LIKE '%T-1%' FROM exception_cases WHERE category LIKE 'transfer%'", ["transfer.over|True"]),
        ],
        ["26"] = [(OnHand, ["10"])],
        ["27"] = [(Orders, ["O-27|RELEASED"])],
        ["28"] = [(OnHand, ["1"]), (Letters, [])],
        ["29"] = [(Orders, ["O-29|RELEASED"]), (Letters, [])],
        ["33"] = [("SELECT shipment_id, sum(quantity) FROM allocations GROUP BY shipment_id", ["O-33-S1|2"])],
        ["36"] = [("SELECT price = 0.15 FROM order_lines", ["True"]), (Letters, [])],
        ["37"] = [("SELECT location, sum(quantity) FROM allocations GROUP BY location ORDER BY location COLLATE \"C\"", ["bergen|1", "oslo|1"])],
        ["40"] = [("SELECT category, subject, location FROM exception_cases", ["inventory.variance|lamp|oslo"])],
    };

    /// <summary>Besides, where time moves with the file.</summary>
    public static IReadOnlyDictionary<string, (string Sql, string[] Lines)[]> Replayed { get; } = new Dictionary<string, (string, string[])[]>
    {
        ["02"] = [(ReleasedAt, ["O-7-S1|oslo|13:00"])],
        // Its page has 10:00, the next full hour: it is older than the rule that an order that was freed waits seconds for a round (policy releaseWithin).
        ["03"] =
        [
            ("SELECT released_at BETWEEN placed_at AND placed_at + interval '5 seconds' FROM shipments JOIN orders USING (order_id)", ["True"]),
        ],
        ["08"] = [(ReleasedAt, ["O-8-S1|oslo|10:00", "O-8-S2|oslo|12:00", "O-8B-S1|oslo|12:00"])],
        ["27"] =
        [
            ("SELECT to_char(now AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM business_clock", ["2026-03-02 11:00"]),
            ("SELECT count(*) FROM order_lines JOIN orders USING (order_id) CROSS JOIN business_clock c WHERE due AND promised_at <= c.now", ["0"]),
        ],
        ["33"] = [(ReleasedAt, ["O-33-S1|oslo|10:00"])],
    };

    /// <summary>Besides, where each event is heard by itself.</summary>
    public static IReadOnlyDictionary<string, (string Sql, string[] Lines)[]> Live { get; } = new Dictionary<string, (string, string[])[]>
    {
        ["27"] = [(Letters, ["time_out_of_range"])],
    };

    private const string ReleasedAt =
        "SELECT shipment_id, location, to_char(released_at AT TIME ZONE 'UTC', 'HH24:MI') FROM shipments ORDER BY shipment_id COLLATE \"C\"";

    /// <param name="ends">Of <see cref="Always"/> and the others.</param>
    public static async Task AssertAsync(
        Processing.Database database, string number, string how, params IReadOnlyDictionary<string, (string Sql, string[] Lines)[]>[] ends)
    {
        await AssertEndAsync(database, number, how, ends);
        foreach (var (name, _, sql) in PostgresInvariants.All)
            Assert.True((await database.QueryAsync(sql)) is { Count: 0 }, $"{number}, {how}: {name}: {string.Join("; ", await database.QueryAsync(sql))}");
    }

    /// <summary>Without what must hold of any database.</summary>
    /// <inheritdoc cref="AssertAsync"/>
    public static async Task AssertEndAsync(
        Processing.Database database, string number, string how, params IReadOnlyDictionary<string, (string Sql, string[] Lines)[]>[] ends)
    {
        foreach (var (sql, lines) in ends.SelectMany(end => end.GetValueOrDefault(number) ?? []))
            Assert.True(lines.SequenceEqual(await database.QueryAsync(sql)),
                $"{number}, {how}: {sql}\nwanted {string.Join(", ", lines)}\ngot {string.Join(", ", await database.QueryAsync(sql))}");
    }
}
