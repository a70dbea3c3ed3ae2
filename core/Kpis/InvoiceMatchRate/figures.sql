-- Invoices by the day on which they came; and those that were matched without a person.
SELECT toDate32(received_at) AS day, supplier_id AS supplier, toInt64(CAST(status AS String) = 'MATCHED') AS numerator, toInt64(1) AS denominator
FROM invoice_facts FINAL
WHERE received_at <= {now:DateTime64(6, 'UTC')}
