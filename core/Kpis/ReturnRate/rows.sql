-- The shipments, each with its units and those of them that came back: one row each.
SELECT
    toDate32(s.shipped_at) AS day,
    s.shipment_id AS shipment_id,
    s.order_id AS order_id,
    s.channel AS channel,
    s.location AS location,
    s.shipped_at AS shipped_at,
    s.units + c.units AS units_shipped,
    r.units AS units_returned
FROM shipments AS s
LEFT JOIN (
    SELECT shipment_id, sum(quantity) AS units
    FROM return_facts
    WHERE step = 'received'
    GROUP BY shipment_id) AS r ON r.shipment_id = s.shipment_id
LEFT JOIN (
    SELECT shipment_id, sum(if(step = 'not_left', -shipment_steps.units, shipment_steps.units)) AS units
    FROM shipment_steps
    WHERE step IN ('not_left', 'found_in_parcel')
    GROUP BY shipment_id) AS c ON c.shipment_id = s.shipment_id
WHERE toDate32(s.shipped_at) <= toDate32({now:DateTime64(6, 'UTC')})
