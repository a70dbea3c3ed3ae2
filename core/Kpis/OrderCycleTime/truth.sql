-- Hours from placed to the last parcel's delivery, p50, p90 and how many, by month of that delivery and in all, by channel.
WITH parcels AS (
    SELECT a.order_id, bool_and(s.delivered_at IS NOT NULL) AS delivered, max(s.delivered_at) AS at
    FROM allocations a LEFT JOIN shipments s ON s.shipment_id = a.shipment_id
    WHERE a.status IN ('ALLOCATED', 'RELEASED')
    GROUP BY a.order_id),
waiting AS (SELECT order_id, sum(ordered - cancelled - sourced) AS units FROM order_lines GROUP BY order_id),
cycles AS (
    SELECT o.channel, p.at, extract(epoch FROM p.at - o.placed_at)::double precision / 3600 AS hours
    FROM orders o JOIN parcels p ON p.order_id = o.order_id JOIN waiting w ON w.order_id = o.order_id
    WHERE p.delivered AND w.units = 0 AND p.at <= $1)
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, channel AS key,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY hours), percentile_cont(0.9) WITHIN GROUP (ORDER BY hours), count(*)
FROM cycles
GROUP BY GROUPING SETS ((1, 2), (2))
