-- Grain: one thing that became of money for an order. All times UTC; amounts gross, in the order's currency. As 0001-facts.sql.
CREATE TABLE IF NOT EXISTS payment_facts
(
    order_id          String,
    number            UInt32,                         -- 1, 2 ... within the order, as they were heard
    channel           LowCardinality(String),
    currency          LowCardinality(String),
    kind              LowCardinality(String),         -- AUTHORIZED, CAPTURED, VOIDED, EXPIRED, CHARGED_BACK
    authorization_id  String,                         -- '' for the order's as a whole
    amount            Nullable(Decimal(38, 4)),       -- null where none was told: the whole
    time              DateTime64(6, 'UTC'),           -- when it was so
    sequence          UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (channel, kind, time, order_id, number)
SETTINGS non_replicated_deduplication_window = 1000;
