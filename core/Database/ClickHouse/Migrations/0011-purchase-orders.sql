-- Suppliers, what they sell, rates of currencies, and purchase order lines. All times UTC; quantities are units. As 0001-facts.sql.

-- Grain: one supplier, as the newest fact tells it: readers say FINAL.
CREATE TABLE IF NOT EXISTS suppliers
(
    supplier_id          String,
    name                 String,
    currency             LowCardinality(String),
    country              LowCardinality(String),
    incoterm             LowCardinality(String),
    payment_days         UInt32,
    minimum_order_value  Decimal(38, 4),                  -- net, in its currency
    lead_time_days       UInt32,                          -- quoted
    short_tolerance      Decimal(38, 4),                  -- parts, 0 to 1
    over_tolerance       Decimal(38, 4),
    price_tolerance      Decimal(38, 4),
    inspect_receipts     Bool,
    rank                 UInt32,
    active               Bool,
    time                 DateTime64(6, 'UTC'),
    sequence             UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY supplier_id
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: one item that one supplier sells, as the newest fact tells it: readers say FINAL.
CREATE TABLE IF NOT EXISTS supplier_items
(
    supplier_id       String,
    sku               String,
    price             Decimal(38, 4),                     -- net, per unit
    currency          LowCardinality(String),
    minimum_quantity  Int64,
    pack_multiple     Int64,
    lead_time_days    UInt32,
    rank              UInt32,
    active            Bool,
    time              DateTime64(6, 'UTC'),
    sequence          UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY (supplier_id, sku)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: what one unit of a currency is worth in the base currency, from an instant on: readers say FINAL.
CREATE TABLE IF NOT EXISTS currency_rates
(
    currency  LowCardinality(String),
    at        DateTime64(6, 'UTC'),
    rate      Decimal(38, 10),
    sequence  UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY (currency, at)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: one line of a purchase order, as the latest operation of the order tells it: readers say FINAL. A line stays in the month its order was made in.
CREATE TABLE IF NOT EXISTS purchase_order_lines
(
    purchase_order_id  String,
    line               UInt32,
    version            UInt64,                            -- the order's
    order_status       LowCardinality(String),
    status             LowCardinality(String),
    supplier_id        LowCardinality(String),
    location           LowCardinality(String),
    sku                String,
    origin             LowCardinality(String),
    currency           LowCardinality(String),
    price              Decimal(38, 4),                    -- net, per unit, in the order's currency
    base_rate          Nullable(Decimal(38, 10)),         -- of the order's currency, in the base currency
    ordered            Int64,
    cancelled          Int64,
    closed_short       Int64,
    announced          Int64,
    received           Int64,
    over               Int64,
    created_at         DateTime64(6, 'UTC'),
    submitted_at       Nullable(DateTime64(6, 'UTC')),
    approved_at        Nullable(DateTime64(6, 'UTC')),
    sent_at            Nullable(DateTime64(6, 'UTC')),
    acknowledged_at    Nullable(DateTime64(6, 'UTC')),
    announced_at       Nullable(DateTime64(6, 'UTC')),
    first_received_at  Nullable(DateTime64(6, 'UTC')),
    last_received_at   Nullable(DateTime64(6, 'UTC')),
    closed_at          Nullable(DateTime64(6, 'UTC')),
    due_at             DateTime64(6, 'UTC'),              -- as ordered
    first_promised_at  Nullable(DateTime64(6, 'UTC')),    -- by which the supplier is judged
    promised_at        Nullable(DateTime64(6, 'UTC')),
    expected_at        DateTime64(6, 'UTC'),
    time               DateTime64(6, 'UTC'),
    sequence           UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(created_at)
ORDER BY (purchase_order_id, line)
SETTINGS non_replicated_deduplication_window = 1000;
