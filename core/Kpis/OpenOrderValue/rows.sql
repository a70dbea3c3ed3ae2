-- The open orders: one row each.
SELECT
    order_id,
    currency,
    channel,
    value,
    units,
    status,
    placed_at,
    promised_at,
    dateDiff('second', placed_at, {now:DateTime64(6, 'UTC')}) AS age_seconds,
    multiIf(
        age_seconds < 4 * 3600, '<4h', age_seconds < 24 * 3600, '4-24h', age_seconds < 2 * 86400, '1-2d', age_seconds < 4 * 86400, '2-4d',
        age_seconds < 7 * 86400, '4-7d', '>7d') AS age
FROM orders FINAL
WHERE placed_at <= {now:DateTime64(6, 'UTC')} AND (closed_at IS NULL OR closed_at > {now:DateTime64(6, 'UTC')})
