-- Lines due by the day first promised and those that had come in full by then, by month of that day and in all, by supplier.
WITH promised AS (
    SELECT p.supplier_id, (coalesce(l.first_promised_at, l.due_at) AT TIME ZONE 'UTC')::date AS day, (l.full_at AT TIME ZONE 'UTC')::date AS full_on,
        (CASE WHEN l.withdrawn_at < l.full_at OR l.full_at IS NULL THEN l.withdrawn_at END AT TIME ZONE 'UTC')::date AS dropped_on
    FROM purchase_order_lines l JOIN purchase_orders p USING (purchase_order_id)
    WHERE p.sent_at <= $1)
SELECT date_trunc('month', day)::date AS month, supplier_id AS key, count(*) FILTER (WHERE full_on <= day), count(*)
FROM promised WHERE day < ($1 AT TIME ZONE 'UTC')::date AND NOT coalesce(dropped_on <= day, false)
GROUP BY GROUPING SETS ((1, 2), (2))
