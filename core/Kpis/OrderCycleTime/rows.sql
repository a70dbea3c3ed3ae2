-- The orders delivered: one row each.
SELECT
    toDate32(assumeNotNull(delivered_at)) AS day,
    order_id,
    channel,
    country,
    placed_at,
    promised_at,
    delivered_at,
    dateDiff('microsecond', placed_at, assumeNotNull(delivered_at)) / 3600000000 AS cycle_hours,
    shipments,
    units
FROM orders FINAL
WHERE delivered_at IS NOT NULL AND delivered_at <= {now:DateTime64(6, 'UTC')}
