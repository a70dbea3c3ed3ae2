-- Alerts actioned, and alerts actioned or dismissed, by what happened to them: by month and in all, by model.
SELECT date_trunc('month', e.at AT TIME ZONE 'UTC')::date AS month, a.model AS key, count(*) FILTER (WHERE e.kind = 'actioned'), count(*)
FROM alert_entries e JOIN alerts a USING (alert_id)
WHERE e.kind IN ('actioned', 'dismissed') AND e.at <= $1
GROUP BY GROUPING SETS ((1, 2), (2))
