-- The open alerts: one row each. Money at risk in the base currency; null where it cannot be told.
SELECT
    alert_id,
    model,
    kind,
    team,
    severity,
    pattern,
    sku,
    channel,
    category,
    location,
    supplier,
    purchase_order,
    money_at_risk,
    currency,
    detail,
    status,
    assignee,
    findings,
    level,
    due_at,
    due_at IS NOT NULL AND due_at < {now:DateTime64(6, 'UTC')} AS overdue,
    raised_at,
    dateDiff('second', raised_at, {now:DateTime64(6, 'UTC')}) AS age_seconds,
    multiIf(
        age_seconds < 4 * 3600, '<4h', age_seconds < 24 * 3600, '4-24h', age_seconds < 2 * 86400, '1-2d', age_seconds < 4 * 86400, '2-4d',
        age_seconds < 7 * 86400, '4-7d', '>7d') AS age
FROM alerts FINAL
WHERE raised_at <= {now:DateTime64(6, 'UTC')} AND (ended_at IS NULL OR ended_at > {now:DateTime64(6, 'UTC')})
