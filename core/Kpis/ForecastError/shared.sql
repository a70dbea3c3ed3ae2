    -- Each forecast of a sku for its first days, once these are over, with what was ordered on them. A line was ordered when its order was captured. Units
    -- ordered up to a day are summed once, so that what was ordered on a forecast's days is the difference of two of these sums.
    WITH sold_by AS (
        SELECT sku, toInt32(on_day) AS day_number, sum(units) OVER (PARTITION BY sku ORDER BY on_day) AS sold
        FROM (
            SELECT sku, toDate32(time) AS on_day, sum(quantity) AS units FROM line_facts
            WHERE due = 1 AND location = '' AND time <= {now:DateTime64(6, 'UTC')} GROUP BY sku, on_day))
    SELECT f.sku AS sku, f.model AS model, f.days AS days, f.first_day AS first_day, f.as_of AS as_of, f.model_version AS model_version, f.units AS units,
        toDecimal128(ifNull(later.sold, 0) - ifNull(earlier.sold, 0), 4) AS ordered
    FROM (
        SELECT sku, model, days, first_day, as_of, model_version, units, toInt32(first_day) AS begins,
            toInt32(first_day) + toInt32(days) AS ends
        FROM forecast_sums FINAL
        WHERE first_day + days <= toDate32({now:DateTime64(6, 'UTC')})) AS f
    ASOF LEFT JOIN sold_by AS earlier ON earlier.sku = f.sku AND f.begins > earlier.day_number
    ASOF LEFT JOIN sold_by AS later ON later.sku = f.sku AND f.ends > later.day_number
