-- Grain: one telling of how likely a purchase order line is late: of a line the highest time is the latest, the lowest the first. As 0001-facts.sql.
CREATE TABLE IF NOT EXISTS delay_assessments
(
    purchase_order_id  String,
    line               UInt32,
    supplier_id        LowCardinality(String),
    location           LowCardinality(String),
    sku                String,
    model              LowCardinality(String),
    model_version      LowCardinality(String),
    moment             LowCardinality(String),            -- what had happened last
    against            DateTime64(6, 'UTC'),              -- the promise, or the date as ordered, by whose day (UTC) it is judged
    probability        Decimal(38, 10),                   -- of coming after that day
    time               DateTime64(6, 'UTC'),
    sequence           UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (purchase_order_id, line, sequence)
SETTINGS non_replicated_deduplication_window = 1000;
