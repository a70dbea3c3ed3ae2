-- How suppliers do. All times UTC. As 0001-facts.sql.

ALTER TABLE purchase_order_lines
    ADD COLUMN IF NOT EXISTS full_at Nullable(DateTime64(6, 'UTC')) AFTER last_received_at,         -- all that was wanted had come
    -- We cancelled what was open.
    ADD COLUMN IF NOT EXISTS withdrawn_at Nullable(DateTime64(6, 'UTC')) AFTER full_at;

-- Grain: how one supplier did by the end of one day, over the days of the window that ends with it: readers say FINAL.
CREATE TABLE IF NOT EXISTS supplier_scores
(
    supplier_id       LowCardinality(String),
    day               Date32,
    window_days       UInt32,
    lines_due         Int64,                           -- by the day first promised, else as ordered
    lines_met         Int64,                           -- of those: in full by the end of it
    lead_times        Int64,                           -- lines that came in full
    lead_minutes      Int64,                           -- from sent to in full, summed
    lead_squares      Decimal(38, 0),                  -- and their squares
    receipt_lines     Int64,
    discrepant_lines  Int64,                           -- damaged, wrong, mislabelled or rejected
    reference_value   Decimal(38, 4),                  -- invoiced units at the reference price, in the base currency
    price_difference  Decimal(38, 4),                  -- and what was invoiced for them beyond it
    claims_opened     Int64,
    claims_open       Int64,                           -- whenever they were opened
    claims_credited   Int64,
    time              DateTime64(6, 'UTC'),
    sequence          UInt64
)
ENGINE = ReplacingMergeTree(sequence)
PARTITION BY toYYYYMM(day)
ORDER BY (supplier_id, day)
SETTINGS non_replicated_deduplication_window = 1000;
