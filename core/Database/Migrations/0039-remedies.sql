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
