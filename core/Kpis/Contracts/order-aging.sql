-- Orders open at each of {instants}: placed by then and not closed by then. Status, holds and locations are those of the order's latest operation, so they are
-- asked for only as of now.
SELECT
    instant,
    multiIf(
        dateDiff('microsecond', placed_at, instant) < 4 * 3600 * 1000000, '<4h',
        dateDiff('microsecond', placed_at, instant) < 24 * 3600 * 1000000, '4-24h',
        dateDiff('microsecond', placed_at, instant) < 2 * 86400 * 1000000, '1-2d',
        dateDiff('microsecond', placed_at, instant) < 4 * 86400 * 1000000, '2-4d',
        dateDiff('microsecond', placed_at, instant) < 7 * 86400 * 1000000, '4-7d',
        '>7d') AS age,
    status,
    channel,
    if(empty(holds), [''], holds) AS holds,
    if(empty(locations), [''], locations) AS locations,
    toInt64(1) AS numerator
FROM orders FINAL
ARRAY JOIN {instants:Array(DateTime64(6, 'UTC'))} AS instant
WHERE placed_at <= instant AND (closed_at IS NULL OR closed_at > instant)
