-- The open cases: one row each. Money is in the currency of what the case is about; null where it cannot be told.
SELECT
    case_id,
    category,
    subject,
    team,
    severity,
    location,
    money_at_risk,
    detail,
    status,
    assignee,
    reports,
    level,
    due_at,
    due_at IS NOT NULL AND due_at < {now:DateTime64(6, 'UTC')} AS overdue,
    detected_at,
    dateDiff('second', detected_at, {now:DateTime64(6, 'UTC')}) AS age_seconds,
    multiIf(
        age_seconds < 4 * 3600, '<4h', age_seconds < 24 * 3600, '4-24h', age_seconds < 2 * 86400, '1-2d', age_seconds < 4 * 86400, '2-4d',
        age_seconds < 7 * 86400, '4-7d', '>7d') AS age
FROM exception_cases FINAL
WHERE detected_at <= {now:DateTime64(6, 'UTC')} AND (ended_at IS NULL OR ended_at > {now:DateTime64(6, 'UTC')})
