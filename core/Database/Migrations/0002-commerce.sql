-- Master data, orders and stock. All times are event times, UTC; quantities are units; prices and values are net, in the order's currency.

CREATE TABLE items (
    sku         text           PRIMARY KEY,
    name        text           NOT NULL,
    category    text,
    unit_cost   numeric(18,4),
    price       numeric(18,4),
    weight_kg   numeric(18,4),
    hazmat      boolean        NOT NULL,
    active      boolean        NOT NULL,
    updated_at  timestamptz    NOT NULL
);

CREATE TABLE locations (
    location    text         PRIMARY KEY,
    name        text         NOT NULL,
    kind        text         NOT NULL CHECK (kind IN ('warehouse', 'store', '3pl')),
    priority    integer      NOT NULL,                 -- lower is chosen first among equals
    country     text,
    active      boolean      NOT NULL,
    updated_at  timestamptz  NOT NULL
);

CREATE TABLE channels (
    channel     text         PRIMARY KEY,
    name        text         NOT NULL,
    priority    integer      NOT NULL,
    updated_at  timestamptz  NOT NULL
);

CREATE TABLE carriers (
    carrier     text         PRIMARY KEY,
    name        text         NOT NULL,
    active      boolean      NOT NULL,
    updated_at  timestamptz  NOT NULL
);

-- Rules a business may change: every version is kept, each rules from effective_at on.
CREATE TABLE policies (
    kind          text         NOT NULL,
    version       integer      NOT NULL,
    effective_at  timestamptz  NOT NULL,
    settings      jsonb        NOT NULL,
    PRIMARY KEY (kind, version)
);

CREATE TYPE stock_state AS ENUM
    ('available', 'allocated', 'picked', 'quarantined', 'inspection', 'damaged', 'return_pending', 'return_to_vendor', 'in_transit');

-- Grain: one position. Always the sum of its ledger rows; the CHECK is the last guard against promising a unit twice.
CREATE TABLE stock_balances (
    sku       text         NOT NULL,
    location  text         NOT NULL,
    lot       text         NOT NULL,                   -- '' where lots are not kept
    state     stock_state  NOT NULL,
    quantity  bigint       NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (sku, location, lot, state)
) WITH (fillfactor = 70);                              -- room for heap-only updates: these rows change all day

-- Grain: one movement of units from one state to another; from_state null is from outside, to_state null is out of the house.
CREATE TABLE stock_ledger (
    entry       bigint       PRIMARY KEY,              -- gapless
    at          timestamptz  NOT NULL,
    sku         text         NOT NULL,
    location    text         NOT NULL,
    lot         text         NOT NULL,
    from_state  stock_state,
    to_state    stock_state,
    quantity    bigint       NOT NULL CHECK (quantity > 0),
    reason      text         NOT NULL,
    cause       text         NOT NULL,                 -- id of the event that caused it, or of the allocation round
    order_id    text,
    CHECK (from_state IS DISTINCT FROM to_state)
);
CREATE INDEX stock_ledger_by_sku ON stock_ledger (sku, location, entry);

