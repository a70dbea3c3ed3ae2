-- Each forecast of a sku for its first days, once these are over: how much more it was than what was ordered on them.
SELECT toDate32(first_day + days - 1) AS day, toString(days) AS horizon, model, sku, units - ordered AS numerator, ordered AS denominator
FROM (
{shared}
) AS made
