-- What others are to be told by webhook, and how far it has come.

-- Grain: an endpoint that was ever configured, by the name it has there. position: decisions up to it were looked at for this endpoint; what it wants of
-- them is in webhook_deliveries. url_hash: SHA-256 of where it was, for the address itself may be a secret. failures: attempts in a row to which it did
-- not answer as it should; not_before: nothing is sent to it before. disabled_at: it answered that it is gone.
CREATE TABLE webhook_endpoints (
    endpoint      text         PRIMARY KEY,
    position      bigint       NOT NULL CHECK (position >= 0),
    url_hash      bytea        NOT NULL CHECK (octet_length(url_hash) = 32),
    failures      integer      NOT NULL DEFAULT 0 CHECK (failures >= 0),
    not_before    timestamptz,
    disabled_at   timestamptz,
    delivered_at  timestamptz                          -- the latest success
);

-- Grain: one decision for one endpoint. delivery_id: the webhook-id, the same for every attempt. All times are the wall clock's.
CREATE TABLE webhook_deliveries (
    delivery_id  text         PRIMARY KEY,
    endpoint     text         NOT NULL REFERENCES webhook_endpoints,
    sequence     bigint       NOT NULL,                -- of the decision
    type         text         NOT NULL,
    subject      text         NOT NULL,                -- the case or the alert: of one the earlier is told before the later
    body         bytea        NOT NULL,
    status       text         NOT NULL CHECK (status IN ('pending', 'delivered', 'dead')),
    attempts     integer      NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    created_at   timestamptz  NOT NULL,
    next_at      timestamptz  NOT NULL,                -- not tried before
    ended_at     timestamptz  CHECK ((ended_at IS NULL) = (status = 'pending')),
    last_error   text
);

-- What is due, and what of the same subject comes before it.
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, next_at, sequence) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_of_subject ON webhook_deliveries (endpoint, subject, sequence) WHERE status = 'pending';

-- Dead letters, the latest first; and what is pruned.
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (ended_at) WHERE status = 'dead';
CREATE INDEX webhook_deliveries_delivered ON webhook_deliveries (ended_at) WHERE status = 'delivered';
