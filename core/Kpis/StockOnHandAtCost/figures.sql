-- By how much the value of the stock on hand changes: units that came or went, at the cost at the end of their day, and a new cost for the units that were there
-- before. So after a day it is units x cost of that day. A day begins a microsecond after midnight.
WITH costs AS (
    SELECT sku, toDate32(time - toIntervalMicrosecond(1)) AS day, argMax(ifNull(unit_cost, 0), (time, sequence)) AS cost
    FROM item_versions
    GROUP BY sku, day),
moved AS (
    SELECT sku, location, day, sum(units) AS units
    FROM stock_on_hand_daily
    GROUP BY sku, location, day),
held AS (
    SELECT sku, location, day, sum(units) OVER (PARTITION BY sku, location ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS units
    FROM moved),
revalued AS (
    SELECT p.location AS location, c.sku AS sku, c.day AS day, c.cost - c.before AS change
    FROM (
        SELECT sku, day, cost, lagInFrame(cost, 1, toDecimal128(0, 4)) OVER (PARTITION BY sku ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before
        FROM costs) AS c
    JOIN (SELECT DISTINCT sku, location FROM moved) AS p ON p.sku = c.sku
    WHERE c.cost != c.before)
SELECT toDateTime64(day, 6, 'UTC') + toIntervalMicrosecond(1) AS at, '' AS currency, location, amount
FROM (
    SELECT m.day AS day, m.location AS location, m.units * c.cost AS amount
    FROM moved AS m ASOF LEFT JOIN costs AS c ON c.sku = m.sku AND m.day >= c.day
    UNION ALL
    SELECT r.day AS day, r.location AS location, h.units * r.change AS amount
    FROM revalued AS r ASOF JOIN held AS h ON h.sku = r.sku AND h.location = r.location AND r.day > h.day
)
