-- Stock by the time of its facts; lots that expire; transfers of their own; corrections that want approval.

-- Grain: one lot of a sku of which it is known when it expires; at: of the fact that told it.
CREATE TABLE lots (
    sku         text         NOT NULL,
    lot         text         NOT NULL,
    expires_at  timestamptz  NOT NULL,
    at          timestamptz  NOT NULL,
    PRIMARY KEY (sku, lot)
);

-- moved_at: when anything moved at the row's sku and location last, by the time of what moved it, as far as a write of this row knew; claimed_at: the time of
-- the latest claim (below) that was held against this row. Null: not since these columns are kept. By them it is known without a look at the ledger that an
-- event is not late, and a late one looks no further back than it must.
ALTER TABLE stock_balances ADD COLUMN moved_at timestamptz, ADD COLUMN claimed_at timestamptz;

-- Grain: one fact that was held against the book: a count (counted), a partner's report (reported), or more taken than there was (taken). What it did to the
-- book depends on all that happened before it; it is weighed anew when something earlier is heard. Deleted when no event so early can come any more.
CREATE TABLE stock_claims (
    identity  uuid         PRIMARY KEY,                -- of the event
    sku       text         NOT NULL,
    location  text         NOT NULL,
    at        timestamptz  NOT NULL,
    cause     text         NOT NULL,                   -- id of the event, as its ledger rows have it
    kind      text         NOT NULL CHECK (kind IN ('TAKEN', 'COUNTED', 'REPORTED')),
    lot       text,                                    -- null: of all lots
    state     stock_state,                             -- counted: null for every state that is no order's, return's or transfer's
    to_state  stock_state,                             -- taken: null for out of the house
    quantity  bigint       NOT NULL CHECK (quantity >= 0),
    reason    text         NOT NULL,
    told      boolean      NOT NULL                    -- a case was opened for it
);
CREATE INDEX stock_claims_by_sku ON stock_claims (sku, at);

-- Grain: one thing reported of a transfer of one sku (of one lot, where several left together). What they amount to is in transfers.
CREATE TABLE transfer_reports (
    identity       uuid         NOT NULL,              -- of the event
    number         integer      NOT NULL,              -- 1, 2 ... of the lots that left together, in the order in which they were taken
    lot            text         NOT NULL,              -- dispatched: the lot that left; else as reported, '' for any
    transfer_id    text         NOT NULL,
    sku            text         NOT NULL,
    at             timestamptz  NOT NULL,
    cause          text         NOT NULL,
    step           text         NOT NULL CHECK (step IN ('DISPATCHED', 'RECEIVED', 'LOST', 'CLOSED')),
    from_location  text,                               -- of what was dispatched
    location       text,                               -- where to, or where it was received
    quantity       bigint       NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (identity, number)
);
CREATE INDEX transfer_reports_by_transfer ON transfer_reports (transfer_id, sku);

-- Grain: one transfer, sku and lot to one place. In transit there: dispatched - received - lost - short, summed over the transfers. over: reported received and
-- never dispatched, not in stock. settled_at: when the last unit was accounted for.
CREATE TABLE transfers (
    transfer_id    text         NOT NULL,
    sku            text         NOT NULL,
    lot            text         NOT NULL,
    to_location    text         NOT NULL,
    from_location  text,                               -- null where units were only reported received
    dispatched_at  timestamptz,
    dispatched     bigint       NOT NULL CHECK (dispatched >= 0),
    received       bigint       NOT NULL CHECK (received >= 0),
    lost           bigint       NOT NULL CHECK (lost >= 0),
    short          bigint       NOT NULL CHECK (short >= 0),
    over           bigint       NOT NULL CHECK (over >= 0),
    settled_at     timestamptz,
    PRIMARY KEY (transfer_id, sku, lot, to_location),
    CHECK (received + lost + short <= dispatched)
);
CREATE INDEX transfers_open ON transfers (to_location, sku) WHERE settled_at IS NULL;
CREATE INDEX transfers_by_dispatch ON transfers (coalesce(dispatched_at, settled_at), transfer_id);
CREATE INDEX transfers_by_sku ON transfers (sku, transfer_id);

-- What was in transit before transfers were kept is on its way by a transfer of this name, until transfer.closed ends it and a count says what has come.
WITH old AS (
    INSERT INTO transfer_reports
    SELECT gen_random_uuid(), 1, b.lot, 'before-transfers', b.sku, c.at, 'before-transfers', 'DISPATCHED', NULL, b.location, b.quantity
    FROM stock_balances b CROSS JOIN (SELECT coalesce(now, business_now()) AS at FROM business_clock) c WHERE b.state = 'in_transit' AND b.quantity > 0
    RETURNING *)
INSERT INTO transfers SELECT transfer_id, sku, lot, location, NULL, at, quantity, 0, 0, 0, 0, NULL FROM old;

-- Grain: one correction of stock that a person asked for. value: at cost.
CREATE TABLE stock_adjustments (
    adjustment_id   text           PRIMARY KEY,
    version         bigint         NOT NULL,           -- 1 when it was asked for, 2 when it was decided
    status          text           NOT NULL CHECK (status IN ('WAITING', 'APPLIED', 'REFUSED')),
    sku             text           NOT NULL,
    location        text           NOT NULL,
    lot             text           NOT NULL,
    state           stock_state    NOT NULL,
    quantity        bigint         NOT NULL CHECK (quantity <> 0),
    value           numeric(28,4),
    reason          text           NOT NULL,
    requested_by    text           NOT NULL,
    requested_at    timestamptz    NOT NULL,
    policy_version  integer        NOT NULL,
    decided_by      text,
    decided_at      timestamptz,
    note            text
);
CREATE INDEX stock_adjustments_by_time ON stock_adjustments (requested_at, adjustment_id);
CREATE INDEX stock_adjustments_waiting ON stock_adjustments (requested_at) WHERE status = 'WAITING';
