-- Facts of alerts, and of the findings they are made of. All times UTC; money at risk in the base currency. As 0001-facts.sql.

-- Grain: one alert, as its latest operation reports it: readers say FINAL. Empty: does not apply. action, dismissed_as and closed_as as alert.actioned and the
-- others say. ended_at: actioned, dismissed, or closed without either; null while a person is to decide about it.
CREATE TABLE IF NOT EXISTS alerts
(
    alert_id         String,
    version          UInt64,
    status           LowCardinality(String),
    kind             LowCardinality(String),
    model            LowCardinality(String),
    sku              String,
    channel          LowCardinality(String),
    category         LowCardinality(String),
    location         LowCardinality(String),
    supplier         LowCardinality(String),
    purchase_order   String,
    line             UInt32,
    feed             LowCardinality(String),
    pattern          LowCardinality(String),
    detail           String,
    since            DateTime64(6, 'UTC'),
    score            Float64,
    money_at_risk    Nullable(Decimal(38, 4)),
    currency         LowCardinality(String),
    findings         UInt64,
    standing         UInt64,                           -- of them, those that were not cleared
    raised_at        DateTime64(6, 'UTC'),
    team             LowCardinality(String),
    severity         LowCardinality(String),
    assignee         String,
    due_at           Nullable(DateTime64(6, 'UTC')),
    level            UInt32,
    acknowledged_at  Nullable(DateTime64(6, 'UTC')),
    decided_at       Nullable(DateTime64(6, 'UTC')),   -- actioned or dismissed
    action           String,
    reference        String,
    dismissed_as     LowCardinality(String),
    ended_at         Nullable(DateTime64(6, 'UTC')),
    closed_at        Nullable(DateTime64(6, 'UTC')),
    closed_as        LowCardinality(String),
    sequence         UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY alert_id
SETTINGS non_replicated_deduplication_window = 1000;

-- Grain: one finding, as it was when it was last decided what becomes of it: readers say FINAL. outcome: RAISED (an alert for it), FOLDED (part of another's),
-- HELD (back, for held_for); alert_id: the alert it is in, empty where it is in none.
CREATE TABLE IF NOT EXISTS findings
(
    finding_id      String,
    kind            LowCardinality(String),
    model           LowCardinality(String),
    model_version   LowCardinality(String),
    sku             String,
    channel         LowCardinality(String),
    category        LowCardinality(String),
    location        LowCardinality(String),
    supplier        LowCardinality(String),
    purchase_order  String,
    line            UInt32,
    feed            LowCardinality(String),
    pattern         LowCardinality(String),
    since           DateTime64(6, 'UTC'),
    score           Float64,
    money_at_risk   Nullable(Decimal(38, 4)),
    raised_at       DateTime64(6, 'UTC'),
    outcome         LowCardinality(String),
    held_for        LowCardinality(String),
    alert_id        String,
    part_of         String,
    sequence        UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY finding_id
SETTINGS non_replicated_deduplication_window = 1000;
