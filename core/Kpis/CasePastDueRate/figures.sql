-- Cases resolved by {now}, and those of them that took more than their hours.
SELECT
    toDate32(assumeNotNull(ended_at)) AS day,
    category,
    team,
    severity,
    location,
    toInt64(past_due) AS numerator,
    toInt64(1) AS denominator
FROM exception_cases FINAL
WHERE status IN ('RESOLVED', 'CLOSED') AND ended_at <= {now:DateTime64(6, 'UTC')}
