-- Replenishment: demand by day, its running sums, units on order, and what is proposed.

-- Grain: how far demand is rolled up. One row; whoever writes demand holds its lock.
CREATE TABLE replenishment_state (
    id            integer      PRIMARY KEY CHECK (id = 1),
    rolled_from   date,                                       -- the first day kept; null before the first run
    rolled_until  date,                                       -- the first day not rolled up
    window_days   integer      NOT NULL,                      -- of demand_sums
    ran_at        timestamptz
);
INSERT INTO replenishment_state (id, window_days) VALUES (1, 0);

-- Grain: one day's orders of one sku, by the location they are to come from. Gross: what is cancelled later counts. Made from order lines, so without
-- foreign keys of its own.
CREATE TABLE demand_days (
    day       date    NOT NULL,
    sku       text    NOT NULL,
    location  text    NOT NULL,
    units     bigint  NOT NULL,
    PRIMARY KEY (day, sku, location)
);

-- Grain: one sku at one location: sums over the window's days of demand_days, moved on by the days that enter and leave it.
CREATE TABLE demand_sums (
    sku        text     NOT NULL,
    location   text     NOT NULL,
    units      bigint   NOT NULL,
    squares    numeric  NOT NULL,                             -- of the days' units
    first_day  date     NOT NULL,
    PRIMARY KEY (sku, location)
);

-- Grain: one sku at one location: what is open on purchase orders to it. Changed by differences, in the transaction that changes the orders.
CREATE TABLE units_on_order (
    sku         text    NOT NULL REFERENCES items,
    location    text    NOT NULL REFERENCES locations,
    on_order    bigint  NOT NULL,                             -- on orders that were sent
    to_be_sent  bigint  NOT NULL,                             -- on orders that were not sent yet
    PRIMARY KEY (sku, location)
);

-- Grain: one proposal, with every number that went into it (units, days; prices net in the supplier's currency).
CREATE TABLE replenishment_proposals (
    proposal_id        text              PRIMARY KEY,
    version            bigint            NOT NULL,
    kind               text              NOT NULL CHECK (kind IN ('purchase', 'transfer')),
    status             text              NOT NULL CHECK (status IN ('OPEN', 'ACCEPTED', 'EDITED', 'DISMISSED', 'EXPIRED')),
    sku                text              NOT NULL REFERENCES items,
    location           text              NOT NULL REFERENCES locations,
    supplier_id        text              REFERENCES suppliers,
    from_location      text              REFERENCES locations,
    quantity           bigint            NOT NULL CHECK (quantity > 0),
    accepted_quantity  bigint,
    price              numeric(18,4),
    currency           text,
    due_at             timestamptz       NOT NULL,
    why                text              NOT NULL,
    held               text,                                  -- why it is not to be ordered yet
    made_at            timestamptz       NOT NULL,
    updated_at         timestamptz       NOT NULL,            -- when its numbers were as they are
    policy_version     integer           NOT NULL,
    method             text              NOT NULL,
    wanted             bigint            NOT NULL,            -- before it was rounded
    available          bigint            NOT NULL,
    inspection         bigint            NOT NULL,
    on_order           bigint            NOT NULL,
    to_be_sent         bigint            NOT NULL,
    in_transit         bigint            NOT NULL,
    transfers_in       bigint            NOT NULL,
    transfers_out      bigint            NOT NULL,
    waiting            bigint            NOT NULL,
    position           bigint            NOT NULL,
    demand_units       bigint            NOT NULL,
    demand_days        integer           NOT NULL,
    daily_demand       double precision  NOT NULL,
    demand_deviation   double precision  NOT NULL,
    lead_days          double precision  NOT NULL,
    lead_deviation     double precision  NOT NULL,
    lead_times_known   integer           NOT NULL,            -- 0: as quoted
    service_level      double precision  NOT NULL,
    safety_factor      double precision  NOT NULL,
    safety_stock       bigint            NOT NULL,
    review_days        integer           NOT NULL,
    reorder_point      bigint            NOT NULL,
    order_up_to        bigint            NOT NULL,
    cover_days         double precision,                      -- null: nothing is sold
    minimum_quantity   bigint            NOT NULL,
    pack_multiple      bigint            NOT NULL,
    pallet_quantity    bigint,
    decided_at         timestamptz,
    decided_by         text,
    note               text,
    purchase_order_id  text,
    not_again_until    timestamptz,                           -- until then no other of its kind is proposed for the sku at the location
    settled_at         timestamptz                            -- of an accepted transfer: it was dispatched, or was not in time
);
CREATE UNIQUE INDEX replenishment_proposals_open ON replenishment_proposals (sku, location, kind) WHERE status = 'OPEN';
CREATE INDEX replenishment_proposals_held_back ON replenishment_proposals (not_again_until) WHERE not_again_until IS NOT NULL;
CREATE INDEX replenishment_proposals_transfers ON replenishment_proposals (proposal_id)
    WHERE kind = 'transfer' AND status IN ('ACCEPTED', 'EDITED') AND settled_at IS NULL;
CREATE INDEX replenishment_proposals_by_time ON replenishment_proposals (made_at, proposal_id);
