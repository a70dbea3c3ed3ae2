-- Lines due by {now}, and those of them filled, by promise day and channel. A line is due at its order's promise; one withdrawn before that is not due, one
-- cancelled for lack of stock is. Filled: shipped complete from stock the first time, never backordered nor rejected by a node, whenever it shipped.
-- Days that are over come from the rollup, the one under way from the facts, since a part of it is not due yet.
SELECT day, channel, filled AS numerator, due AS denominator
FROM line_fill_daily
WHERE day < toDate32({now:DateTime64(6, 'UTC')})
UNION ALL
SELECT toDate32(promised_at) AS day, channel, toInt64(filled) AS numerator, toInt64(due) AS denominator
FROM line_facts
WHERE promised_at >= toStartOfDay({now:DateTime64(6, 'UTC')}) AND promised_at <= {now:DateTime64(6, 'UTC')}
