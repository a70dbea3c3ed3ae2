-- Orders due by {now}, and those of them delivered by their promise with all units that were not cancelled. An order cancelled as a whole before it was due is
-- not due; one cancelled after that is, and was late.
SELECT
    toDate32(promised_at) AS day,
    channel,
    country,
    toInt64(delivered_at IS NOT NULL AND delivered_at <= promised_at) AS numerator,
    toInt64(1) AS denominator
FROM orders FINAL
WHERE promised_at <= {now:DateTime64(6, 'UTC')} AND NOT (status = 'CANCELLED' AND ifNull(closed_at <= promised_at, false))
