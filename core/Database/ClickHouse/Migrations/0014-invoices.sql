-- Grain: one invoice as it stands. All times UTC; amounts in its currency. As 0001-facts.sql.
CREATE TABLE IF NOT EXISTS invoice_facts
(
    invoice_id         String,
    version            UInt64,
    status             LowCardinality(String),         -- UNMATCHED, MATCHED, VARIANCE_HOLD, APPROVED, DISPUTED
    reasons            Array(LowCardinality(String)),  -- why it waits or is held
    supplier_id        LowCardinality(String),
    currency           LowCardinality(String),
    total              Decimal(38, 4),
    tax                Decimal(38, 4),
    freight            Decimal(38, 4),
    lines              UInt32,
    expected           Decimal(38, 4),                 -- what was received at the orders' prices
    price_variance     Decimal(38, 4),
    quantity_variance  Decimal(38, 4),
    rounding           Decimal(38, 4),
    difference         Decimal(38, 4),                 -- that nothing explains
    received_at        DateTime64(6, 'UTC'),
    decided_at         Nullable(DateTime64(6, 'UTC')), -- by a person
    time               DateTime64(6, 'UTC'),           -- of the latest operation about it
    sequence           UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY invoice_id
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: what one charge comes to for one line of a receipt.
CREATE TABLE IF NOT EXISTS charge_facts
(
    charge_id   String,
    kind        LowCardinality(String),                -- freight, duty, handling
    currency    LowCardinality(String),
    receipt_id  String,
    line        UInt32,
    sku         String,
    quantity    Int64,                                 -- units of the receipt's line
    amount      Decimal(38, 4),
    time        DateTime64(6, 'UTC'),
    sequence    UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (kind, time, charge_id, receipt_id, line)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: units that came into stock or left it by one row of the ledger, at cost; or a cost that was told of them later. In the base currency.
CREATE TABLE IF NOT EXISTS stock_cost_facts
(
    entry          UInt64,                             -- of the ledger row; 0 of what was booked later
    kind           LowCardinality(String),             -- in, out, posted
    reason         String,                             -- in: where the cost is from; out: the ledger's reason; posted: by what
    sku            String,
    location       LowCardinality(String),
    currency       LowCardinality(String),
    quantity       Int64,                              -- below 0 of what went out
    cost           Decimal(38, 4),                     -- of what is on hand: below 0 of what went out
    gone           Decimal(38, 4),                     -- booked later, of what had gone
    standard_cost  Nullable(Decimal(38, 4)),           -- of one unit
    variance       Nullable(Decimal(38, 4)),           -- purchase price variance
    order_id       String,
    shipment_id    String,
    receipt_id     String,
    supplier_id    LowCardinality(String),
    at             DateTime64(6, 'UTC'),               -- when the units moved
    time           DateTime64(6, 'UTC'),               -- when it was valued
    sequence       UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (sku, time, kind, entry)
SETTINGS non_replicated_deduplication_window = 1000;
