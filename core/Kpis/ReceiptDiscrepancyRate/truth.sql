-- Receipt lines whose units differ from their notice (without one, from what was ordered, beyond the tolerance), or are damaged, other than ordered or rejected;
-- and all of them; by month of the receipt and in all, by supplier.
WITH lines AS (
    SELECT t.supplier_id, t.received_at, t.purchase_order_id, t.asn_id, r.order_line,
        r.damaged + r.rejected > 0 OR r.discrepancy IS NOT NULL AS unfit,
        sum(r.quantity) OVER (PARTITION BY t.purchase_order_id, t.asn_id, r.order_line) AS came,
        row_number() OVER (PARTITION BY t.purchase_order_id, t.asn_id, r.order_line ORDER BY t.received_at DESC, t.receipt_id COLLATE "C" DESC, r.line DESC) = 1
            AS last_of_notice,
        row_number() OVER (PARTITION BY t.purchase_order_id, r.order_line ORDER BY t.received_at DESC, t.receipt_id COLLATE "C" DESC, r.line DESC) = 1
            AS last_of_line
    FROM receipt_lines r JOIN receipts t USING (receipt_id) WHERE t.received_at <= $1),
shipped AS (
    SELECT purchase_order_id, asn_id, line AS order_line, sum(quantity) AS units
    FROM purchase_order_promises WHERE kind = 'ANNOUNCED' GROUP BY 1, 2, 3),
claimed AS (SELECT DISTINCT purchase_order_id, order_line, true AS so FROM supplier_claims WHERE kind IN ('SHORT', 'OVER') AND quantity > 0)
SELECT date_trunc('month', received_at AT TIME ZONE 'UTC')::date AS month, supplier_id AS key,
    count(*) FILTER (WHERE unfit OR CASE WHEN s.units IS NOT NULL THEN last_of_notice AND came <> s.units ELSE last_of_line AND c.so END), count(*)
FROM lines LEFT JOIN shipped s USING (purchase_order_id, asn_id, order_line) LEFT JOIN claimed c USING (purchase_order_id, order_line)
GROUP BY GROUPING SETS ((1, 2), (2))
