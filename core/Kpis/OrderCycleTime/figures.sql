-- Hours from placed to delivered of each order delivered by {now}.
SELECT
    toDate32(assumeNotNull(delivered_at)) AS day,
    channel,
    country,
    dateDiff('microsecond', placed_at, assumeNotNull(delivered_at)) / 3600000000 AS measured
FROM orders FINAL
WHERE delivered_at IS NOT NULL AND delivered_at <= {now:DateTime64(6, 'UTC')}
