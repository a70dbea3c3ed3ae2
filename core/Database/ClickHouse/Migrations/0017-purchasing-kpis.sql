-- What the KPIs of purchasing ask beside. As 0001-facts.sql; rows written before this say nothing of it until they are rebuilt.

-- The advance shipping notice that the receipt names; '' for none. And when a receipt that came blind was matched to its order.
ALTER TABLE receipt_lines ADD COLUMN IF NOT EXISTS asn_id String AFTER order_line;
ALTER TABLE receipt_lines ADD COLUMN IF NOT EXISTS matched_at Nullable(DateTime64(6, 'UTC')) AFTER inspected_at;

-- When it was credited or refused; null where it is open, accepted or withdrawn.
ALTER TABLE supplier_claims ADD COLUMN IF NOT EXISTS settled_at Nullable(DateTime64(6, 'UTC')) AFTER opened_at;

-- Grain: one line of a purchase order in one advance shipping notice. Written once.
CREATE TABLE IF NOT EXISTS asn_lines
(
    purchase_order_id  String,
    asn_id             String,
    line               UInt32,
    supplier_id        LowCardinality(String),
    quantity           Int64,                          -- units announced
    sent_at            DateTime64(6, 'UTC'),
    expected_at        DateTime64(6, 'UTC'),           -- as announced
    time               DateTime64(6, 'UTC'),
    sequence           UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(sent_at)
ORDER BY (purchase_order_id, asn_id, line)
SETTINGS non_replicated_deduplication_window = 1000;
