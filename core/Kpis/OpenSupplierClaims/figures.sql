-- Claims, each open from when it was found until it was credited or refused.
SELECT
    c.opened_at AS since, c.settled_at AS until, c.currency AS currency, c.supplier_id AS supplier, o.location AS location, c.kind AS kind,
    ifNull(c.amount, 0) AS amount
FROM (SELECT * FROM supplier_claims FINAL WHERE status != 'WITHDRAWN') AS c
LEFT JOIN (SELECT purchase_order_id, any(location) AS location FROM purchase_order_lines GROUP BY purchase_order_id) AS o
    ON o.purchase_order_id = c.purchase_order_id
