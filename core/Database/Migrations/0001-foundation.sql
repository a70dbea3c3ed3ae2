-- What makes a batch exactly once: positions, identities, decisions and refusals, all written by the transaction that applies it.

-- Grain: one source partition of one Kafka cluster. next_offset is the lowest offset whose effects are not yet stored; a copy of ingest that
-- finds another value than it read has been overtaken and gives its batch up.
CREATE TABLE consumer_positions (
    cluster_id   text        NOT NULL,
    topic        text        NOT NULL,
    partition    integer     NOT NULL,
    next_offset  bigint      NOT NULL,
    PRIMARY KEY (cluster_id, topic, partition)
);

-- Grain: one applied event. identity is 128 bits of SHA-256 over source, id and UTC day; event_day comes first so that a day's identities lie together
-- and a past one can be cut off.
CREATE TABLE applied_events (
    event_day  date  NOT NULL,
    identity   uuid  NOT NULL,
    PRIMARY KEY (event_day, identity)
);

-- One row. mode: wall (business time is the wall clock) or stream (the replayed stream's watermark); null until the first event decides.
-- now: every event before this instant is applied and all that fell due up to it has run. In wall mode it only marks how far due work has run.
CREATE TABLE business_clock (
    one   boolean      PRIMARY KEY DEFAULT true CHECK (one),
    mode  text         CHECK (mode IN ('wall', 'stream')),
    now   timestamptz
);
INSERT INTO business_clock DEFAULT VALUES;

-- One row: the last numbers given out. Taken with a row lock at the end of a transaction, so numbers have no gap and rise in commit order.
CREATE TABLE sequences (
    one           boolean  PRIMARY KEY DEFAULT true CHECK (one),
    outbox        bigint   NOT NULL DEFAULT 0,
    ledger        bigint   NOT NULL DEFAULT 0,
    dead_letters  bigint   NOT NULL DEFAULT 0
);
INSERT INTO sequences DEFAULT VALUES;

-- Grain: one decision, in order; payload is the CloudEvent as it goes to topic operations. Kept: it is the record from which ClickHouse is rebuilt when Kafka no longer has it.
CREATE TABLE outbox (
    sequence  bigint       PRIMARY KEY,
    time      timestamptz  NOT NULL,
    type      text         NOT NULL,
    subject   text         NOT NULL,
    payload   bytea        NOT NULL
);

-- Grain: one Kafka cluster. Everything up to sent is acknowledged by it.
CREATE TABLE relay_positions (
    cluster_id  text    PRIMARY KEY,
    sent        bigint  NOT NULL
);

-- One row a sink. Everything up to confirmed is stored in ClickHouse: a new, empty Kafka cluster is sent only what follows.
CREATE TABLE sink_positions (
    sink       text         PRIMARY KEY,
    confirmed  bigint       NOT NULL,
    at         timestamptz  NOT NULL
);

-- Grain: one refused event. status: open; retry (ingest takes it up with its next batch, mended if mended is set); applied; discarded.
CREATE TABLE dead_letters (
    id           bigint       PRIMARY KEY,
    fingerprint  uuid         NOT NULL UNIQUE,          -- of topic, key and payload: the same message twice is one dead letter
    topic        text         NOT NULL,
    partition    integer      NOT NULL,
    "offset"     bigint       NOT NULL,
    cluster_id   text         NOT NULL,
    key          text,
    event_id     text,
    source       text,
    type         text,
    event_time   timestamptz,
    reason       text         NOT NULL,
    detail       text         NOT NULL,
    payload      bytea        NOT NULL,
    mended       bytea,
    status       text         NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'retry', 'applied', 'discarded')),
    attempts     integer      NOT NULL DEFAULT 1,
    received_at  timestamptz  NOT NULL                  -- wall clock
);
CREATE INDEX dead_letters_retry ON dead_letters (id) WHERE status = 'retry';
