-- Days from the first promise to the first receipt of each line that was promised and of which units came.
SELECT day, supplier, location, sku, toInt64(1) AS count, days_late AS total, days_late * days_late AS squares
FROM (
    SELECT
        toDate32(assumeNotNull(first_received_at)) AS day, supplier_id AS supplier, location, sku,
        toDecimal128(intDiv(dateDiff('microsecond', assumeNotNull(first_promised_at), assumeNotNull(first_received_at)), 60000000), 6) / 1440 AS days_late
    FROM purchase_order_lines FINAL
    WHERE first_promised_at IS NOT NULL AND first_received_at <= {now:DateTime64(6, 'UTC')}) AS waits
