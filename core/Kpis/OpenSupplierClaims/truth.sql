-- What is claimed and not settled by currency and supplier: at the end of each month from the first claim on, or at $1 in its own month, and at $1.
WITH instants AS (
    SELECT m.month::date AS month, least((m.month + interval '1 month') AT TIME ZONE 'UTC', $1) AS at
    FROM generate_series(
        date_trunc('month', (SELECT min(opened_at) FROM supplier_claims) AT TIME ZONE 'UTC'), $1 AT TIME ZONE 'UTC' - interval '1 microsecond',
        interval '1 month') AS m (month)
    UNION ALL
    SELECT NULL, $1)
SELECT i.month, concat_ws(' ', c.currency, c.supplier_id) AS key, sum(c.amount)
FROM instants i JOIN supplier_claims c ON c.status <> 'WITHDRAWN' AND c.opened_at <= i.at
    AND NOT coalesce(CASE c.status WHEN 'CREDITED' THEN c.credited_at WHEN 'REFUSED' THEN c.refused_at END <= i.at, false)
GROUP BY 1, 2 HAVING sum(c.amount) <> 0
