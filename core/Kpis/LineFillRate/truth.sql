-- Lines filled and lines due, by month of the promise and in all. Of a line of which units were sent again, what was so before that counts.
WITH shipped AS (
    SELECT a.order_id, a.line, sum(a.quantity) AS units
    FROM allocations a JOIN shipments s ON s.shipment_id = a.shipment_id
    WHERE a.status = 'RELEASED' AND s.shipped_at IS NOT NULL
    GROUP BY a.order_id, a.line)
SELECT date_trunc('month', o.promised_at AT TIME ZONE 'UTC')::date AS month, '' AS key,
       count(*) FILTER (WHERE coalesce(l.filled_first,
           NOT l.backordered AND NOT l.rejected AND l.ordered > l.cancelled AND coalesce(s.units, 0) = l.ordered - l.cancelled)),
       count(*)
FROM order_lines l JOIN orders o ON o.order_id = l.order_id LEFT JOIN shipped s ON s.order_id = l.order_id AND s.line = l.line
WHERE l.due AND o.promised_at <= $1
GROUP BY GROUPING SETS ((1), ())
