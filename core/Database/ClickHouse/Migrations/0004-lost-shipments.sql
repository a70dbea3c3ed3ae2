-- Grain: one parcel that its carrier has reported as lost. All times UTC; value net, in the order's currency. As 0001-facts.sql.
CREATE TABLE IF NOT EXISTS lost_shipments
(
    shipment_id  String,
    order_id     String,
    channel      LowCardinality(String),
    location     LowCardinality(String),
    carrier      LowCardinality(String),
    shipped_at   DateTime64(6, 'UTC'),
    units        Int64,
    value        Decimal(38, 4),
    currency     LowCardinality(String),
    time         DateTime64(6, 'UTC'),             -- when it was reported
    sequence     UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(shipped_at)
ORDER BY (channel, shipped_at, shipment_id)
SETTINGS non_replicated_deduplication_window = 1000;
