-- Grain: one run of offsets of a source partition that Kafka had acknowledged and no longer had when ingest came to read them; both ends belong to it. Written
-- by the transaction that moves the partition's position past them, so each is told once. settled_at: when the operator said that their producers had sent them
-- again (a replay says it of its own). Offsets count as messages, though a transactional producer's markers take some as well.
CREATE TABLE lost_messages (
    cluster_id    text         NOT NULL,
    topic         text         NOT NULL,
    partition     integer      NOT NULL,
    first_offset  bigint       NOT NULL,
    last_offset   bigint       NOT NULL CHECK (last_offset >= first_offset),
    found_at      timestamptz  NOT NULL,
    settled_at    timestamptz,
    PRIMARY KEY (cluster_id, topic, partition, first_offset)
);
