-- Days of each leg, p50, p90 and how many, by month in which it ended and in all.
WITH orders AS (
    SELECT o.*, min(l.announced_at) AS shipped_at, min(l.first_received_at) AS received_at
    FROM purchase_orders o JOIN purchase_order_lines l USING (purchase_order_id) GROUP BY o.purchase_order_id),
legs AS (
    SELECT leg, began, ended FROM orders, LATERAL (VALUES
        ('proposed-approved', created_at, approved_at), ('approved-sent', approved_at, sent_at), ('sent-acknowledged', sent_at, acknowledged_at),
        ('acknowledged-shipped', acknowledged_at, shipped_at), ('shipped-received', shipped_at, received_at),
        ('received-closed', received_at, CASE WHEN status = 'CLOSED' THEN closed_at END)) AS each (leg, began, ended)
    UNION ALL
    SELECT 'received-available', t.received_at, greatest(t.received_at, t.matched_at, t.inspected_at)
    FROM receipts t JOIN receipt_lines r USING (receipt_id)
    GROUP BY t.receipt_id HAVING sum(r.inspection) = 0 AND sum(r.available + r.accepted) > 0),
measured AS (
    SELECT leg, ended, greatest(0, extract(epoch FROM ended - began))::double precision / 86400 AS days FROM legs WHERE began IS NOT NULL AND ended <= $1)
SELECT date_trunc('month', ended AT TIME ZONE 'UTC')::date AS month, leg AS key,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days), percentile_cont(0.9) WITHIN GROUP (ORDER BY days), count(*)
FROM measured GROUP BY GROUPING SETS ((1, 2), (2))
