-- The legs that orders and receipts have come through: one row each.
SELECT
    toDate32(assumeNotNull(part.3)) AS day, part.1 AS leg, purchase_order_id, receipt_id, supplier, location, assumeNotNull(part.2) AS began_at,
    assumeNotNull(part.3) AS ended_at, greatest(0, dateDiff('microsecond', began_at, ended_at)) / 86400000000 AS days
FROM (
    SELECT
        purchase_order_id, '' AS receipt_id, any(supplier_id) AS supplier, any(location) AS location,
        [('proposed-approved', any(toNullable(created_at)), any(approved_at)), ('approved-sent', any(approved_at), any(sent_at)),
            ('sent-acknowledged', any(sent_at), any(acknowledged_at)), ('acknowledged-shipped', any(acknowledged_at), min(announced_at)),
            ('shipped-received', min(announced_at), min(first_received_at)),
            ('received-closed', min(first_received_at), any(if(order_status = 'CLOSED', closed_at, NULL)))] AS legs
    FROM (SELECT * FROM purchase_order_lines FINAL)
    GROUP BY purchase_order_id
    UNION ALL
    SELECT
        any(purchase_order_id) AS purchase_order_id, receipt_id, any(supplier_id) AS supplier, any(location) AS location,
        [('received-available', any(toNullable(received_at)), greatest(any(toNullable(received_at)),
            ifNull(any(matched_at), any(received_at)), ifNull(any(inspected_at), any(received_at))))] AS legs
    FROM (SELECT * FROM receipt_lines FINAL)
    GROUP BY receipt_id
    HAVING sum(inspection) = 0 AND sum(available + accepted) > 0
)
ARRAY JOIN legs AS part
WHERE part.2 IS NOT NULL AND part.3 <= {now:DateTime64(6, 'UTC')}
