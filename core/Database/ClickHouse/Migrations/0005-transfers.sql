-- Grain: one report of a transfer of one sku (dispatched, received, lost, closed), and what it changed of how the transfer stands. Changes may be below zero:
-- reports come late. All times UTC, units. As 0001-facts.sql.
CREATE TABLE IF NOT EXISTS transfer_facts
(
    transfer_id    String,
    sku            String,
    step           LowCardinality(String),
    from_location  LowCardinality(String),         -- of what was dispatched
    location       LowCardinality(String),         -- where to, or where it was received
    quantity       Int64,                          -- reported
    in_transit     Int64,
    received       Int64,                          -- into stock
    lost           Int64,
    short          Int64,                          -- missing when the transfer was closed
    over           Int64,                          -- reported received and never dispatched
    time           DateTime64(6, 'UTC'),
    sequence       UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (sku, time, transfer_id)
SETTINGS non_replicated_deduplication_window = 1000;
