-- What was told about an order's holds and money, by when it was so. Holds follow from it in whatever order it is heard.

-- payment_pending: its channel gave it as not paid yet. taxes, shipping: of the whole order as placed, null where they were not told. reserved_until: how long
-- stock is kept for it while it is held for want of payment. reservation_ended_at: since when it is promised nothing any more. promised_at stays the first
-- promise; current_promise_at is what the customer was told last, promise_changed_at when.
ALTER TABLE orders
    ADD COLUMN payment_pending       boolean NOT NULL DEFAULT false,
    ADD COLUMN taxes                 numeric(18,4),
    ADD COLUMN shipping              numeric(18,4),
    ADD COLUMN reserved_until        timestamptz,
    ADD COLUMN reservation_ended_at  timestamptz,
    ADD COLUMN current_promise_at    timestamptz,
    ADD COLUMN promise_changed_at    timestamptz;
CREATE INDEX orders_reserved ON orders (reserved_until) WHERE reserved_until IS NOT NULL AND reservation_ended_at IS NULL;
CREATE INDEX orders_unreserved ON orders (order_id) WHERE reservation_ended_at IS NOT NULL;

-- Grain: one thing told about a hold of an order: something opens it, or clears it. For awaiting_payment, the payments count beside it.
CREATE TABLE hold_facts (
    order_id  text         NOT NULL REFERENCES orders,
    kind      text         NOT NULL,
    at        timestamptz  NOT NULL,                   -- when it was so
    opens     boolean      NOT NULL,
    reason    text,
    PRIMARY KEY (order_id, kind, at, opens)
);

-- Grain: one fact that changes what is paid of an order, or (REDUCED, units were cancelled) what is owed. Amounts are gross, in the order's currency.
CREATE TABLE payments (
    order_id          text           NOT NULL REFERENCES orders,
    number            integer        NOT NULL,         -- 1, 2 ... within the order, as they were heard
    kind              text           NOT NULL CHECK (kind IN ('AUTHORIZED', 'CAPTURED', 'VOIDED', 'EXPIRED', 'CHARGED_BACK', 'REDUCED')),
    authorization_id  text,                            -- null: of the order as a whole
    amount            numeric(28,4),                   -- null: the whole; of an order of the highest prices and quantities it is beyond 18 digits
    at                timestamptz    NOT NULL,         -- when it was so
    reason            text,
    PRIMARY KEY (order_id, number)
);

-- What is at risk may be such an order's worth.
ALTER TABLE exception_cases ALTER COLUMN money_at_risk TYPE numeric(28,4);

-- Holds that are there keep their meaning: what opened and cleared them is told as it was.
INSERT INTO hold_facts (order_id, kind, at, opens, reason)
SELECT order_id, kind, opened_at, true, min(reason) FROM holds GROUP BY order_id, kind, opened_at;
INSERT INTO hold_facts (order_id, kind, at, opens)
SELECT DISTINCT order_id, kind, released_at, false FROM holds WHERE released_at IS NOT NULL;
UPDATE holds h SET released_at = greatest(h.opened_at, o.closed_at) FROM orders o
WHERE o.order_id = h.order_id AND h.released_at IS NULL AND o.closed_at IS NOT NULL;
UPDATE orders o SET payment_pending = true FROM holds h
WHERE h.order_id = o.order_id AND h.kind = 'awaiting_payment' AND h.opened_at = o.placed_at AND h.reason = 'payment is pending';
-- Stock that is kept for orders that are not paid is kept three days more, as the built-in policy has it.
UPDATE orders o SET reserved_until = (SELECT coalesce(c.now, statement_timestamp()) FROM business_clock c) + interval '3 days'
FROM holds h WHERE h.order_id = o.order_id AND h.kind = 'awaiting_payment' AND h.released_at IS NULL;
