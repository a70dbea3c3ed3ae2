-- The invoices, those that were not matched first: one row each. Held: a person is to approve or dispute it.
SELECT
    toDate32(received_at) AS day, invoice_id, supplier_id AS supplier, status, arrayStringConcat(reasons, ', ') AS reasons, currency, total, price_variance,
    quantity_variance, received_at, CAST(status AS String) = 'MATCHED' AS matched, CAST(status AS String) = 'VARIANCE_HOLD' AS held
FROM invoice_facts FINAL
WHERE received_at <= {now:DateTime64(6, 'UTC')}
