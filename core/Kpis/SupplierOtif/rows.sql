-- The lines that were due, those that had not come in full first: one row each.
SELECT
    l.day AS day, l.supplier AS supplier, l.location AS location, l.sku AS sku, l.purchase_order_id AS purchase_order_id, l.line AS line,
    l.wanted AS units_due,
    if(l.all_in_time, l.received, sumIf(r.quantity, toDate32(r.received_at) <= l.day)) AS units_in_time,
    sum(r.quantity) AS units_received,
    units_in_time >= l.enough AS in_full,
    l.status AS status, l.currency AS currency, l.price * greatest(0, l.wanted - units_in_time) AS value_missed, l.expected_at AS expected_at
FROM (
    SELECT
        p.purchase_order_id AS purchase_order_id, p.line AS line, p.supplier_id AS supplier, p.location AS location, p.sku AS sku,
        toDate32(coalesce(p.first_promised_at, p.due_at)) AS day,
        p.ordered - if(ifNull(toDate32(p.withdrawn_at) <= day, false), p.cancelled, 0) AS wanted,
        p.received + p.over AS received, ifNull(toDate32(p.last_received_at) <= day, false) AS all_in_time,
        wanted * (1 - s.short_tolerance) AS enough,
        p.status AS status, p.currency AS currency, p.price AS price, p.expected_at AS expected_at
    FROM (SELECT * FROM purchase_order_lines FINAL) AS p
    LEFT JOIN (SELECT * FROM suppliers FINAL) AS s ON s.supplier_id = p.supplier_id
    WHERE p.sent_at <= {now:DateTime64(6, 'UTC')} AND day < toDate32({now:DateTime64(6, 'UTC')}) AND wanted > 0) AS l
LEFT JOIN (SELECT * FROM receipt_lines FINAL WHERE order_line > 0 AND received_at <= {now:DateTime64(6, 'UTC')}) AS r
    ON r.purchase_order_id = l.purchase_order_id AND r.order_line = l.line
GROUP BY
    l.purchase_order_id, l.line, l.day, l.supplier, l.location, l.sku, l.wanted, l.received, l.all_in_time, l.enough, l.status, l.currency, l.price,
    l.expected_at
