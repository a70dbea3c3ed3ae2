-- What came of suppliers, and what was claimed for what did not come as it was ordered. All times UTC; quantities are units. As 0001-facts.sql.

-- Grain: one line of a receipt, as its latest operation tells it: readers say FINAL. quantity = available + inspection + accepted + rejected + damaged.
CREATE TABLE IF NOT EXISTS receipt_lines
(
    receipt_id         String,
    line               UInt32,
    version            UInt64,
    purchase_order_id  String,                         -- '' while a blind receipt is not matched
    order_line         UInt32,                         -- 0: not ordered
    supplier_id        LowCardinality(String),
    location           LowCardinality(String),
    sku                String,
    lot                String,
    discrepancy        LowCardinality(String),         -- wrong_item, mislabelled, or ''
    currency           LowCardinality(String),         -- of the price; '' likewise
    price              Nullable(Decimal(38, 4)),       -- net, per unit, as ordered
    quantity           Int64,
    available          Int64,
    inspection         Int64,                          -- held still
    accepted           Int64,
    rejected           Int64,
    damaged            Int64,
    received_at        DateTime64(6, 'UTC'),
    received_by        String,
    inspected_at       Nullable(DateTime64(6, 'UTC')),
    time               DateTime64(6, 'UTC'),
    sequence           UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(received_at)
ORDER BY (receipt_id, line)
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: one claim on a supplier, as its latest operation tells it: readers say FINAL.
CREATE TABLE IF NOT EXISTS supplier_claims
(
    claim_id           String,
    version            UInt64,
    status             LowCardinality(String),         -- OPEN, ACCEPTED, REFUSED, CREDITED, WITHDRAWN
    kind               LowCardinality(String),         -- SHORT, OVER, DAMAGED, WRONG_ITEM, MISLABELLED, REJECTED
    supplier_id        LowCardinality(String),
    purchase_order_id  String,
    receipt_id         String,                         -- '' where it is about a line of the order as a whole
    order_line         UInt32,                         -- 0: not ordered
    sku                String,
    quantity           Int64,                          -- 0 once it is withdrawn
    currency           LowCardinality(String),
    amount             Nullable(Decimal(38, 4)),       -- claimed; null where no price is known
    credited           Nullable(Decimal(38, 4)),       -- null where nothing was
    opened_at          DateTime64(6, 'UTC'),
    time               DateTime64(6, 'UTC'),
    sequence           UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY claim_id
SETTINGS non_replicated_deduplication_window = 1000;
