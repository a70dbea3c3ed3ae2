-- Variances of the cost layers that receipts made, by month in which they came and in all, by supplier.
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, supplier_id AS key, sum(variance)
FROM cost_layers WHERE source = 'receipt' AND variance IS NOT NULL AND at <= $1
GROUP BY GROUPING SETS ((1, 2), (2)) HAVING sum(variance) <> 0
