-- Suppliers, what they sell, what currencies are worth, and purchase orders.

-- Grain: one supplier, as of the newest fact about it.
CREATE TABLE suppliers (
    supplier_id          text           PRIMARY KEY,
    name                 text           NOT NULL,
    currency             text           NOT NULL,
    country              text,
    incoterm             text,
    payment_days         integer        NOT NULL,
    minimum_order_value  numeric(18,4)  NOT NULL,             -- net, in its currency
    lead_time_days       integer        NOT NULL,             -- quoted
    short_tolerance      numeric(5,4)   NOT NULL,             -- parts, 0 to 1
    over_tolerance       numeric(5,4)   NOT NULL,
    price_tolerance      numeric(5,4)   NOT NULL,
    inspect_receipts     boolean        NOT NULL,
    rank                 integer        NOT NULL,             -- lower is asked first
    active               boolean        NOT NULL,
    updated_at           timestamptz    NOT NULL,
    updated_by           uuid           NOT NULL              -- of two facts of one instant the greater counts
);

-- Grain: one item that one supplier sells, as of the newest fact about it.
CREATE TABLE supplier_items (
    supplier_id       text           NOT NULL REFERENCES suppliers,
    sku               text           NOT NULL REFERENCES items,
    price             numeric(18,4)  NOT NULL,                -- net, per unit
    currency          text,                                   -- null: the supplier's
    minimum_quantity  bigint         NOT NULL,
    pack_multiple     bigint         NOT NULL,
    pallet_quantity   bigint,
    lead_time_days    integer,                                -- null: the supplier's
    rank              integer        NOT NULL,
    active            boolean        NOT NULL,
    updated_at        timestamptz    NOT NULL,
    updated_by        uuid           NOT NULL,
    PRIMARY KEY (supplier_id, sku)
);
CREATE INDEX supplier_items_by_sku ON supplier_items (sku);

-- Grain: what one unit of a currency is worth in the base currency, from an instant on.
CREATE TABLE currency_rates (
    currency    text            NOT NULL,
    at          timestamptz     NOT NULL,
    rate        numeric(20,10)  NOT NULL CHECK (rate > 0),
    updated_by  uuid            NOT NULL,
    PRIMARY KEY (currency, at)
);

-- Grain: one purchase order. Its row is the lock of its lines and of what hangs on them.
CREATE TABLE purchase_orders (
    purchase_order_id  text         PRIMARY KEY,
    version            bigint       NOT NULL,
    status             text         NOT NULL CHECK (status IN ('PROPOSED', 'DRAFT', 'PENDING_APPROVAL', 'APPROVED', 'SENT', 'ACKNOWLEDGED', 'CLOSED',
                                        'REJECTED', 'CANCELLED')),
    supplier_id        text         NOT NULL REFERENCES suppliers,
    location           text         NOT NULL REFERENCES locations,
    currency           text         NOT NULL,
    origin             text         NOT NULL CHECK (origin IN ('replenishment', 'person', 'outside')),
    created_by         text         NOT NULL,
    created_at         timestamptz  NOT NULL,
    submitted_at       timestamptz,
    approved_by        text,
    approved_at        timestamptz,
    sent_at            timestamptz,
    acknowledged_at    timestamptz,
    reference          text,                                  -- the supplier's own number
    closed_at          timestamptz,
    note               text,
    policy_version     integer      NOT NULL,
    CHECK (approved_by <> created_by)                         -- the creator never approves
);
CREATE INDEX purchase_orders_open ON purchase_orders (supplier_id) WHERE closed_at IS NULL;
CREATE INDEX purchase_orders_by_time ON purchase_orders (created_at, purchase_order_id);

-- Grain: units of one sku in one purchase order. What is open of it: ordered - cancelled - closed_short - received.
CREATE TABLE purchase_order_lines (
    purchase_order_id  text           NOT NULL REFERENCES purchase_orders,
    line               integer        NOT NULL,
    sku                text           NOT NULL REFERENCES items,
    status             text           NOT NULL CHECK (status IN ('OPEN', 'ASN', 'PART_RECEIVED', 'RECEIVED', 'CLOSED_SHORT', 'CANCELLED')),
    price              numeric(18,4)  NOT NULL,               -- net, per unit, in the order's currency
    ordered            bigint         NOT NULL CHECK (ordered > 0),
    cancelled          bigint         NOT NULL CHECK (cancelled >= 0),
    closed_short       bigint         NOT NULL CHECK (closed_short >= 0),
    announced          bigint         NOT NULL CHECK (announced >= 0),
    received           bigint         NOT NULL CHECK (received >= 0),
    over               bigint         NOT NULL CHECK (over >= 0),   -- received beyond what was ordered
    due_at             timestamptz    NOT NULL,               -- as ordered
    first_promised_at  timestamptz,                           -- by which the supplier is judged
    promised_at        timestamptz,                           -- the latest
    expected_at        timestamptz    NOT NULL,               -- by all that is known
    PRIMARY KEY (purchase_order_id, line),
    CHECK (received + cancelled + closed_short <= ordered)
);
CREATE INDEX purchase_order_lines_open ON purchase_order_lines (sku, expected_at) WHERE status IN ('OPEN', 'ASN', 'PART_RECEIVED');
