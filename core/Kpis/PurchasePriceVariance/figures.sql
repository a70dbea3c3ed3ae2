-- Variances of what receipts brought into stock. They are booked once a day, and never changed.
SELECT toDate32(at) AS day, currency, supplier_id AS supplier, location, sku, assumeNotNull(variance) AS amount
FROM stock_cost_facts
WHERE kind = 'in' AND reason = 'receipt' AND variance IS NOT NULL AND at <= {now:DateTime64(6, 'UTC')}
