-- What suppliers say of purchase orders, and when each leg of them was over.

ALTER TABLE purchase_orders
    ADD COLUMN base_rate numeric(20,10),      -- what one unit of its currency is worth in the base currency; null while that is not known
    ADD COLUMN acknowledge_by timestamptz,    -- a case is opened then; null where it is acknowledged, over, or told of
    ADD COLUMN late_at timestamptz,           -- a case is opened then: the first of its open lines should have come; null where told of
    ADD COLUMN late_told_for timestamptz;     -- the expected time whose passing the last such case told of

CREATE INDEX purchase_orders_to_acknowledge ON purchase_orders (acknowledge_by) WHERE acknowledge_by IS NOT NULL;
CREATE INDEX purchase_orders_to_come ON purchase_orders (late_at) WHERE late_at IS NOT NULL;
CREATE INDEX purchase_orders_done ON purchase_orders (supplier_id) WHERE status = 'CLOSED';

ALTER TABLE purchase_order_lines
    ADD COLUMN announced_at timestamptz,      -- the first of its advance shipping notices
    ADD COLUMN first_received_at timestamptz,
    ADD COLUMN last_received_at timestamptz;

-- Grain: what one event says of when one line arrives, how much of it, or at what price. Never changed: the latest by its time counts.
CREATE TABLE purchase_order_promises (
    purchase_order_id  text         NOT NULL REFERENCES purchase_orders,
    line               integer      NOT NULL,
    identity           uuid         NOT NULL,      -- of the event
    at                 timestamptz  NOT NULL,
    kind               text         NOT NULL CHECK (kind IN ('ACKNOWLEDGED', 'DATE_CHANGED', 'ANNOUNCED', 'MILESTONE')),
    arrives_at         timestamptz,                -- null: as ordered
    quantity           bigint,                     -- units that the supplier takes on, or announces; null: as ordered
    price              numeric(18,4),              -- that it wants; null: as ordered
    asn_id             text,
    reason             text,
    PRIMARY KEY (purchase_order_id, line, identity),
    FOREIGN KEY (purchase_order_id, line) REFERENCES purchase_order_lines
);

-- Grain: one advance shipping notice. Its units stand in purchase_order_promises.
CREATE TABLE purchase_order_asns (
    purchase_order_id  text         NOT NULL REFERENCES purchase_orders,
    asn_id             text         NOT NULL,
    identity           uuid         NOT NULL,      -- of the event
    sent_at            timestamptz  NOT NULL,
    expected_at        timestamptz  NOT NULL,      -- as announced
    carrier            text,
    tracking           text,
    PRIMARY KEY (purchase_order_id, asn_id)
);

-- Grain: one milestone of a purchase order, or of a consignment of it.
CREATE TABLE purchase_order_milestones (
    purchase_order_id  text         NOT NULL REFERENCES purchase_orders,
    identity           uuid         NOT NULL,      -- of the event
    at                 timestamptz  NOT NULL,
    milestone          text         NOT NULL,
    asn_id             text,                       -- null: of all of it
    expected_at        timestamptz,
    note               text,
    PRIMARY KEY (purchase_order_id, identity)
);
