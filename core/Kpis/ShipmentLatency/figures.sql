-- Hours from released to picked up of each shipment that left by {now}.
SELECT
    toDate32(shipped_at) AS day,
    channel,
    location,
    carrier,
    dateDiff('microsecond', released_at, shipped_at) / 3600000000 AS measured
FROM shipments
WHERE shipped_at <= {now:DateTime64(6, 'UTC')}
