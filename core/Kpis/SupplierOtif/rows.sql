-- The lines that were due, those that had not come in full first: one row each.
SELECT
    l.day AS day, l.supplier AS supplier, l.location AS location, l.sku AS sku, l.purchase_order_id AS purchase_order_id, l.line AS line,
    l.ordered AS units_due,
    sumIf(r.quantity, toDate32(r.received_at) <= l.day) AS units_in_time,
    sum(r.quantity) AS units_received,
    l.in_full AS in_full,
    l.status AS status, l.currency AS currency, if(in_full, 0, l.price * greatest(0, units_due - units_in_time)) AS value_missed, l.expected_at AS expected_at
FROM (
    SELECT
        purchase_order_id, line, supplier_id AS supplier, location, sku, ordered, status, currency, price, expected_at,
        toDate32(coalesce(first_promised_at, due_at)) AS day, ifNull(toDate32(full_at) <= day, false) AS in_full
    FROM purchase_order_lines FINAL
    WHERE sent_at <= {now:DateTime64(6, 'UTC')} AND day < toDate32({now:DateTime64(6, 'UTC')})
        AND (withdrawn_at IS NULL OR toDate32(withdrawn_at) > day OR ifNull(full_at <= withdrawn_at, false))) AS l
LEFT JOIN (SELECT * FROM receipt_lines FINAL WHERE order_line > 0 AND received_at <= {now:DateTime64(6, 'UTC')}) AS r
    ON r.purchase_order_id = l.purchase_order_id AND r.order_line = l.line
GROUP BY l.purchase_order_id, l.line, l.day, l.supplier, l.location, l.sku, l.ordered, l.in_full, l.status, l.currency, l.price, l.expected_at
