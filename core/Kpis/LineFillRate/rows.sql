-- The lines due: one row each. The day is part of the key so that a range of days reads no others.
SELECT
    toDate32(line_facts.promised_at) AS day,
    order_id,
    line,
    any(line_facts.sku) AS sku,
    any(line_facts.channel) AS channel,
    any(line_facts.promised_at) AS promised_at,
    max(line_facts.quantity) AS quantity,
    sum(line_facts.filled) > 0 AS filled,
    max(line_facts.location) AS filled_from
FROM line_facts
WHERE line_facts.promised_at <= {now:DateTime64(6, 'UTC')}
GROUP BY day, order_id, line
HAVING sum(line_facts.due) > 0
