-- Orders delivered by their promise and orders due, by month of the promise and in all, by channel. An order is delivered when the last of its parcels is.
WITH parcels AS (
    SELECT a.order_id, bool_and(s.delivered_at IS NOT NULL) AS delivered, max(s.delivered_at) AS at
    FROM allocations a LEFT JOIN shipments s ON s.shipment_id = a.shipment_id
    WHERE a.status IN ('ALLOCATED', 'RELEASED')
    GROUP BY a.order_id),
waiting AS (SELECT order_id, sum(ordered - cancelled - sourced) AS units FROM order_lines GROUP BY order_id)
SELECT date_trunc('month', o.promised_at AT TIME ZONE 'UTC')::date AS month, o.channel AS key,
       count(*) FILTER (WHERE p.delivered AND w.units = 0 AND p.at <= o.promised_at),
       count(*)
FROM orders o JOIN waiting w ON w.order_id = o.order_id LEFT JOIN parcels p ON p.order_id = o.order_id
WHERE o.promised_at <= $1 AND NOT (o.cancelled_at IS NOT NULL AND o.closed_at <= o.promised_at)
GROUP BY GROUPING SETS ((1, 2), (2))
