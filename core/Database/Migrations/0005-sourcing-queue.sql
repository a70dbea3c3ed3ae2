-- Lines that wait for stock, in the order in which they are served, so that a round reads as many of them as the stock at hand can serve and not all that wait.

-- The order's, copied when it is captured; queue_channel_priority follows the channel's. Null in rows that an older version has written: those come first, and so are always read.
ALTER TABLE order_lines
    ADD COLUMN queue_tier              integer,
    ADD COLUMN queue_promised_at       timestamptz,
    ADD COLUMN queue_channel_priority  integer,
    ADD COLUMN queue_placed_at         timestamptz;

UPDATE order_lines l SET queue_tier = o.tier, queue_promised_at = o.promised_at, queue_channel_priority = coalesce(c.priority, 100),
    queue_placed_at = o.placed_at
FROM orders o LEFT JOIN channels c USING (channel) WHERE o.order_id = l.order_id AND l.ordered > l.cancelled + l.sourced;

CREATE INDEX order_lines_queue ON order_lines (sku, queue_tier NULLS FIRST, queue_promised_at, queue_channel_priority, queue_placed_at, order_id COLLATE "C")
    WHERE ordered > cancelled + sourced;
DROP INDEX order_lines_waiting;

-- Grain: one sku that lines wait for and of which something came back, came in or was taken since the last allocation round: only those lines are worth another look.
CREATE TABLE changed_skus (
    sku  text  PRIMARY KEY
);
INSERT INTO changed_skus
SELECT DISTINCT l.sku FROM order_lines l
WHERE l.ordered > l.cancelled + l.sourced AND EXISTS (SELECT FROM stock_balances b WHERE b.sku = l.sku AND b.state = 'available' AND b.quantity > 0);
