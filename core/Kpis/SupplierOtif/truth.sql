-- Lines due by the day first promised and those that had come in full by then, by month of that day and in all, by supplier.
WITH promised AS (
    SELECT l.*, p.supplier_id, (coalesce(l.first_promised_at, l.due_at) AT TIME ZONE 'UTC')::date AS day
    FROM purchase_order_lines l JOIN purchase_orders p USING (purchase_order_id)
    WHERE p.sent_at <= $1),
due AS (
    SELECT *, ordered - CASE WHEN (withdrawn_at AT TIME ZONE 'UTC')::date <= day THEN cancelled ELSE 0 END AS wanted
    FROM promised WHERE day < ($1 AT TIME ZONE 'UTC')::date),
judged AS (
    SELECT d.day, d.supplier_id,
        (CASE WHEN (d.last_received_at AT TIME ZONE 'UTC')::date <= d.day THEN d.received + d.over ELSE (
            SELECT coalesce(sum(r.quantity), 0) FROM receipts t JOIN receipt_lines r USING (receipt_id)
            WHERE t.purchase_order_id = d.purchase_order_id AND r.order_line = d.line AND (t.received_at AT TIME ZONE 'UTC')::date <= d.day) END)
            >= d.wanted * (1 - s.short_tolerance) AS met
    FROM due d JOIN suppliers s USING (supplier_id) WHERE d.wanted > 0)
SELECT date_trunc('month', day)::date AS month, supplier_id AS key, count(*) FILTER (WHERE met), count(*)
FROM judged GROUP BY GROUPING SETS ((1, 2), (2))
