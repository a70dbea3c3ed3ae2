-- Orders by the month in which they were placed and in all, by channel.
SELECT date_trunc('month', placed_at AT TIME ZONE 'UTC')::date AS month, channel AS key, count(*)
FROM orders WHERE placed_at <= $1
GROUP BY GROUPING SETS ((1, 2), (2))
