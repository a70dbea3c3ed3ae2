-- Shipments reported as lost and shipments that left, by month of the shipment and in all, by channel.
SELECT date_trunc('month', s.shipped_at AT TIME ZONE 'UTC')::date AS month, o.channel AS key, count(l.shipment_id), count(*)
FROM shipments s JOIN orders o ON o.order_id = s.order_id LEFT JOIN lost_shipments l ON l.shipment_id = s.shipment_id AND l.lost_at <= $1
WHERE (s.shipped_at AT TIME ZONE 'UTC')::date <= ($1 AT TIME ZONE 'UTC')::date
GROUP BY GROUPING SETS ((1, 2), (2))
