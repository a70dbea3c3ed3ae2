-- What models and outside monitors see, and the alerts that are made of it.

-- Grain: one finding, as it was last told (told_at, told_by: the event's identity). worth: the money at risk in the base currency; null where it cannot be told.
-- about_key: of its kind and what it is about: findings with the same one are about one thing. raised_at: first told; stands_since: told when it did not
-- stand; cleared_at: null while it stands. part_of: the finding it sits in.
CREATE TABLE findings (
    finding_id      text           PRIMARY KEY,
    kind            text           NOT NULL,
    model           text           NOT NULL,
    model_version   text           NOT NULL,
    about_key       text           NOT NULL,
    sku             text,
    channel         text,
    category        text,
    location        text,
    supplier        text,
    purchase_order  text,
    line            integer,
    feed            text,
    pattern         text           NOT NULL,
    detail          text           NOT NULL,
    since           timestamptz    NOT NULL,
    score           numeric(11,10) NOT NULL CHECK (score BETWEEN 0 AND 1),
    money_at_risk   numeric(28,4),
    currency        text,
    worth           numeric(28,4),
    part_of         text,
    raised_at       timestamptz    NOT NULL,
    stands_since    timestamptz    NOT NULL,
    told_at         timestamptz    NOT NULL,
    told_by         uuid           NOT NULL,
    cleared_at      timestamptz,
    cleared_reason  text,
    CHECK ((money_at_risk IS NULL) = (currency IS NULL))
);

-- Grain: one finding: what it rests on, as it was last told (told_at, told_by). evidence: series, features, alsoMoved, as the event has them.
CREATE TABLE finding_evidence (
    finding_id  text         PRIMARY KEY,
    evidence    jsonb        NOT NULL,
    told_at     timestamptz  NOT NULL,
    told_by     uuid         NOT NULL
);
