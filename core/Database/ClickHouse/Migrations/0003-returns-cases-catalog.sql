-- Facts of returns, refunds, exception cases, items and locations. All times UTC; quantities are units; money net, in the order's currency. As 0001-facts.sql.

-- Grain: units of one line of a return that took one step: authorized, received, dispositioned. Received units are told apart by the shipment they had left with:
-- of a line's shipments the earliest first.
CREATE TABLE IF NOT EXISTS return_facts
(
    return_id    String,
    order_id     String,
    line         UInt32,
    sku          String,
    channel      LowCardinality(String),
    step         LowCardinality(String),
    location     LowCardinality(String),               -- where they were received; empty before
    disposition  LowCardinality(String),               -- of the step dispositioned
    shipment_id  String,                               -- of the step received
    shipped_at   Nullable(DateTime64(6, 'UTC')),       -- of that shipment
    quantity     Int64,
    time         DateTime64(6, 'UTC'),
    sequence     UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (channel, step, time, return_id, line)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: day of the outbound shipment x channel: the units of it that came back, whenever they did.
CREATE TABLE IF NOT EXISTS return_cohort_daily
(
    day      Date32,
    channel  LowCardinality(String),
    units    Int64
)
ENGINE = SummingMergeTree
PARTITION BY toYear(day)
ORDER BY (channel, day)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS return_cohort_daily_view TO return_cohort_daily AS
SELECT toDate32(assumeNotNull(shipped_at)) AS day, channel, sum(quantity) AS units
FROM return_facts
WHERE step = 'received' AND shipped_at IS NOT NULL
GROUP BY day, channel;

-- Grain: one refund that was paid.
CREATE TABLE IF NOT EXISTS refunds
(
    return_id  String,
    order_id   String,
    channel    LowCardinality(String),
    currency   LowCardinality(String),
    amount     Decimal(38, 4),
    time       DateTime64(6, 'UTC'),
    sequence   UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (channel, time, return_id)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: one case, as its latest operation reports it: readers say FINAL.
CREATE TABLE IF NOT EXISTS exception_cases
(
    case_id      String,
    category     LowCardinality(String),
    subject      String,
    location     LowCardinality(String),
    detail       String,
    detected_at  DateTime64(6, 'UTC'),
    sequence     UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY case_id
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: one version of an item: it holds from time on. Money is net, per unit; null where it is not known.
CREATE TABLE IF NOT EXISTS item_versions
(
    sku        String,
    name       String,
    category   LowCardinality(String),
    unit_cost  Nullable(Decimal(38, 4)),
    price      Nullable(Decimal(38, 4)),
    active     Bool,
    time       DateTime64(6, 'UTC'),
    sequence   UInt64
)
ENGINE = MergeTree
ORDER BY (sku, time, sequence)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: one version of a location: it holds from time on.
CREATE TABLE IF NOT EXISTS location_versions
(
    location  LowCardinality(String),
    name      String,
    kind      LowCardinality(String),
    active    Bool,
    time      DateTime64(6, 'UTC'),
    sequence  UInt64
)
ENGINE = MergeTree
ORDER BY (location, time, sequence)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: day x sku x location: units on hand (everything at the location but in transit) that came, less those that went. A day ends with its midnight.
CREATE TABLE IF NOT EXISTS stock_on_hand_daily
(
    day       Date32,
    sku       String,
    location  LowCardinality(String),
    units     Int64
)
ENGINE = SummingMergeTree
ORDER BY (sku, location, day)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS stock_on_hand_daily_view TO stock_on_hand_daily AS
SELECT
    toDate32(time - toIntervalMicrosecond(1)) AS day,
    sku,
    location,
    sum(quantity * (toInt64(to_state NOT IN ('', 'in_transit')) - toInt64(from_state NOT IN ('', 'in_transit')))) AS units
FROM stock_changes
GROUP BY day, sku, location;
