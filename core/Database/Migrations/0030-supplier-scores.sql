-- How suppliers do: what each line is judged by, and daily scorecards.

ALTER TABLE purchase_order_lines
    ADD COLUMN first_promise_given_at timestamptz,    -- when the supplier gave the promise by which it is judged
    ADD COLUMN full_at timestamptz,                   -- when all that was wanted of it had come, within the supplier's tolerance
    ADD COLUMN withdrawn_at timestamptz,              -- when we cancelled all of it, or the rest of what had come
    ADD COLUMN reference_price numeric(18,4);         -- one unit on the supplier's list, else the standard cost, when it was made; in the order's currency

CREATE INDEX purchase_order_lines_by_due ON purchase_order_lines (due_at, first_promise_given_at);
CREATE INDEX purchase_order_lines_by_promise ON purchase_order_lines (first_promised_at) WHERE first_promised_at IS NOT NULL;
CREATE INDEX purchase_order_lines_by_full ON purchase_order_lines (full_at) WHERE full_at IS NOT NULL;

ALTER TABLE receipt_lines ADD COLUMN rejected_at timestamptz;       -- when units of it were first rejected
ALTER TABLE supplier_claims ADD COLUMN withdrawn_at timestamptz;

-- Grain: how one supplier did by the end of one day, UTC, over the days of the window that ends with it; as it was known when the next day was scored.
CREATE TABLE supplier_scores (
    supplier_id       text           NOT NULL REFERENCES suppliers,
    day               date           NOT NULL,
    window_days       integer        NOT NULL,
    lines_due         bigint         NOT NULL,              -- by the day first promised, else as ordered
    lines_met         bigint         NOT NULL,              -- of those: in full by the end of it
    lead_times        bigint         NOT NULL,              -- lines that came in full
    lead_minutes      bigint         NOT NULL,              -- from sent to in full: whole minutes, summed
    lead_squares      numeric(38,0)  NOT NULL,              -- and their squares
    receipt_lines     bigint         NOT NULL,
    discrepant_lines  bigint         NOT NULL,              -- damaged, wrong, mislabelled or rejected
    reference_value   numeric(28,4)  NOT NULL,              -- invoiced units at the reference price, in the base currency
    price_difference  numeric(28,4)  NOT NULL,              -- and what was invoiced for them beyond it
    claims_opened     bigint         NOT NULL,
    claims_open       bigint         NOT NULL,              -- whenever they were opened
    claims_credited   bigint         NOT NULL,
    made_at           timestamptz    NOT NULL,
    amended           boolean        NOT NULL,              -- facts of that time were heard after it was made
    PRIMARY KEY (supplier_id, day),
    CHECK (lines_met BETWEEN 0 AND lines_due AND discrepant_lines BETWEEN 0 AND receipt_lines)
);
CREATE INDEX supplier_scores_by_day ON supplier_scores (day);

ALTER TABLE replenishment_proposals
    ADD COLUMN supplier_lines_due bigint,             -- of the supplier's newest scorecard; null: it had none
    ADD COLUMN supplier_lines_met bigint;
