-- Lines of purchase orders that were sent, by the day first promised, once that day is over; and whether they had come in full by then. What we cancelled by
-- then, all of it or the rest of what had come, was not due, or in full.
SELECT
    toDate32(coalesce(first_promised_at, due_at)) AS day, supplier_id AS supplier, location, sku,
    toInt64(ifNull(toDate32(full_at) <= day, false)) AS numerator,
    toInt64(1) AS denominator
FROM purchase_order_lines FINAL
WHERE sent_at <= {now:DateTime64(6, 'UTC')} AND day < toDate32({now:DateTime64(6, 'UTC')})
    AND (withdrawn_at IS NULL OR toDate32(withdrawn_at) > day OR ifNull(full_at <= withdrawn_at, false))
