-- Standard deviation of the days from the first promise to the first receipt, their sum, and the lines, by month of that receipt and in all, by supplier.
WITH waits AS (
    SELECT o.supplier_id, l.first_received_at AS at, trunc(trunc(extract(epoch FROM l.first_received_at - l.first_promised_at) / 60) / 1440, 6) AS days
    FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
    WHERE l.first_promised_at IS NOT NULL AND l.first_received_at <= $1)
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, supplier_id AS key, stddev_samp(days), sum(days), count(*)
FROM waits GROUP BY GROUPING SETS ((1, 2), (2))
