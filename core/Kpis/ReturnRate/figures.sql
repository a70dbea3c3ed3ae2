-- Units shipped, and those of them that came back, by day of the shipment and channel.
SELECT day, channel, units AS numerator, toInt64(0) AS denominator
FROM return_cohort_daily
WHERE day <= toDate32({now:DateTime64(6, 'UTC')})
UNION ALL
SELECT day, channel, toInt64(0) AS numerator, units AS denominator
FROM shipment_daily
WHERE day <= toDate32({now:DateTime64(6, 'UTC')})
UNION ALL
SELECT toDate32(s.shipped_at) AS day, s.channel AS channel, toInt64(0) AS numerator, if(c.step = 'not_left', -c.units, c.units) AS denominator
FROM shipment_steps AS c JOIN shipments AS s ON s.shipment_id = c.shipment_id
WHERE c.step IN ('not_left', 'found_in_parcel') AND toDate32(s.shipped_at) <= toDate32({now:DateTime64(6, 'UTC')})
