-- The alerts actioned or dismissed: one row each. Money at risk in the base currency; null where it cannot be told.
SELECT
    toDate32(assumeNotNull(decided_at)) AS day,
    alert_id,
    model,
    kind,
    team,
    pattern,
    sku,
    location,
    supplier,
    detail,
    action,
    reference,
    dismissed_as,
    money_at_risk,
    currency,
    raised_at,
    decided_at,
    action != '' AS actioned
FROM alerts FINAL
WHERE decided_at IS NOT NULL AND decided_at <= {now:DateTime64(6, 'UTC')}
