-- Hours from detected to resolved of each case resolved by {now}.
SELECT
    toDate32(assumeNotNull(ended_at)) AS day,
    category,
    team,
    severity,
    location,
    dateDiff('microsecond', detected_at, assumeNotNull(ended_at)) / 3600000000 AS measured
FROM exception_cases FINAL
WHERE status IN ('RESOLVED', 'CLOSED') AND ended_at <= {now:DateTime64(6, 'UTC')}
