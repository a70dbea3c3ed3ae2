-- Multi-unit orders split and shipped, by month of the first shipment and in all.
WITH parcels AS (SELECT order_id, count(*) AS shipped FROM shipments WHERE shipped_at IS NOT NULL GROUP BY order_id),
     large AS (SELECT order_id FROM order_lines GROUP BY order_id HAVING sum(ordered) > 1)
SELECT date_trunc('month', o.first_shipped_at AT TIME ZONE 'UTC')::date AS month, '' AS key, count(*) FILTER (WHERE p.shipped > 1), count(*)
FROM parcels p JOIN large ON large.order_id = p.order_id JOIN orders o ON o.order_id = p.order_id
WHERE (o.first_shipped_at AT TIME ZONE 'UTC')::date <= ($1 AT TIME ZONE 'UTC')::date
GROUP BY GROUPING SETS ((1), ())
