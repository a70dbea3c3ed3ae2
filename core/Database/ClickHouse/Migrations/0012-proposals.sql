-- Grain: one proposal of replenishment, as its latest operation tells it: readers say FINAL. It stays in the month in which it was made. All times UTC, units;
-- price net, per unit, in its currency, null of a transfer. As 0001-facts.sql.
CREATE TABLE IF NOT EXISTS proposal_facts
(
    proposal_id        String,
    version            UInt64,
    kind               LowCardinality(String),         -- purchase, transfer
    status             LowCardinality(String),
    sku                String,
    location           LowCardinality(String),
    supplier_id        LowCardinality(String),         -- empty of a transfer
    from_location      LowCardinality(String),         -- empty of a purchase
    quantity           Int64,                          -- proposed
    accepted_quantity  Int64,                          -- 0 while it is not accepted
    price              Nullable(Decimal(38, 4)),
    currency           LowCardinality(String),
    held               Bool,                           -- not to be ordered yet
    method             LowCardinality(String),
    position           Int64,
    reorder_point      Int64,
    order_up_to        Int64,
    safety_stock       Int64,
    daily_demand       Float64,
    lead_days          Float64,
    purchase_order_id  String,
    made_at            DateTime64(6, 'UTC'),
    time               DateTime64(6, 'UTC'),
    sequence           UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(made_at)
ORDER BY proposal_id
SETTINGS non_replicated_deduplication_window = 1000;
