-- What readers of the truth ask for beside what workflows need.

-- Orders are listed by when they were placed, they and their lines by what was promised, and found by what is in them.
CREATE INDEX orders_by_placing ON orders (placed_at, order_id);
CREATE INDEX orders_by_promise ON orders (promised_at, order_id);
CREATE INDEX order_lines_by_sku ON order_lines (sku, order_id);
CREATE INDEX shipments_by_release ON shipments (released_at, shipment_id);
CREATE INDEX shipments_by_tracking ON shipments (tracking) WHERE tracking IS NOT NULL;
CREATE INDEX dead_letters_by_status ON dead_letters (status, id);
-- Rows lie in the order of their times: a few pages of summaries find a range of days.
CREATE INDEX stock_ledger_by_time ON stock_ledger USING brin (at);

-- Grain: one incoming topic. newest: event time of the newest event applied; at: wall clock when a batch last brought one.
CREATE TABLE topic_freshness (
    topic   text         PRIMARY KEY,
    newest  timestamptz  NOT NULL,
    at      timestamptz  NOT NULL
);