CREATE TYPE order_status AS ENUM
    ('CAPTURED', 'VALIDATING', 'SOURCING', 'BACKORDERED', 'ALLOCATED', 'RELEASED', 'PICKED', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED');

CREATE TABLE orders (
    order_id          text           PRIMARY KEY,
    version           bigint         NOT NULL,         -- one more with each decision about the order
    status            order_status   NOT NULL,         -- what its lines say
    channel           text           NOT NULL,
    customer          text,
    country           text,
    currency          text           NOT NULL,
    tier              smallint       NOT NULL,
    ship_complete     boolean        NOT NULL,
    placed_at         timestamptz    NOT NULL,
    promised_at       timestamptz    NOT NULL,
    first_shipped_at  timestamptz,
    closed_at         timestamptz,
    cancelled_at      timestamptz
);
CREATE INDEX orders_open ON orders (status, placed_at) WHERE closed_at IS NULL;

-- sourced: units covered by live allocations, shipped ones included. ordered - cancelled - sourced is what still waits for stock.
CREATE TABLE order_lines (
    order_id     text           NOT NULL REFERENCES orders,
    line         integer        NOT NULL,
    sku          text           NOT NULL,
    price        numeric(18,4)  NOT NULL,
    ordered      bigint         NOT NULL CHECK (ordered > 0),
    cancelled    bigint         NOT NULL CHECK (cancelled >= 0),
    sourced      bigint         NOT NULL CHECK (sourced >= 0),
    backordered  boolean        NOT NULL,              -- was ever found without stock
    rejected     boolean        NOT NULL,              -- was ever rejected by a node
    due          boolean        NOT NULL,              -- false once wholly withdrawn at the customer's or seller's wish before its promise
    PRIMARY KEY (order_id, line),
    CHECK (cancelled + sourced <= ordered)
) WITH (fillfactor = 80);
CREATE INDEX order_lines_waiting ON order_lines (sku, order_id) WHERE ordered > cancelled + sourced;

-- Grain: units of one line promised from one node and lot. Rows of status ALLOCATED become one shipment's when released.
CREATE TABLE allocations (
    order_id     text      NOT NULL,
    line         integer   NOT NULL,
    number       integer   NOT NULL,                   -- 1, 2 ... within the line
    location     text      NOT NULL,
    lot          text      NOT NULL,
    status       text      NOT NULL CHECK (status IN ('ALLOCATED', 'RELEASED', 'REJECTED', 'CANCELLED')),
    quantity     bigint    NOT NULL CHECK (quantity > 0),
    picked       bigint    NOT NULL CHECK (picked BETWEEN 0 AND quantity),
    packed       bigint    NOT NULL CHECK (packed BETWEEN 0 AND quantity),
    shipment_id  text,
    PRIMARY KEY (order_id, line, number),
    FOREIGN KEY (order_id, line) REFERENCES order_lines
) WITH (fillfactor = 60);
CREATE INDEX allocations_unreleased ON allocations (order_id) WHERE status = 'ALLOCATED';

CREATE TABLE shipments (
    shipment_id   text         PRIMARY KEY,
    order_id      text         NOT NULL REFERENCES orders,
    location      text         NOT NULL,
    status        text         NOT NULL CHECK (status IN ('RELEASED', 'PICKED', 'PACKED', 'SHIPPED', 'DELIVERED', 'RETURNED', 'CANCELLED')),
    number        integer,                             -- 1 for the order's first to leave
    carrier       text,
    service       text,
    tracking      text,
    released_at   timestamptz  NOT NULL,
    shipped_at    timestamptz,                         -- picked up by the carrier
    delivered_at  timestamptz
);
CREATE INDEX shipments_by_order ON shipments (order_id);

-- Any open hold stops release. kinds: awaiting_payment, fraud_risk, incorrect_address, inventory, manual.
CREATE TABLE holds (
    order_id     text         NOT NULL REFERENCES orders,
    kind         text         NOT NULL,
    number       integer      NOT NULL,                -- 1, 2 ... within the order
    reason       text,
    owner        text         NOT NULL,                -- the team whose work it is
    opened_at    timestamptz  NOT NULL,
    released_at  timestamptz,
    PRIMARY KEY (order_id, number)
);

-- Why an order was sourced as it was: the policy's version and what was said for and against each node.
CREATE TABLE allocation_decisions (
    order_id        text         NOT NULL REFERENCES orders,
    order_version   bigint       NOT NULL,
    at              timestamptz  NOT NULL,
    policy_version  integer      NOT NULL,
    reasons         jsonb        NOT NULL,
    PRIMARY KEY (order_id, order_version)
);

CREATE TABLE returns (
    return_id      text           PRIMARY KEY,
    order_id       text           NOT NULL REFERENCES orders,
    status         text           NOT NULL CHECK (status IN ('AUTHORIZED', 'RECEIVED', 'DISPOSITIONED', 'CLOSED')),
    location       text,
    requested_at   timestamptz    NOT NULL,
    received_at    timestamptz,
    inspected_at   timestamptz,
    refunded       numeric(18,4)
);
CREATE INDEX returns_by_order ON returns (order_id);

CREATE TABLE return_lines (
    return_id    text     NOT NULL REFERENCES returns,
    line         integer  NOT NULL,
    sku          text     NOT NULL,
    reason       text,
    requested    bigint   NOT NULL CHECK (requested > 0),
    received     bigint   NOT NULL CHECK (received BETWEEN 0 AND requested),
    inspected    bigint   NOT NULL CHECK (inspected BETWEEN 0 AND received),
    PRIMARY KEY (return_id, line)
);

-- Grain: one thing a person should look at.
CREATE TABLE exception_cases (
    case_id        text           PRIMARY KEY,
    category       text           NOT NULL,
    subject        text           NOT NULL,
    location       text,
    money_at_risk  numeric(18,4),
    detail         text           NOT NULL,
    status         text           NOT NULL CHECK (status IN ('DETECTED', 'TRIAGED', 'ASSIGNED', 'IN_PROGRESS', 'WAITING_EXTERNAL', 'RESOLVED', 'CLOSED', 'REOPENED', 'DUPLICATE')),
    detected_at    timestamptz    NOT NULL
);
