-- Standard deviation of the days from sent to the first receipt, their sum, and the lines, by month of that receipt and in all, by supplier.
WITH leads AS (
    SELECT o.supplier_id, l.first_received_at AS at, trunc(trunc(greatest(0, extract(epoch FROM l.first_received_at - o.sent_at)) / 60) / 1440, 6) AS days
    FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
    WHERE o.sent_at IS NOT NULL AND l.first_received_at <= $1)
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, supplier_id AS key, stddev_samp(days), sum(days), count(*)
FROM leads GROUP BY GROUPING SETS ((1, 2), (2))
