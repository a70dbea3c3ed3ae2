-- Alerts actioned or dismissed by {now}, and those of them that were actioned.
SELECT
    toDate32(assumeNotNull(decided_at)) AS day,
    model,
    kind,
    team,
    toInt64(action != '') AS numerator,
    toInt64(1) AS denominator
FROM alerts FINAL
WHERE decided_at IS NOT NULL AND decided_at <= {now:DateTime64(6, 'UTC')}
