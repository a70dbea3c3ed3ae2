namespace EcomIntel.Core.Checks;

/// <summary>As of <see cref="PostgresInvariants"/>: what lines that wait for stock are told.</summary>
internal static class SupplyInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("lines_are_told_what_they_wait_for",
            "each line that waits for stock is told the purchase order line by which as many units come as the queue wants up to it, or the next look tells it",
            """
            WITH waits AS (
                SELECT l.order_id, l.line, l.sku, l.ordered - l.cancelled - l.sourced AS units, sum(l.ordered - l.cancelled - l.sourced) OVER (
                    PARTITION BY l.sku
                    ORDER BY l.queue_tier, l.queue_promised_at, l.queue_channel_priority, l.queue_placed_at, l.order_id COLLATE "C", l.line) AS up_to
                FROM order_lines l JOIN orders o USING (order_id)
                WHERE l.ordered > l.cancelled + l.sourced AND l.backordered AND o.closed_at IS NULL AND o.reservation_ended_at IS NULL),
            comes AS (
                SELECT l.purchase_order_id, l.line, l.sku, sum(l.ordered - l.cancelled - l.closed_short - l.received) OVER (
                    PARTITION BY l.sku ORDER BY l.expected_at, l.purchase_order_id COLLATE "C", l.line) AS up_to
                FROM purchase_order_lines l JOIN purchase_orders p USING (purchase_order_id)
                WHERE p.status IN ('SENT', 'ACKNOWLEDGED') AND l.ordered > l.cancelled + l.closed_short + l.received),
            meant AS (
                SELECT w.order_id, w.line, w.sku, w.units, c.purchase_order_id, c.purchase_order_line
                FROM waits w CROSS JOIN LATERAL (
                    SELECT c.purchase_order_id, c.line AS purchase_order_line FROM comes c WHERE c.sku = w.sku AND c.up_to >= w.up_to
                    ORDER BY c.up_to LIMIT 1) c)
            SELECT format('order %s line %s: %s units wait for %s/%s, it is told %s units of %s/%s', coalesce(m.order_id, t.order_id), coalesce(m.line, t.line),
                m.units, m.purchase_order_id, m.purchase_order_line, t.quantity, t.purchase_order_id, t.purchase_order_line)
            FROM meant m FULL JOIN line_expectations t USING (order_id, line)
            WHERE (m.units, m.purchase_order_id, m.purchase_order_line) IS DISTINCT FROM (t.quantity, t.purchase_order_id, t.purchase_order_line)
                AND coalesce(m.sku, t.sku) NOT IN (SELECT sku FROM changed_supplies)
            """),
    ];
}
