-- Value of order lines but for what was cancelled, by the month in which the order was placed and in all, by currency.
SELECT date_trunc('month', o.placed_at AT TIME ZONE 'UTC')::date AS month, o.currency AS key, sum((l.ordered - l.cancelled) * l.price)
FROM order_lines l JOIN orders o USING (order_id)
WHERE o.placed_at <= $1
GROUP BY GROUPING SETS ((1, 2), (2))
