-- Units that came back and units that shipped, by month of the shipment and in all, by channel. Of a line's units those come back first that left first: as many
-- of a shipment's as came back of the line beyond those that had left before.
WITH shipped AS (
    SELECT a.order_id, a.line, s.shipped_at, sum(a.quantity) AS units,
        sum(sum(a.quantity)) OVER (PARTITION BY a.order_id, a.line ORDER BY s.number) - sum(a.quantity) AS before
    FROM allocations a JOIN shipments s ON s.shipment_id = a.shipment_id
    WHERE a.status IN ('RELEASED', 'RESENT') AND s.shipped_at IS NOT NULL AND (s.shipped_at AT TIME ZONE 'UTC')::date <= ($1 AT TIME ZONE 'UTC')::date
    GROUP BY a.order_id, a.line, s.number, s.shipped_at),
back AS (SELECT r.order_id, l.line, sum(l.received) AS units FROM return_lines l JOIN returns r USING (return_id) GROUP BY r.order_id, l.line)
SELECT date_trunc('month', s.shipped_at AT TIME ZONE 'UTC')::date AS month, o.channel AS key,
    sum(least(s.units, greatest(0, coalesce(b.units, 0) - s.before))), sum(s.units)
FROM shipped s JOIN orders o ON o.order_id = s.order_id LEFT JOIN back b ON b.order_id = s.order_id AND b.line = s.line
GROUP BY GROUPING SETS ((1, 2), (2))
