-- Net value of the orders placed by {now}, of the units that are not cancelled by each order's latest operation.
SELECT toDate32(placed_at) AS day, currency, channel, country, value AS amount
FROM orders FINAL
WHERE placed_at <= {now:DateTime64(6, 'UTC')}
