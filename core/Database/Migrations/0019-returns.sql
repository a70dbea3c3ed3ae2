-- Returned units are known by return line and place, refunds by their own id, and a return may be refused, expire, or be closed short.
ALTER TABLE returns
    DROP CONSTRAINT returns_status_check,
    ADD CONSTRAINT returns_status_check
        CHECK (status IN ('REQUESTED', 'AUTHORIZED', 'REFUSED', 'EXPIRED', 'RECEIVED', 'DISPOSITIONED', 'CLOSED')),
    ADD COLUMN version          bigint       NOT NULL DEFAULT 1,  -- one more with each operation about the return
    ADD COLUMN authorized_at    timestamptz,           -- the latest
    ADD COLUMN refused_at       timestamptz,           -- the latest; refused is what was refused last, and not authorized later
    ADD COLUMN refused_because  text,
    ADD COLUMN expires_at       timestamptz,           -- if nothing was received before
    ADD COLUMN expired_at       timestamptz,           -- that instant, once it has passed
    ADD COLUMN closed_at        timestamptz;           -- no more is to come

-- As the policy has it by default; until then every return was authorized when it was requested.
UPDATE returns SET authorized_at = requested_at, expires_at = requested_at + interval '90 days';
CREATE INDEX returns_expiring ON returns (expires_at) WHERE status IN ('REQUESTED', 'AUTHORIZED');
CREATE INDEX returns_by_request ON returns (requested_at, return_id);

-- Grain: one report of a node about one line of a return, as it was told: units received, or inspected where a disposition is given.
CREATE TABLE return_reports (
    return_id    text         NOT NULL,
    line         integer      NOT NULL,
    number       integer      NOT NULL,                -- 1, 2 ... within the line, as they were heard
    location     text,                                 -- null: an inspection that does not say where
    disposition  text,                                 -- null: received
    quantity     bigint       NOT NULL CHECK (quantity > 0),
    at           timestamptz  NOT NULL,
    event        text         NOT NULL,                -- its identity
    PRIMARY KEY (return_id, line, number),
    FOREIGN KEY (return_id, line) REFERENCES return_lines,
    CHECK (location IS NOT NULL OR disposition IS NOT NULL)
);

-- Grain: units of one line of a return that are booked at one place as one disposition; '' is not inspected yet: return_pending in stock.
CREATE TABLE return_units (
    return_id    text     NOT NULL,
    line         integer  NOT NULL,
    location     text     NOT NULL,
    disposition  text     NOT NULL CHECK (disposition IN ('', 'restock', 'refurbish', 'quarantine', 'return_to_vendor', 'write_off')),
    quantity     bigint   NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (return_id, line, location, disposition),
    FOREIGN KEY (return_id, line) REFERENCES return_lines
);

-- Grain: one refund, as it was told of the earliest time.
CREATE TABLE refunds (
    order_id   text           NOT NULL REFERENCES orders,
    refund_id  text           NOT NULL,                -- its payer's, or the identity of the event that told of it
    return_id  text           REFERENCES returns,      -- null: of the order
    amount     numeric(18,4)  NOT NULL CHECK (amount >= 0),
    paid_at    timestamptz    NOT NULL,
    PRIMARY KEY (order_id, refund_id)
);
CREATE INDEX refunds_by_time ON refunds (paid_at, order_id, refund_id);

-- What had been refunded was one sum a return.
INSERT INTO refunds (order_id, refund_id, return_id, amount, paid_at)
SELECT order_id, 'before/' || md5(return_id), return_id, refunded, coalesce(inspected_at, received_at, requested_at)
FROM returns WHERE refunded IS NOT NULL;

-- Where units had been received and what became of them, the ledger knows by order and sku, not by return: of an order's returns of one sku the units are
-- taken in the order in which they were received. A line's units lie beside one another on a scale of units, as do the
-- ledger's; where they overlap, they are the same.
WITH lines AS (
    SELECT l.return_id, l.line, r.order_id, l.sku, l.received, l.inspected,
        sum(l.received) OVER w - l.received AS received_from, sum(l.received) OVER w AS received_to,
        sum(l.inspected) OVER w - l.inspected AS inspected_from, sum(l.inspected) OVER w AS inspected_to
    FROM return_lines l JOIN returns r USING (return_id) WHERE l.received > 0
    WINDOW w AS (PARTITION BY r.order_id, l.sku ORDER BY r.received_at, l.return_id, l.line)),
moves AS (
    SELECT order_id, sku, location, to_state, reason, substr(reason, 8) AS disposition,
        sum(quantity) OVER w - quantity AS units_from, sum(quantity) OVER w AS units_to
    FROM stock_ledger
    WHERE reason IN ('return_received', 'return_restock', 'return_refurbish', 'return_quarantine', 'return_return_to_vendor', 'return_write_off')
    WINDOW w AS (PARTITION BY order_id, sku, reason = 'return_received' ORDER BY entry)),
received AS (
    SELECT return_id, line, location, sum(least(received_to, units_to) - greatest(received_from, units_from)) AS quantity
    FROM lines JOIN moves USING (order_id, sku)
    WHERE reason = 'return_received' AND received_from < units_to AND units_from < received_to GROUP BY return_id, line, location),
inspected AS (
    SELECT return_id, line, location, disposition, sum(least(inspected_to, units_to) - greatest(inspected_from, units_from)) AS quantity
    FROM lines JOIN moves USING (order_id, sku)
    WHERE reason <> 'return_received' AND inspected_from < units_to AND units_from < inspected_to GROUP BY return_id, line, location, disposition),
pending AS (
    SELECT return_id, line, location, r.quantity - coalesce(sum(i.quantity), 0) AS quantity
    FROM received r LEFT JOIN inspected i USING (return_id, line, location) GROUP BY return_id, line, location, r.quantity),
units AS (
    INSERT INTO return_units (return_id, line, location, disposition, quantity)
    SELECT return_id, line, location, disposition, quantity FROM inspected
    UNION ALL
    SELECT return_id, line, location, '', quantity FROM pending WHERE quantity > 0)
INSERT INTO return_reports (return_id, line, number, location, disposition, quantity, at, event)
SELECT t.return_id, t.line, row_number() OVER (PARTITION BY t.return_id, t.line ORDER BY t.disposition IS NOT NULL, t.location, t.disposition),
    t.location, t.disposition, t.quantity, coalesce(CASE WHEN t.disposition IS NULL THEN r.received_at ELSE r.inspected_at END, r.requested_at), ''
FROM (
    SELECT return_id, line, location, NULL AS disposition, quantity FROM received
    UNION ALL
    SELECT return_id, line, location, disposition, quantity FROM inspected) t JOIN returns r USING (return_id);
