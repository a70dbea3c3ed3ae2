-- The shipments, the lost ones first: one row each.
SELECT
    toDate32(s.shipped_at) AS day,
    s.shipment_id AS shipment_id,
    s.order_id AS order_id,
    s.channel AS channel,
    s.location AS location,
    s.carrier AS carrier,
    s.shipped_at AS shipped_at,
    l.lost AS lost,
    if(l.lost, l.lost_at, NULL) AS lost_at,
    s.units AS units,
    s.value AS value
FROM shipments AS s
LEFT JOIN (
    SELECT shipment_id, true AS lost, time AS lost_at
    FROM lost_shipments
    WHERE time <= {now:DateTime64(6, 'UTC')}) AS l ON l.shipment_id = s.shipment_id
WHERE toDate32(s.shipped_at) <= toDate32({now:DateTime64(6, 'UTC')})
