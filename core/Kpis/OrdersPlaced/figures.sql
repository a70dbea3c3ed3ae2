-- Orders placed by {now}.
SELECT toDate32(placed_at) AS day, channel, country, toInt64(1) AS amount
FROM orders FINAL
WHERE placed_at <= {now:DateTime64(6, 'UTC')}
