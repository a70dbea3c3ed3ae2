-- Orders shipped, and those of them with more than one outbound shipment, by day of the order's first shipment and channel.
SELECT day, channel, split AS numerator, orders AS denominator
FROM split_shipment_daily
WHERE day <= toDate32({now:DateTime64(6, 'UTC')})
