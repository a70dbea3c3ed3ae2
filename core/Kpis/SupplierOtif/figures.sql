-- Lines of purchase orders that were sent, by the day first promised, once that day is over; and whether they had come by then. A line whose last units came by
-- then has all that it received; of any other, what its receipts brought by then counts. What we cancelled by then was not due.
SELECT
    l.day AS day, l.supplier AS supplier, l.location AS location, l.sku AS sku,
    toInt64(if(l.all_in_time, l.received, sumIf(r.quantity, toDate32(r.received_at) <= l.day)) >= l.enough) AS numerator,
    toInt64(1) AS denominator
FROM (
    SELECT
        p.purchase_order_id AS purchase_order_id, p.line AS line, p.supplier_id AS supplier, p.location AS location, p.sku AS sku,
        toDate32(coalesce(p.first_promised_at, p.due_at)) AS day,
        p.ordered - if(ifNull(toDate32(p.withdrawn_at) <= day, false), p.cancelled, 0) AS wanted,
        p.received + p.over AS received, ifNull(toDate32(p.last_received_at) <= day, false) AS all_in_time,
        wanted * (1 - s.short_tolerance) AS enough
    FROM (SELECT * FROM purchase_order_lines FINAL) AS p
    LEFT JOIN (SELECT * FROM suppliers FINAL) AS s ON s.supplier_id = p.supplier_id
    WHERE p.sent_at <= {now:DateTime64(6, 'UTC')} AND day < toDate32({now:DateTime64(6, 'UTC')}) AND wanted > 0) AS l
LEFT JOIN (SELECT * FROM receipt_lines FINAL WHERE order_line > 0) AS r ON r.purchase_order_id = l.purchase_order_id AND r.order_line = l.line
GROUP BY l.purchase_order_id, l.line, l.day, l.supplier, l.location, l.sku, l.all_in_time, l.received, l.enough
