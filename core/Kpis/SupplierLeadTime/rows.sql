-- The lines of which units came: one row each.
SELECT
    toDate32(assumeNotNull(l.first_received_at)) AS day, l.purchase_order_id AS purchase_order_id, l.line AS line, l.supplier_id AS supplier,
    l.location AS location, l.sku AS sku, l.sent_at AS sent_at, l.first_received_at AS first_received_at,
    toDecimal128(intDiv(greatest(0, dateDiff('microsecond', assumeNotNull(l.sent_at), assumeNotNull(l.first_received_at))), 60000000), 6) / 1440 AS lead_days,
    toString(s.lead_time_days) AS quoted, l.ordered AS ordered, l.received AS received
FROM (SELECT * FROM purchase_order_lines FINAL WHERE sent_at IS NOT NULL AND first_received_at <= {now:DateTime64(6, 'UTC')}) AS l
LEFT JOIN (SELECT * FROM suppliers FINAL) AS s ON s.supplier_id = l.supplier_id
