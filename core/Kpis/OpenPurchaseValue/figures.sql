-- Units of lines that were sent: those that have come, until the last receipt; those that are still to come, without an end. What is cancelled or closed short
-- by the order's latest operation is left out. Late by the day first promised, expected by all that is known.
SELECT
    assumeNotNull(sent_at) AS since, part.1 AS until, currency, supplier_id AS supplier, location,
    toDate32(coalesce(first_promised_at, due_at)) AS promised_day, toDate32(expected_at) AS expected_day, part.2 AS amount
FROM (SELECT * FROM purchase_order_lines FINAL WHERE sent_at IS NOT NULL)
ARRAY JOIN [
    (CAST(NULL AS Nullable(DateTime64(6, 'UTC'))), (ordered - cancelled - closed_short - received) * price), (last_received_at, received * price)] AS part
WHERE amount != 0
