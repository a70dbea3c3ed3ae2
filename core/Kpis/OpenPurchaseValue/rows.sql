-- The lines of which units are still to come, now: one row each. Base value is null where the rate is not known.
SELECT
    purchase_order_id, line, supplier_id AS supplier, location, sku, status, currency, ordered, received, ordered - cancelled - closed_short - received AS open,
    open * price AS value, toDecimal128(value * base_rate, 4) AS base_value, sent_at, first_promised_at, promised_at, due_at, expected_at,
    toDate32(coalesce(first_promised_at, due_at)) AS promised_day,
    if(promised_day < toDate32({now:DateTime64(6, 'UTC')}), 'late', 'not late') AS lateness,
    greatest(0, dateDiff('day', promised_day, toDate32({now:DateTime64(6, 'UTC')}))) AS days_late,
    if(toDate32(expected_at) < toDate32({now:DateTime64(6, 'UTC')}), 'overdue', toString(toMonday(toDate32(expected_at)))) AS expected
FROM purchase_order_lines FINAL
WHERE sent_at <= {now:DateTime64(6, 'UTC')} AND open > 0
