-- Grain: one forecast of a sku, by days ahead: readers say FINAL. Units expected on the first days together, at all locations. Days UTC. As 0001-facts.sql.
CREATE TABLE IF NOT EXISTS forecast_sums
(
    sku            String,
    as_of          DateTime64(6, 'UTC'),
    days           UInt16,
    first_day      Date32,
    units          Decimal(38, 4),
    model          LowCardinality(String),             -- several: its locations' differ
    model_version  LowCardinality(String),
    time           DateTime64(6, 'UTC'),
    sequence       UInt64
)
ENGINE = ReplacingMergeTree(sequence)
PARTITION BY toYYYYMM(as_of)
ORDER BY (sku, as_of, days)
SETTINGS non_replicated_deduplication_window = 1000;
