-- The orders due: one row each.
SELECT
    toDate32(promised_at) AS day,
    order_id,
    channel,
    country,
    status,
    placed_at,
    promised_at,
    delivered_at,
    delivered_at IS NOT NULL AND delivered_at <= promised_at AS on_time,
    dateDiff('second', promised_at, least(ifNull(delivered_at, {now:DateTime64(6, 'UTC')}), {now:DateTime64(6, 'UTC')})) AS late_seconds,
    units,
    value,
    currency
FROM orders FINAL
WHERE promised_at <= {now:DateTime64(6, 'UTC')} AND NOT (status = 'CANCELLED' AND ifNull(closed_at <= promised_at, false))
