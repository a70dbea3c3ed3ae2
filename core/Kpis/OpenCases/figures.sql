-- Cases, each open from when it was detected until it was resolved or found to be a duplicate. One that was opened again was never over.
SELECT
    detected_at AS since,
    ended_at AS until,
    category,
    team,
    severity,
    location,
    toInt64(1) AS amount
FROM exception_cases FINAL
