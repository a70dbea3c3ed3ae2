-- Value of open orders by currency: at the end of each month from the first order's on, or at $1 in its own month, and at $1.
WITH instants AS (
    SELECT m.month::date AS month, least((m.month + interval '1 month') AT TIME ZONE 'UTC', $1) AS at
    FROM generate_series(
        date_trunc('month', (SELECT min(placed_at) FROM orders) AT TIME ZONE 'UTC'), $1 AT TIME ZONE 'UTC' - interval '1 microsecond', interval '1 month') AS m (month)
    UNION ALL
    SELECT NULL, $1),
worth AS (SELECT order_id, sum((ordered - cancelled) * price) AS value FROM order_lines GROUP BY order_id)
SELECT i.month, o.currency AS key, sum(w.value)
FROM instants i JOIN orders o ON o.placed_at <= i.at AND (o.closed_at IS NULL OR o.closed_at > i.at) JOIN worth w ON w.order_id = o.order_id
GROUP BY 1, 2
