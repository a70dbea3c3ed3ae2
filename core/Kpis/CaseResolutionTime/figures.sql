-- Hours from detected to resolved, with six decimals, of each case resolved by {now}.
SELECT
    toDate32(assumeNotNull(ended_at)) AS day,
    category,
    team,
    severity,
    location,
    toDecimal128(dateDiff('microsecond', detected_at, assumeNotNull(ended_at)), 6) / 3600000000 AS total,
    toInt64(1) AS count
FROM exception_cases FINAL
WHERE status IN ('RESOLVED', 'CLOSED') AND ended_at <= {now:DateTime64(6, 'UTC')}
