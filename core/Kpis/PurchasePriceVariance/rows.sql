-- What receipts brought into stock and was valued: one row a row of the ledger. Goods are at the order's price, without what it cost to get them here.
SELECT
    toDate32(at) AS day, entry, receipt_id, supplier_id AS supplier, location, sku, currency, quantity, standard_cost,
    assumeNotNull(quantity * standard_cost) AS at_standard_cost, at_standard_cost + assumeNotNull(variance) AS at_order_price,
    assumeNotNull(variance) AS variance, at
FROM stock_cost_facts
WHERE kind = 'in' AND reason = 'receipt' AND variance IS NOT NULL AND at <= {now:DateTime64(6, 'UTC')}
