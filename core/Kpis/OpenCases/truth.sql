-- Open cases by category: at the end of each month from the first case's on, or at $1 in its own month, and at $1.
WITH instants AS (
    SELECT m.month::date AS month, least((m.month + interval '1 month') AT TIME ZONE 'UTC', $1) AS at
    FROM generate_series(
        date_trunc('month', (SELECT min(detected_at) FROM exception_cases) AT TIME ZONE 'UTC'), $1 AT TIME ZONE 'UTC' - interval '1 microsecond',
        interval '1 month') AS m (month)
    UNION ALL
    SELECT NULL, $1)
SELECT i.month, c.category AS key, count(*)
FROM instants i JOIN exception_cases c ON c.detected_at <= i.at AND (c.status NOT IN ('RESOLVED', 'CLOSED', 'DUPLICATE') OR c.ended_at > i.at)
GROUP BY 1, 2
