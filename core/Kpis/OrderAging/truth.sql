-- Orders open by age: at the end of each month from the first order's on, or at $1 in its own month (a month that begins at $1 has not begun), and at $1.
WITH instants AS (
    SELECT m.month::date AS month, least((m.month + interval '1 month') AT TIME ZONE 'UTC', $1) AS at
    FROM generate_series(
        date_trunc('month', (SELECT min(placed_at) FROM orders) AT TIME ZONE 'UTC'), $1 AT TIME ZONE 'UTC' - interval '1 microsecond', interval '1 month') AS m (month)
    UNION ALL
    SELECT NULL, $1)
SELECT i.month, CASE
           WHEN i.at - o.placed_at < interval '4 hours' THEN '<4h'
           WHEN i.at - o.placed_at < interval '24 hours' THEN '4-24h'
           WHEN i.at - o.placed_at < interval '48 hours' THEN '1-2d'
           WHEN i.at - o.placed_at < interval '96 hours' THEN '2-4d'
           WHEN i.at - o.placed_at < interval '168 hours' THEN '4-7d'
           ELSE '>7d' END AS key,
       count(*)
FROM instants i JOIN orders o ON o.placed_at <= i.at AND (o.closed_at IS NULL OR o.closed_at > i.at)
GROUP BY 1, 2
