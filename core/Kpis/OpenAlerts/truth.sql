-- Open alerts by model: at the end of each month from the first alert's on, or at $1 in its own month, and at $1.
WITH instants AS (
    SELECT m.month::date AS month, least((m.month + interval '1 month') AT TIME ZONE 'UTC', $1) AS at
    FROM generate_series(
        date_trunc('month', (SELECT min(raised_at) FROM alerts) AT TIME ZONE 'UTC'), $1 AT TIME ZONE 'UTC' - interval '1 microsecond',
        interval '1 month') AS m (month)
    UNION ALL
    SELECT NULL, $1),
ends AS (
    SELECT alert_id, min(at) FILTER (WHERE status NOT IN ('RAISED', 'ACKNOWLEDGED')) AS at FROM alert_entries GROUP BY alert_id)
SELECT i.month, a.model AS key, count(*)
FROM instants i JOIN alerts a ON a.raised_at <= i.at JOIN ends e USING (alert_id)
WHERE e.at IS NULL OR e.at > i.at
GROUP BY 1, 2
