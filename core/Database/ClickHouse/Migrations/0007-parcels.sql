-- Grain: units of one line of a shipment that did not reach the customer, at one step: refused, returned (on their way back), received_back, and what was
-- chosen: resend_requested, refund_requested. All times UTC; value net, in the order's currency. As 0001-facts.sql.
CREATE TABLE IF NOT EXISTS shipment_steps
(
    shipment_id  String,
    order_id     String,
    line         UInt32,
    sku          String,
    channel      LowCardinality(String),
    location     LowCardinality(String),           -- where they are; of a choice the node that had sent them
    carrier      LowCardinality(String),
    step         LowCardinality(String),
    units        Int64,
    value        Decimal(38, 4),
    currency     LowCardinality(String),
    time         DateTime64(6, 'UTC'),
    sequence     UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (channel, step, time, shipment_id, line)
SETTINGS non_replicated_deduplication_window = 1000;
