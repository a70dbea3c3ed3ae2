-- The promised lines of which units came: one row each.
SELECT
    toDate32(assumeNotNull(first_received_at)) AS day, purchase_order_id, line, supplier_id AS supplier, location, sku, first_promised_at, promised_at,
    first_received_at,
    toDecimal128(intDiv(dateDiff('microsecond', assumeNotNull(first_promised_at), assumeNotNull(first_received_at)), 60000000), 6) / 1440 AS days_late
FROM purchase_order_lines FINAL
WHERE first_promised_at IS NOT NULL AND first_received_at <= {now:DateTime64(6, 'UTC')}
