namespace EcomIntel.Core.Checks;

/// <summary>
/// The same figure asked of both databases: PostgreSQL's tables and ClickHouse's facts. Both statements give rows of text, a key and then figures; the two lists must be equal.
/// </summary>
internal static class StoreComparisons
{
    public static readonly IReadOnlyList<(string Name, string Says, string Postgres, string ClickHouse)> All =
    [
        ("facts_orders", "orders by status, with units, waiting units and value",
            """
            SELECT o.status::text AS key, concat_ws(' ', count(*), sum(l.units), sum(l.waiting), to_char(sum(l.value), 'FM999999999999999999990.0000'), sum(o.version))
            FROM orders o JOIN (
                SELECT order_id, sum(ordered - cancelled) AS units, sum(ordered - cancelled - sourced) AS waiting, sum((ordered - cancelled) * price) AS value
                FROM order_lines GROUP BY order_id) l USING (order_id)
            GROUP BY o.status ORDER BY o.status::text
            """,
            """
            SELECT toString(status) AS key, concat(toString(count()), ' ', toString(sum(units)), ' ', toString(sum(waiting_units)), ' ', toDecimalString(sum(value), 4), ' ', toString(sum(version)))
            FROM orders FINAL GROUP BY status ORDER BY key
            """),
        ("facts_lines_due", "lines due, by month of promise",
            """
            SELECT to_char(o.promised_at AT TIME ZONE 'UTC', 'YYYY-MM') AS key, count(*)::text
            FROM order_lines l JOIN orders o USING (order_id) WHERE l.due GROUP BY key ORDER BY key
            """,
            """
            SELECT formatDateTime(promised_at, '%Y-%m') AS key, toString(sum(due)) FROM line_facts GROUP BY key HAVING sum(due) <> 0 ORDER BY key
            """),
        ("facts_lines_due_rollup", "the same from the rollup",
            """
            SELECT to_char(o.promised_at AT TIME ZONE 'UTC', 'YYYY-MM') AS key, count(*)::text
            FROM order_lines l JOIN orders o USING (order_id) WHERE l.due GROUP BY key ORDER BY key
            """,
            """
            SELECT formatDateTime(toDateTime64(day, 0, 'UTC'), '%Y-%m') AS key, toString(sum(due)) FROM line_fill_daily GROUP BY key HAVING sum(due) <> 0 ORDER BY key
            """),
        ("facts_shipments", "shipments by location, with units",
            """
            SELECT s.location AS key, concat_ws(' ', count(*), sum(u.units))
            FROM shipments s JOIN (SELECT shipment_id, sum(quantity) AS units FROM allocations WHERE status = 'RELEASED' GROUP BY shipment_id) u USING (shipment_id)
            WHERE s.shipped_at IS NOT NULL GROUP BY s.location ORDER BY s.location
            """,
            """
            SELECT toString(location) AS key, concat(toString(sum(shipment_daily.shipments)), ' ', toString(sum(shipment_daily.units))) FROM shipment_daily GROUP BY location ORDER BY key
            """),
        ("facts_stock_changes", "ledger rows and units by movement",
            """
            SELECT concat_ws('>', coalesce(from_state::text, ''), coalesce(to_state::text, '')) AS key, concat_ws(' ', count(*), sum(quantity), sum(entry))
            FROM stock_ledger GROUP BY from_state, to_state ORDER BY key
            """,
            """
            SELECT concat(from_state, '>', to_state) AS key, concat(toString(count()), ' ', toString(sum(quantity)), ' ', toString(sum(entry))) FROM stock_changes GROUP BY key ORDER BY key
            """),
        ("facts_stock_positions", "units by location and state, from the rollup",
            """
            SELECT concat_ws(' ', location, state::text) AS key, sum(quantity)::text FROM stock_balances GROUP BY location, state HAVING sum(quantity) <> 0 ORDER BY key
            """,
            """
            SELECT concat(location, ' ', state) AS key, toString(sum(quantity)) FROM stock_positions GROUP BY key HAVING sum(quantity) <> 0 ORDER BY key
            """),
        ("facts_stock_flow", "movements by month, from the rollup",
            """
            SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') AS key, concat_ws(' ', count(*), sum(quantity)) FROM stock_ledger GROUP BY key ORDER BY key
            """,
            """
            SELECT formatDateTime(toDateTime64(day, 0, 'UTC'), '%Y-%m') AS key, concat(toString(sum(movements)), ' ', toString(sum(units))) FROM stock_flow_daily GROUP BY key ORDER BY key
            """),
    ];
}
