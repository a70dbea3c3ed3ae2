-- Lines whose day was over by {now}, each by what was foretold of it first: late or not, less the probability, in points. What never came, and is not to come,
-- is left out.
SELECT
    toDate32(f.first.2) AS day,
    f.supplier AS supplier,
    f.place AS location,
    f.first.1 AS moment,
    concat(toString(least(90, intDiv(toInt64(floor(f.first.3 * 100)), 10) * 10)), ' %') AS band,
    100 * (toDecimal128(NOT coalesce(l.came < toStartOfDay(f.first.2) + INTERVAL 1 DAY, false), 10) - f.first.3) AS total,
    toInt64(1) AS count
FROM (
    SELECT
        purchase_order_id, line, any(supplier_id) AS supplier, any(location) AS place, any(sku) AS item,
        argMin(tuple(moment, against, probability, time), (time, sequence)) AS first
    FROM delay_assessments
    WHERE time <= {now:DateTime64(6, 'UTC')}
    GROUP BY purchase_order_id, line) AS f
INNER JOIN (
    SELECT *, coalesce(full_at, if(status = 'CLOSED_SHORT', last_received_at, NULL)) AS came
    FROM purchase_order_lines FINAL
    WHERE received > 0 OR ordered > cancelled + closed_short) AS l ON l.purchase_order_id = f.purchase_order_id AND l.line = f.line
WHERE toStartOfDay(f.first.2) + INTERVAL 1 DAY <= {now:DateTime64(6, 'UTC')}
    AND NOT (coalesce(l.withdrawn_at < toStartOfDay(f.first.2) + INTERVAL 1 DAY, false) AND NOT coalesce(l.full_at <= l.withdrawn_at, false))
