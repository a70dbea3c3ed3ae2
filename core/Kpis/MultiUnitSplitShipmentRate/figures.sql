-- As the split-shipment rate, over orders for more than one unit: the only ones that can be split.
SELECT day, channel, multi_unit_split AS numerator, multi_unit_orders AS denominator
FROM split_shipment_daily
WHERE day <= toDate32({now:DateTime64(6, 'UTC')})
