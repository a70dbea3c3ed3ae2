-- What findings rest on. As 0019-alerts.sql.

-- Grain: one instant of the series of one finding, as it was told last: readers say FINAL. In the unit of the finding's kind. expected, low and high: null
-- where the model has none. An instant that a later telling leaves out stays as it was.
CREATE TABLE IF NOT EXISTS finding_points
(
    finding_id  String,
    kind        LowCardinality(String),
    model       LowCardinality(String),
    at          DateTime64(6, 'UTC'),
    actual      Float64,
    expected    Nullable(Float64),
    low         Nullable(Float64),                     -- of the expected range
    high        Nullable(Float64),
    sequence    UInt64
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY (finding_id, at)
SETTINGS non_replicated_deduplication_window = 1000;
