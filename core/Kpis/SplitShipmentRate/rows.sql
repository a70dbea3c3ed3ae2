-- The orders shipped: one row each. The day is part of the key so that a range of days reads no others.
SELECT
    toDate32(shipments.first_shipped_at) AS day,
    order_id,
    any(shipments.channel) AS channel,
    any(shipments.first_shipped_at) AS first_shipped_at,
    uniqExact(shipments.shipment_id) AS shipment_count,
    max(shipments.multi_unit) AS multi_unit,
    arraySort(groupUniqArray(shipments.location)) AS locations
FROM shipments
WHERE toDate32(shipments.first_shipped_at) <= toDate32({now:DateTime64(6, 'UTC')})
GROUP BY day, order_id
