-- Facts of the business, made from topic operations alone, and the rollups over them. All times UTC; quantities are units; values net, in the order's currency.
-- Written by the analytics sink in blocks: a block is a range of operation sequences, and each table's part of it carries the token <table>/<from>-<to>, which
-- reaches the rollups too. So a block sent again counts once. The windows hold many times more blocks than a sink can have half done (one).

-- Grain: one order, as its latest operation tells it: readers say FINAL. An order stays in the month it was placed in, so parts of different months never hold the same order.
CREATE TABLE IF NOT EXISTS orders
(
    order_id       String,
    version        UInt64,
    status         LowCardinality(String),
    channel        LowCardinality(String),
    country        LowCardinality(String),
    currency       LowCardinality(String),
    placed_at      DateTime64(6, 'UTC'),
    promised_at    DateTime64(6, 'UTC'),
    closed_at      Nullable(DateTime64(6, 'UTC')),
    lines          UInt32,
    units          Int64,                             -- ordered and not cancelled
    value          Decimal(38, 4),                    -- of those
    waiting_units  Int64,                             -- of those, not yet promised from stock
    shipments      UInt32,
    holds          Array(LowCardinality(String)),     -- open ones
    locations      Array(LowCardinality(String)),
    time           DateTime64(6, 'UTC'),
    sequence       UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(placed_at)
ORDER BY order_id
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: one thing that happened to a line; the columns due and filled add up. +1 due when the order is captured, -1 due when the line is withdrawn before
-- its promise, +1 filled when it has shipped complete from stock the first time, or what is left of it had when the rest was cancelled.
CREATE TABLE IF NOT EXISTS line_facts
(
    order_id     String,
    line         UInt32,
    sku          String,
    channel      LowCardinality(String),
    promised_at  DateTime64(6, 'UTC'),                -- the order's promise: when the line is due
    due          Int8,
    filled       Int8,
    quantity     Int64,
    location     LowCardinality(String),              -- where its last part shipped from; empty where nothing shipped now
    time         DateTime64(6, 'UTC'),
    sequence     UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(promised_at)
ORDER BY (channel, promised_at, order_id, line)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: promise day x channel.
CREATE TABLE IF NOT EXISTS line_fill_daily
(
    day      Date32,
    channel  LowCardinality(String),
    due      Int64,
    filled   Int64
)
ENGINE = SummingMergeTree
PARTITION BY toYear(day)
ORDER BY (channel, day)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS line_fill_daily_view TO line_fill_daily AS
SELECT toDate32(promised_at) AS day, channel, sum(toInt64(line_facts.due)) AS due, sum(toInt64(line_facts.filled)) AS filled
FROM line_facts
GROUP BY day, channel;

-- Grain: one outbound shipment, when the carrier took it.
CREATE TABLE IF NOT EXISTS shipments
(
    shipment_id       String,
    order_id          String,
    number            UInt32,                         -- 1 is the order's first
    channel           LowCardinality(String),
    location          LowCardinality(String),
    carrier           LowCardinality(String),
    released_at       DateTime64(6, 'UTC'),
    shipped_at        DateTime64(6, 'UTC'),
    first_shipped_at  DateTime64(6, 'UTC'),           -- of the order
    multi_unit        Bool,                           -- the order is for more than one unit
    lines             UInt32,
    units             Int64,
    value             Decimal(38, 4),
    time              DateTime64(6, 'UTC'),
    sequence          UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(first_shipped_at)
ORDER BY (channel, first_shipped_at, order_id, number)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: day of the order's first shipment x channel. An order counts with its first shipment, and as split with its second.
CREATE TABLE IF NOT EXISTS split_shipment_daily
(
    day                Date32,
    channel            LowCardinality(String),
    orders             Int64,
    split              Int64,
    multi_unit_orders  Int64,
    multi_unit_split   Int64
)
ENGINE = SummingMergeTree
PARTITION BY toYear(day)
ORDER BY (channel, day)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS split_shipment_daily_view TO split_shipment_daily AS
SELECT
    toDate32(first_shipped_at) AS day,
    channel,
    toInt64(countIf(number = 1)) AS orders,
    toInt64(countIf(number = 2)) AS split,
    toInt64(countIf(number = 1 AND multi_unit)) AS multi_unit_orders,
    toInt64(countIf(number = 2 AND multi_unit)) AS multi_unit_split
FROM shipments
WHERE number <= 2
GROUP BY day, channel;

-- Grain: day shipped x channel x location x carrier. handling_seconds is the sum of shipped - released.
CREATE TABLE IF NOT EXISTS shipment_daily
(
    day               Date32,
    channel           LowCardinality(String),
    location          LowCardinality(String),
    carrier           LowCardinality(String),
    shipments         Int64,
    units             Int64,
    handling_seconds  Int64
)
ENGINE = SummingMergeTree
PARTITION BY toYear(day)
ORDER BY (location, channel, carrier, day)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS shipment_daily_view TO shipment_daily AS
SELECT
    toDate32(shipped_at) AS day,
    channel,
    location,
    carrier,
    toInt64(count()) AS shipments,
    sum(shipments.units) AS units,
    sum(dateDiff('second', released_at, shipped_at)) AS handling_seconds
FROM shipments
GROUP BY day, channel, location, carrier;

-- Grain: one ledger row: units that went from one state to another; an empty state is outside the house.
CREATE TABLE IF NOT EXISTS stock_changes
(
    entry       UInt64,
    sku         String,
    location    LowCardinality(String),
    lot         String,
    from_state  LowCardinality(String),
    to_state    LowCardinality(String),
    quantity    Int64,
    reason      LowCardinality(String),
    cause       String,
    time        DateTime64(6, 'UTC'),
    sequence    UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (location, sku, time, entry)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: one stock position. Readers sum.
CREATE TABLE IF NOT EXISTS stock_positions
(
    sku       String,
    location  LowCardinality(String),
    lot       String,
    state     LowCardinality(String),
    quantity  Int64
)
ENGINE = SummingMergeTree
ORDER BY (location, sku, lot, state)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS stock_positions_view TO stock_positions AS
SELECT sku, location, lot, movement.1 AS state, sum(movement.2) AS quantity
FROM stock_changes
ARRAY JOIN [(from_state, -stock_changes.quantity), (to_state, stock_changes.quantity)] AS movement
WHERE movement.1 != ''
GROUP BY sku, location, lot, state;

-- Grain: day x location x movement.
CREATE TABLE IF NOT EXISTS stock_flow_daily
(
    day         Date32,
    location    LowCardinality(String),
    from_state  LowCardinality(String),
    to_state    LowCardinality(String),
    reason      LowCardinality(String),
    movements   Int64,
    units       Int64
)
ENGINE = SummingMergeTree
PARTITION BY toYear(day)
ORDER BY (location, day, from_state, to_state, reason)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS stock_flow_daily_view TO stock_flow_daily AS
SELECT toDate32(time) AS day, location, from_state, to_state, reason, toInt64(count()) AS movements, sum(quantity) AS units
FROM stock_changes
GROUP BY day, location, from_state, to_state, reason;

-- One row in the end: the watermark of a replayed stream. Empty while business time is the wall clock.
CREATE TABLE IF NOT EXISTS business_clock
(
    one       UInt8 DEFAULT 1,
    now       DateTime64(6, 'UTC'),
    sequence  UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY one;

CREATE VIEW IF NOT EXISTS business_now AS
SELECT if(count() = 0, now64(6, 'UTC'), max(business_clock.now)) AS now FROM business_clock;

-- One row a sink in the end: the block it is at. A block is planned before its facts are written, and done at the latest when the next one is planned.
CREATE TABLE IF NOT EXISTS sink_blocks
(
    sink           LowCardinality(String),
    from_sequence  UInt64,
    to_sequence    UInt64,
    planned_at     DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(from_sequence)
ORDER BY sink
SETTINGS non_replicated_deduplication_window = 1000;
