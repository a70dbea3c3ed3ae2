-- Stock that runs out, and consignments that do not come.

-- Grain: one sku at one location that runs out within the horizon, with the numbers of the run of replenishment that last had another answer:
-- available + inbound - orders - daily_demand x days from looked_on to short_on = - units_short (rounded up). No row: it does not run out.
CREATE TABLE projected_outs (
    sku              text           NOT NULL REFERENCES items,
    location         text           NOT NULL REFERENCES locations,
    looked_on        date           NOT NULL,               -- the first day of the projection
    runs_out_on      date           NOT NULL,               -- before looked_on: it ran out by then
    next_receipt_on  date,                                  -- null: nothing is expected within the horizon
    lead_days        integer        NOT NULL,               -- what is ordered on looked_on comes so many days after it
    before_receipt   boolean        NOT NULL,               -- runs out before the next receipt; where there is none, before what is ordered now would come
    short_on         date           NOT NULL,               -- the last day before something comes after it ran out, or of the horizon
    units_short      bigint         NOT NULL CHECK (units_short > 0),
    available        bigint         NOT NULL,
    daily_demand     numeric(18,4)  NOT NULL,
    orders           bigint         NOT NULL,               -- units of customers' orders that wait and are due by short_on
    inbound          bigint         NOT NULL,               -- units expected by short_on
    case_opened      boolean        NOT NULL,
    PRIMARY KEY (sku, location)
);
CREATE INDEX projected_outs_worst ON projected_outs (runs_out_on, (-units_short), sku, location) WHERE before_receipt;

-- Grain: by what rules the latest run projected. One row, once one has.
CREATE TABLE projection_state (
    id             integer      PRIMARY KEY CHECK (id = 1),
    ran_at         timestamptz  NOT NULL,
    horizon_days   integer      NOT NULL,
    transfer_days  integer      NOT NULL,
    waits_at       text         NOT NULL,                   -- the location from where is expected what customers wait for
    window_days    integer      NOT NULL,                   -- demand is the mean of so many days, of fewer where it was first sold later
    minimum_days   integer      NOT NULL                    -- but of so many at least
);

-- A consignment that does not come. missing_at: a case is opened then; null where its units have come, are not to come, or one was opened. missing_since: when
-- it was; null where it is not missing.
ALTER TABLE purchase_order_asns ADD COLUMN missing_at timestamptz, ADD COLUMN missing_since timestamptz;
CREATE INDEX purchase_order_asns_to_come ON purchase_order_asns (missing_at) WHERE missing_at IS NOT NULL;
UPDATE purchase_order_asns a SET missing_at = a.expected_at + interval '7 days'
FROM purchase_orders o WHERE o.purchase_order_id = a.purchase_order_id AND o.status IN ('SENT', 'ACKNOWLEDGED');
