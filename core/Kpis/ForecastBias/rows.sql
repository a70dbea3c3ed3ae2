-- The forecasts whose days are over, with what was ordered on them: one row each.
SELECT toDate32(first_day + days - 1) AS day, toString(days) AS horizon, sku, as_of, toDate32(first_day) AS first_day, model, model_version,
    units AS expected, ordered, units - ordered AS bias
FROM (
{shared}
) AS made
