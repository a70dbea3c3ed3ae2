-- Units on hand x unit cost at the end of each day, added up over the days of each month and in all, and the days: from the first movement on until $1.
WITH moved AS (
    SELECT sku, ((at - interval '1 microsecond') AT TIME ZONE 'UTC')::date AS day,
        sum(CASE WHEN to_state <> 'in_transit' THEN quantity ELSE 0 END - CASE WHEN from_state <> 'in_transit' THEN quantity ELSE 0 END) AS units
    FROM stock_ledger WHERE at <= $1 GROUP BY 1, 2),
costs AS (
    SELECT DISTINCT ON (sku, day) sku, ((at - interval '1 microsecond') AT TIME ZONE 'UTC')::date AS day, coalesce(unit_cost, 0) AS cost
    FROM item_costs WHERE at <= $1
    ORDER BY sku, day, at DESC),
bounds AS (SELECT min(day) AS first, (($1 - interval '1 microsecond') AT TIME ZONE 'UTC')::date AS today FROM moved),
steps AS (
    SELECT sku, day, sum(coalesce(m.units, 0)) OVER by_day AS units, cost, count(cost) OVER by_day AS version,
        lead(day, 1, (SELECT today + 1 FROM bounds)) OVER by_day AS next
    FROM moved m FULL JOIN costs USING (sku, day)
    WINDOW by_day AS (PARTITION BY sku ORDER BY day)),
held AS (SELECT day, next, units * coalesce(first_value(cost) OVER (PARTITION BY sku, version ORDER BY day), 0) AS value FROM steps),
periods AS (
    SELECT m::date AS month, greatest(m::date, first) AS start, least((m + interval '1 month')::date, today + 1) AS stop
    FROM bounds, generate_series(date_trunc('month', first::timestamp), today::timestamp, interval '1 month') AS m
    UNION ALL
    SELECT NULL, first, today + 1 FROM bounds WHERE first IS NOT NULL)
SELECT p.month, '' AS key, coalesce(sum(h.value * (least(h.next, p.stop) - greatest(h.day, p.start))), 0), p.stop - p.start
FROM periods p LEFT JOIN held h ON h.day < p.stop AND h.next > p.start AND h.value <> 0
GROUP BY p.month, p.start, p.stop
