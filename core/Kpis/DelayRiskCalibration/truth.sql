-- Late lines less what was foretold of them first, their sum and number, by month of the day by which they are judged and in all, by supplier.
WITH judged AS (
    SELECT o.supplier_id, r.first_probability AS foretold, d.over, l.withdrawn_at, l.full_at,
        CASE WHEN l.full_at IS NOT NULL THEN l.full_at WHEN l.status = 'CLOSED_SHORT' THEN l.last_received_at END AS came,
        r.first_against AS against
    FROM delay_risks r
    JOIN purchase_order_lines l USING (purchase_order_id, line)
    JOIN purchase_orders o USING (purchase_order_id)
    CROSS JOIN LATERAL (SELECT date_trunc('day', r.first_against, 'UTC') + interval '24 hours' AS over) d
    WHERE d.over <= $1 AND r.first_at <= $1 AND (l.received > 0 OR l.ordered > l.cancelled + l.closed_short)),
counted AS (
    SELECT supplier_id, against, 100 * ((CASE WHEN came < over THEN 0 ELSE 1 END) - foretold) AS beyond
    FROM judged WHERE NOT (coalesce(withdrawn_at < over, false) AND NOT coalesce(full_at <= withdrawn_at, false)))
SELECT date_trunc('month', against AT TIME ZONE 'UTC')::date AS month, supplier_id AS key, sum(beyond), count(*)
FROM counted GROUP BY GROUPING SETS ((1, 2), (2))
