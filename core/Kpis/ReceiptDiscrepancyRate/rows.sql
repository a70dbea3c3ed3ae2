-- The lines, those with a discrepancy first: one row each. Shipped and received in all are those of the line's notice; shipped is null without one.
SELECT
    toDate32(r.received_at) AS day, r.receipt_id AS receipt_id, r.line AS line, r.supplier_id AS supplier, r.location AS location,
    r.purchase_order_id AS purchase_order_id, r.order_line AS order_line, r.sku AS sku, r.received_at AS received_at, r.quantity AS quantity,
    if(a.told, a.shipped, NULL) AS shipped, if(a.told, r.came, NULL) AS received_in_all, r.damaged AS damaged, r.rejected AS rejected,
    arrayStringConcat(arrayFilter(word -> word != '', [
        if(r.damaged > 0, 'damaged', ''), if(r.rejected > 0, 'rejected', ''), replaceAll(toString(r.discrepancy), '_', ' '),
        multiIf(a.told AND r.of_notice = 1 AND r.came < a.shipped, 'short', a.told AND r.of_notice = 1 AND r.came > a.shipped, 'over',
            NOT a.told AND r.of_line = 1 AND c.claimed, 'short or over', '')]), ', ') AS what,
    r.damaged > 0 OR r.rejected > 0 OR CAST(r.discrepancy AS String) != ''
        OR if(a.told, r.of_notice = 1 AND r.came != a.shipped, r.of_line = 1 AND c.claimed) AS wrong
FROM (
    SELECT
        *, sum(quantity) OVER (PARTITION BY purchase_order_id, asn_id, order_line) AS came,
        row_number() OVER (PARTITION BY purchase_order_id, asn_id, order_line ORDER BY received_at DESC, receipt_id DESC, line DESC) AS of_notice,
        row_number() OVER (PARTITION BY purchase_order_id, order_line ORDER BY received_at DESC, receipt_id DESC, line DESC) AS of_line
    FROM (SELECT * FROM receipt_lines FINAL WHERE received_at <= {now:DateTime64(6, 'UTC')})) AS r
LEFT JOIN (
    SELECT purchase_order_id, asn_id, line, true AS told, sum(quantity) AS shipped
    FROM asn_lines GROUP BY purchase_order_id, asn_id, line) AS a
    ON a.purchase_order_id = r.purchase_order_id AND a.asn_id = r.asn_id AND a.line = r.order_line
LEFT JOIN (
    SELECT DISTINCT purchase_order_id, order_line, true AS claimed
    FROM (SELECT * FROM supplier_claims FINAL WHERE kind IN ('SHORT', 'OVER') AND quantity > 0 AND order_line > 0)) AS c
    ON c.purchase_order_id = r.purchase_order_id AND c.order_line = r.order_line
