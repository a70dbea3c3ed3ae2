-- The open claims: one row each. Accepted ones wait for their money.
SELECT
    c.claim_id AS claim_id, c.supplier_id AS supplier, o.location AS location, c.kind AS kind, c.status AS status, c.purchase_order_id AS purchase_order_id,
    c.receipt_id AS receipt_id, c.sku AS sku, c.quantity AS quantity, c.currency AS currency, ifNull(c.amount, 0) AS value, c.opened_at AS opened_at,
    dateDiff('second', c.opened_at, {now:DateTime64(6, 'UTC')}) AS age_seconds
FROM (SELECT * FROM supplier_claims FINAL WHERE status != 'WITHDRAWN') AS c
LEFT JOIN (SELECT purchase_order_id, any(location) AS location FROM purchase_order_lines GROUP BY purchase_order_id) AS o
    ON o.purchase_order_id = c.purchase_order_id
WHERE c.opened_at <= {now:DateTime64(6, 'UTC')} AND (c.settled_at IS NULL OR c.settled_at > {now:DateTime64(6, 'UTC')})
