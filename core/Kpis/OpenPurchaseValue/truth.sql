-- Value of what is still to come by currency and supplier: at the end of each month from the first order sent on, or at $1 in its own month, and at $1.
WITH instants AS (
    SELECT m.month::date AS month, least((m.month + interval '1 month') AT TIME ZONE 'UTC', $1) AS at
    FROM generate_series(
        date_trunc('month', (SELECT min(sent_at) FROM purchase_orders) AT TIME ZONE 'UTC'), $1 AT TIME ZONE 'UTC' - interval '1 microsecond',
        interval '1 month') AS m (month)
    UNION ALL
    SELECT NULL, $1),
parts AS (
    SELECT o.currency, o.supplier_id, o.sent_at, u.until, u.value
    FROM purchase_orders o JOIN purchase_order_lines l USING (purchase_order_id), LATERAL (VALUES
        (NULL::timestamptz, (l.ordered - l.cancelled - l.closed_short - l.received) * l.price), (l.last_received_at, l.received * l.price)) AS u (until, value))
SELECT i.month, concat_ws(' ', p.currency, p.supplier_id) AS key, sum(p.value)
FROM instants i JOIN parts p ON p.sent_at <= i.at AND (p.until IS NULL OR p.until > i.at)
GROUP BY 1, 2 HAVING sum(p.value) <> 0
