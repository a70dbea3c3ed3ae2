-- Shipments, and those of them that were reported as lost, by day of the shipment, channel and location.
SELECT toDate32(shipped_at) AS day, channel, location, toInt64(1) AS numerator, toInt64(0) AS denominator
FROM lost_shipments
WHERE time <= {now:DateTime64(6, 'UTC')}
UNION ALL
SELECT day, channel, location, toInt64(0) AS numerator, shipments AS denominator
FROM shipment_daily
WHERE day <= toDate32({now:DateTime64(6, 'UTC')})
