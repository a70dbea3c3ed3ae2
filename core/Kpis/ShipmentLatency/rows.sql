-- The shipments: one row each.
SELECT
    toDate32(shipped_at) AS day,
    shipment_id,
    order_id,
    channel,
    location,
    carrier,
    released_at,
    shipped_at,
    dateDiff('microsecond', released_at, shipped_at) / 3600000000 AS latency_hours,
    units,
    value
FROM shipments
WHERE shipped_at <= {now:DateTime64(6, 'UTC')}
