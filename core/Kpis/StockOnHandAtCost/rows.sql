-- What is on hand now: one row a sku and location.
SELECT
    toDate32({now:DateTime64(6, 'UTC')} - toIntervalMicrosecond(1)) AS day,
    s.sku AS sku,
    s.location AS location,
    '' AS currency,
    s.units AS units,
    c.unit_cost AS unit_cost,
    s.units * ifNull(c.unit_cost, 0) AS value
FROM (
    SELECT sku, location, sum(units) AS units
    FROM stock_on_hand_daily
    WHERE day <= toDate32({now:DateTime64(6, 'UTC')} - toIntervalMicrosecond(1))
    GROUP BY sku, location
    HAVING units != 0) AS s
LEFT JOIN (
    SELECT sku, argMax(unit_cost, (time, sequence)) AS unit_cost
    FROM item_versions
    WHERE time <= {now:DateTime64(6, 'UTC')}
    GROUP BY sku) AS c ON c.sku = s.sku
