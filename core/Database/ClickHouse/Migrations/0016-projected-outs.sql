-- Grain: one telling that a sku runs out at a location before its next receipt, or (runs_out_on null) does not any more: of a sku and location the highest
-- sequence is how it stands. Days UTC, units. As 0001-facts.sql.
CREATE TABLE IF NOT EXISTS projected_outs
(
    sku              String,
    location         LowCardinality(String),
    runs_out_on      Nullable(Date32),
    next_receipt_on  Nullable(Date32),                 -- null: nothing is expected within the horizon
    units_short      Int64,
    time             DateTime64(6, 'UTC'),
    sequence         UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (location, sku, sequence)
SETTINGS non_replicated_deduplication_window = 1000;
