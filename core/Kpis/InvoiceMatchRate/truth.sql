-- Invoices matched without a person and all, by month of their receipt and in all, by supplier. What a person decided is APPROVED or DISPUTED.
SELECT date_trunc('month', received_at AT TIME ZONE 'UTC')::date AS month, supplier_id AS key, count(*) FILTER (WHERE status = 'MATCHED'), count(*)
FROM invoices WHERE received_at <= $1
GROUP BY GROUPING SETS ((1, 2), (2))
