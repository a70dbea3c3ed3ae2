-- Hours from detected to the last time it was resolved, added up, and the cases, by month of that and in all, by team.
WITH resolved AS (
    SELECT c.owner_team AS team, e.at, e.at - c.detected_at AS took, c.spent > c.allowed AS past
    FROM exception_cases c JOIN LATERAL (
        SELECT max(at) AS at FROM exception_case_entries WHERE case_id = c.case_id AND kind = 'resolved') e ON true
    WHERE c.status IN ('RESOLVED', 'CLOSED') AND e.at <= $1)
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, team AS key, sum(trunc(extract(epoch FROM took) / 3600, 6)), count(*)
FROM resolved GROUP BY GROUPING SETS ((1, 2), (2))
