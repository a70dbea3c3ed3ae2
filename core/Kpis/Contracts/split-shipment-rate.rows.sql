-- The orders shipped: one row each.
SELECT
    order_id,
    any(shipments.channel) AS channel,
    any(shipments.first_shipped_at) AS first_shipped_at,
    uniqExact(shipments.shipment_id) AS shipment_count,
    max(shipments.multi_unit) AS multi_unit,
    arraySort(groupUniqArray(shipments.location)) AS locations
FROM shipments
WHERE toDate32(shipments.first_shipped_at) >= {from:Date32} AND toDate32(shipments.first_shipped_at) < {to:Date32} AND toDate32(shipments.first_shipped_at) <= toDate32({now:DateTime64(6, 'UTC')})
GROUP BY order_id
ORDER BY shipment_count DESC, first_shipped_at DESC, order_id
