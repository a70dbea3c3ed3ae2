-- What comes of suppliers, and what is claimed for what did not come as it was ordered.

-- Grain: one receipt: goods of one supplier that came to one place at one time. It changes under the lock of its purchase order; without one, under its own.
CREATE TABLE receipts (
    receipt_id         text         PRIMARY KEY,
    version            bigint       NOT NULL,              -- 1 when recorded, one more with each operation about it
    purchase_order_id  text         REFERENCES purchase_orders,   -- null: it came blind and is not matched yet
    supplier_id        text         NOT NULL REFERENCES suppliers,
    location           text         NOT NULL REFERENCES locations,
    received_at        timestamptz  NOT NULL,
    received_by        text         NOT NULL,
    asn_id             text,
    complete           boolean      NOT NULL,              -- nothing more was to come of the order's lines it names
    blind              boolean      NOT NULL,              -- nobody knew which order it was of when it came
    matched_at         timestamptz,
    inspected_at       timestamptz,                        -- the latest
    content            text         NOT NULL,              -- SHA-256 of what it said: one that is told again is known by it
    CHECK (purchase_order_id IS NOT NULL OR blind)
);
CREATE INDEX receipts_by_order ON receipts (purchase_order_id);
CREATE INDEX receipts_by_time ON receipts (received_at, receipt_id);
CREATE INDEX receipts_unmatched ON receipts (supplier_id) WHERE purchase_order_id IS NULL;

-- Grain: units of one sku and lot of a receipt.
CREATE TABLE receipt_lines (
    receipt_id   text         NOT NULL REFERENCES receipts,
    line         integer      NOT NULL,                    -- 1, 2 ... as they were told
    sku          text         NOT NULL REFERENCES items,
    named_line   integer,                                  -- of the purchase order, where the clerk named it
    order_line   integer,                                  -- that its first unit counts for; null: not ordered
    lot          text         NOT NULL,
    expires_at   timestamptz,
    discrepancy  text         CHECK (discrepancy IN ('wrong_item', 'mislabelled')),
    quantity     bigint       NOT NULL CHECK (quantity > 0),
    available    bigint       NOT NULL CHECK (available >= 0),    -- into stock at once, or when it was matched
    inspection   bigint       NOT NULL CHECK (inspection >= 0),   -- held still
    accepted     bigint       NOT NULL CHECK (accepted >= 0),
    rejected     bigint       NOT NULL CHECK (rejected >= 0),     -- to go back to the vendor
    damaged      bigint       NOT NULL CHECK (damaged >= 0),
    PRIMARY KEY (receipt_id, line),
    CHECK (quantity = available + inspection + accepted + rejected + damaged)
);
CREATE INDEX receipt_lines_by_sku ON receipt_lines (sku);
CREATE INDEX receipt_lines_held ON receipt_lines (sku) WHERE inspection > 0;

-- Grain: what is held against a supplier about one line of a receipt, or (short, over) of a purchase order.
CREATE TABLE supplier_claims (
    claim_id           text           PRIMARY KEY,
    version            bigint         NOT NULL,
    status             text           NOT NULL CHECK (status IN ('OPEN', 'ACCEPTED', 'REFUSED', 'CREDITED', 'WITHDRAWN')),
    kind               text           NOT NULL CHECK (kind IN ('SHORT', 'OVER', 'DAMAGED', 'WRONG_ITEM', 'MISLABELLED', 'REJECTED')),
    supplier_id        text           NOT NULL REFERENCES suppliers,
    purchase_order_id  text           NOT NULL REFERENCES purchase_orders,
    receipt_id         text           REFERENCES receipts,       -- null: of a line of the order as a whole
    receipt_line       integer,
    order_line         integer,
    sku                text           NOT NULL REFERENCES items,
    quantity           bigint         NOT NULL CHECK (quantity >= 0),
    currency           text           NOT NULL,
    amount             numeric(28,4),                            -- quantity x the order's price; null: no price is known
    opened_at          timestamptz    NOT NULL,
    accepted_at        timestamptz,
    refused_at         timestamptz,
    credited_at        timestamptz,
    credited           numeric(18,4),
    note               text
);
CREATE INDEX supplier_claims_by_order ON supplier_claims (purchase_order_id);
CREATE INDEX supplier_claims_by_time ON supplier_claims (opened_at, claim_id);
CREATE INDEX supplier_claims_open ON supplier_claims (supplier_id) WHERE status IN ('OPEN', 'ACCEPTED');
