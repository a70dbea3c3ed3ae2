-- Hours from released to picked up, p50, p90 and how many, by the month in which the shipment left and in all, by location.
WITH latencies AS (
    SELECT location, shipped_at, extract(epoch FROM shipped_at - released_at)::double precision / 3600 AS hours
    FROM shipments WHERE shipped_at <= $1)
SELECT date_trunc('month', shipped_at AT TIME ZONE 'UTC')::date AS month, location AS key,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY hours), percentile_cont(0.9) WITHIN GROUP (ORDER BY hours), count(*)
FROM latencies
GROUP BY GROUPING SETS ((1, 2), (2))
