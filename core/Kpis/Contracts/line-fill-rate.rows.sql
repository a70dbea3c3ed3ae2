-- The lines due: one row each.
SELECT
    order_id,
    line,
    any(line_facts.sku) AS sku,
    any(line_facts.channel) AS channel,
    any(line_facts.promised_at) AS promised_at,
    max(line_facts.quantity) AS quantity,
    sum(line_facts.filled) > 0 AS filled,
    max(line_facts.location) AS filled_from
FROM line_facts
WHERE toDate32(line_facts.promised_at) >= {from:Date32} AND toDate32(line_facts.promised_at) < {to:Date32} AND line_facts.promised_at <= {now:DateTime64(6, 'UTC')}
GROUP BY order_id, line
HAVING sum(line_facts.due) > 0
ORDER BY filled, promised_at DESC, order_id, line
