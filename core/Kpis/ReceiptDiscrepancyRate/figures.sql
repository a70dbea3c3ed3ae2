-- Lines of receipts by the day of the receipt; and those of which something was not as it should be. Units are compared with the advance shipping notice
-- that the receipt names; without one, short and over are what is claimed. Where several lines are for one, the latest stands for them.
SELECT
    toDate32(r.received_at) AS day, r.supplier_id AS supplier, r.location AS location, r.sku AS sku,
    toInt64(r.damaged > 0 OR r.rejected > 0 OR CAST(r.discrepancy AS String) != ''
        OR if(a.told, r.of_notice = 1 AND r.came != a.shipped, r.of_line = 1 AND c.claimed)) AS numerator,
    toInt64(1) AS denominator
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
