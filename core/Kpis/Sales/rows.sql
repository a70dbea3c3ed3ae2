-- The orders: one row each.
SELECT toDate32(placed_at) AS day, order_id, currency, channel, country, status, placed_at, promised_at, lines, units, value
FROM orders FINAL
WHERE placed_at <= {now:DateTime64(6, 'UTC')}
