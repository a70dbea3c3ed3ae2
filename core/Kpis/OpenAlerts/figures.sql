-- Alerts, each open from when it was raised until it was actioned, dismissed, or closed without either.
SELECT
    raised_at AS since,
    ended_at AS until,
    model,
    kind,
    team,
    severity,
    toInt64(1) AS amount
FROM alerts FINAL
