-- Days from sent to the first receipt of each line of which units came; and how many the supplier quotes, as it says latest.
SELECT day, supplier, location, sku, quoted, toInt64(1) AS count, lead_days AS total, lead_days * lead_days AS squares
FROM (
    SELECT
        toDate32(assumeNotNull(l.first_received_at)) AS day, l.supplier_id AS supplier, l.location AS location, l.sku AS sku,
        toString(s.lead_time_days) AS quoted,
        toDecimal128(intDiv(greatest(0, dateDiff('microsecond', assumeNotNull(l.sent_at), assumeNotNull(l.first_received_at))), 60000000), 6) / 1440 AS lead_days
    FROM (SELECT * FROM purchase_order_lines FINAL WHERE sent_at IS NOT NULL AND first_received_at <= {now:DateTime64(6, 'UTC')}) AS l
    LEFT JOIN (SELECT * FROM suppliers FINAL) AS s ON s.supplier_id = l.supplier_id) AS leads
