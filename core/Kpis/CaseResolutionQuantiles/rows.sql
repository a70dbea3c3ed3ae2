-- The cases resolved: one row each. Money is in the currency of what the case is about; null where it cannot be told.
SELECT
    toDate32(assumeNotNull(ended_at)) AS day,
    case_id,
    category,
    team,
    severity,
    location,
    subject,
    root_cause,
    detected_at,
    ended_at,
    dateDiff('microsecond', detected_at, assumeNotNull(ended_at)) / 3600000000 AS resolution_hours,
    hours,
    worked_hours,
    past_due,
    level,
    reports,
    money_at_risk
FROM exception_cases FINAL
WHERE status IN ('RESOLVED', 'CLOSED') AND ended_at <= {now:DateTime64(6, 'UTC')}
