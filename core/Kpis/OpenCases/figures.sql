-- Cases, each open from when it was detected. No operation ends one, so none has an end.
SELECT
    detected_at AS since,
    CAST(NULL AS Nullable(DateTime64(6, 'UTC'))) AS until,
    category,
    location,
    toInt64(1) AS amount
FROM exception_cases FINAL
