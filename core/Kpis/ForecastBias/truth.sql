-- Expected and ordered units of forecasts whose days are over, by month of the last day and in all, by days ahead. Orders and the two ends of each forecast's
-- days stand in one row of time, by sku: at an end, all that was ordered before it is summed.
WITH ended AS (SELECT * FROM forecast_sums WHERE first_day + days <= ($1 AT TIME ZONE 'UTC')::date),
daily AS (
    SELECT l.sku, (o.placed_at AT TIME ZONE 'UTC')::date AS day, sum(l.ordered) AS units
    FROM order_lines l JOIN orders o USING (order_id) WHERE o.placed_at <= $1 GROUP BY 1, 2),
events AS (
    SELECT sku, first_day AS at, 0 AS rank, as_of, days, 0::numeric AS units FROM ended
    UNION ALL SELECT sku, first_day + days, 1, as_of, days, 0 FROM ended
    UNION ALL SELECT sku, day, 2, NULL, NULL, units FROM daily),
summed AS (
    SELECT sku, as_of, days, rank, sum(units) OVER (PARTITION BY sku ORDER BY at, rank ROWS UNBOUNDED PRECEDING) AS sold FROM events),
ordered AS (
    SELECT sku, as_of, days, sum(CASE WHEN rank = 1 THEN sold ELSE -sold END) AS ordered FROM summed WHERE as_of IS NOT NULL GROUP BY 1, 2, 3)
SELECT date_trunc('month', f.first_day + f.days - 1)::date AS month, f.days::text AS key,
    sum(f.units - o.ordered), sum(o.ordered)
FROM ended f JOIN ordered o USING (sku, as_of, days)
GROUP BY GROUPING SETS ((1, 2), (2))
