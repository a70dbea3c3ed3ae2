-- What is done about exception cases: which remedy, and to what; and purchase order lines that a supplier was asked to send sooner.

-- remedy: as release_hold, of entries of the kind acted alone. target: id of what it was done to.
ALTER TABLE exception_case_entries
    ADD COLUMN remedy  text,
    ADD COLUMN target  text,
    ADD CONSTRAINT exception_case_entries_remedy CHECK ((kind = 'acted') = (remedy IS NOT NULL) AND (remedy IS NULL) = (target IS NULL)) NOT VALID;

-- expedite_requested_at: when the supplier was last asked to send it sooner; wanted_at: by when, null for as soon as it can be had.
ALTER TABLE purchase_order_lines
    ADD COLUMN expedite_requested_at  timestamptz,
    ADD COLUMN wanted_at              timestamptz;

-- What was done about cases, for the check that each deed has its effect.
CREATE INDEX exception_case_entries_acted ON exception_case_entries (case_id) WHERE kind = 'acted';

-- Orders that are late or stuck. progressed_at: when its status last changed. late_told_for: the promise of whose passing a case tells; stuck_told_for: since
-- when nothing had happened, where a case tells of that; null once settled. watch_at: when it is to be looked at.
ALTER TABLE orders
    ADD COLUMN progressed_at   timestamptz,
    ADD COLUMN late_told_for   timestamptz,
    ADD COLUMN stuck_told_for  timestamptz,
    ADD COLUMN watch_at        timestamptz;

-- Of what is open already; when it is stuck is known once its status changes.
UPDATE orders SET watch_at = coalesce(current_promise_at, promised_at) WHERE closed_at IS NULL AND status <> 'SHIPPED';

-- overdue_told: a case tells that it was not delivered in time, and was not settled.
ALTER TABLE shipments ADD COLUMN overdue_told boolean NOT NULL DEFAULT false;

CREATE INDEX orders_watched ON orders (watch_at) WHERE watch_at IS NOT NULL;
