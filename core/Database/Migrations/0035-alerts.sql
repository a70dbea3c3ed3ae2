-- What models and outside monitors see, and the alerts that are made of it.

-- Grain: one finding, as it was last told (told_at, told_by: the event's identity). worth: the money at risk in the base currency; null where it cannot be told.
-- about_key: of its kind and what it is about: findings with the same one are about one thing. raised_at: first told; stands_since: told when it did not
-- stand; cleared_at: null while it stands. part_of: the finding it sits in. outcome: null until it was first decided; held_for: why it is held back; held_since:
-- since when there was no place for it; alert_id: the alert it is in. decide_at: when it is to be decided next. counted: it is one of its alert's "standing".
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
    outcome         text           CHECK (outcome IN ('RAISED', 'FOLDED', 'HELD')),
    held_for        text           CHECK (held_for IN ('UNCONFIRMED', 'CLEARED', 'TOO_SMALL', 'UNCERTAIN', 'TOO_MANY', 'PART_UNKNOWN')),
    held_since      timestamptz,
    alert_id        text,
    counted         boolean        NOT NULL DEFAULT false,
    decide_at       timestamptz,
    CHECK (coalesce(outcome = 'HELD', false) = (held_for IS NOT NULL)),
    CHECK (alert_id IS NULL OR outcome IN ('RAISED', 'FOLDED')),
    CHECK ((money_at_risk IS NULL) = (currency IS NULL))
);

-- What is to be decided, that with most money at risk first.
CREATE INDEX findings_due ON findings (decide_at, worth DESC NULLS LAST, finding_id COLLATE "C") WHERE decide_at IS NOT NULL;
CREATE INDEX findings_parts ON findings (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX findings_of_alert ON findings (alert_id, told_at) WHERE alert_id IS NOT NULL;

-- Grain: one finding: what it rests on, as it was last told (told_at, told_by). evidence: series, features, alsoMoved, as the event has them.
CREATE TABLE finding_evidence (
    finding_id  text         PRIMARY KEY,
    evidence    jsonb        NOT NULL,
    told_at     timestamptz  NOT NULL,
    told_by     uuid         NOT NULL
);

-- Grain: one alert: findings about one thing that a person should look at. alert_id: that of the finding it was raised for. lead: the finding about the same that
-- was told last (told_at): pattern, detail, since, score and worth (in currency, the base currency) are its. findings: how many it has; standing: those of them
-- that were not cleared; cleared_at: when the last that was cleared was. rules_version: of the policy "alerts" by which it was raised, with
-- least_money and least_certainty as they were then. Owner and clock as of exception_cases, by the policy "cases", version policy_version; the clock runs while it
-- is RAISED. acts_at: when something falls due: it is escalated (next_at) or settled. ended_at: actioned, dismissed, or closed without either.
CREATE TABLE alerts (
    alert_id         text           PRIMARY KEY,
    version          bigint         NOT NULL,
    status           text           NOT NULL CHECK (status IN ('RAISED', 'ACKNOWLEDGED', 'ACTIONED', 'DISMISSED', 'CLOSED')),
    kind             text           NOT NULL,
    model            text           NOT NULL,
    about_key        text           NOT NULL,
    sku              text,
    channel          text,
    category         text,
    location         text,
    supplier         text,
    purchase_order   text,
    line             integer,
    feed             text,
    lead             text           NOT NULL,
    told_at          timestamptz    NOT NULL,
    pattern          text           NOT NULL,
    detail           text           NOT NULL,
    since            timestamptz    NOT NULL,
    score            numeric(11,10) NOT NULL,
    worth            numeric(28,4),
    currency         text           NOT NULL,
    findings         integer        NOT NULL CHECK (findings > 0),
    standing         integer        NOT NULL CHECK (standing BETWEEN 0 AND findings),
    cleared_at       timestamptz,
    raised_at        timestamptz    NOT NULL,
    rules_version    integer        NOT NULL,
    least_money      numeric(28,4)  NOT NULL,
    least_certainty  numeric(11,10) NOT NULL,
    owner_team       text           NOT NULL,
    severity         text           NOT NULL CHECK (severity IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    assignee         text,
    policy_version   integer        NOT NULL,
    allowed          interval       NOT NULL,
    spent            interval       NOT NULL,
    clock_from       timestamptz,
    due_at           timestamptz,
    level            integer        NOT NULL CHECK (level >= 0),
    next_at          timestamptz,
    acts_at          timestamptz,
    acknowledged_at  timestamptz,
    decided_at       timestamptz,
    action           text           CHECK (action IN ('PURCHASE_ORDER', 'TRANSFER', 'POLICY', 'NOTE')),
    reference        text,
    dismissed_as     text           CHECK (dismissed_as IN ('FALSE', 'KNOWN', 'TOO_SMALL')),
    ended_at         timestamptz,
    closed_at        timestamptz,
    closed_as        text           CHECK (closed_as IN ('CLEARED', 'SETTLED', 'BY_PERSON')),
    changed_at       timestamptz    NOT NULL,
    CHECK (standing > 0 OR cleared_at IS NOT NULL),
    CHECK ((decided_at IS NOT NULL) = (action IS NOT NULL OR dismissed_as IS NOT NULL)),
    CHECK (action IS NULL OR dismissed_as IS NULL),
    CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_as IS NULL))
);

CREATE INDEX alerts_due ON alerts (acts_at) WHERE acts_at IS NOT NULL;

-- About one thing there is one that is not closed.
CREATE UNIQUE INDEX alerts_about ON alerts (about_key) WHERE status <> 'CLOSED';

-- How many a team was given of a day.
CREATE INDEX alerts_by_day ON alerts (raised_at);

-- What people said of a model's alerts, the latest first.
CREATE INDEX alerts_verdicts ON alerts (model, kind, decided_at DESC) WHERE decided_at IS NOT NULL;

-- Those that wait for a person, the costliest first.
CREATE INDEX alerts_open ON alerts (coalesce(worth, 0), alert_id) WHERE status IN ('RAISED', 'ACKNOWLEDGED');

-- Grain: one thing that happened to an alert; status and level are those after it. Written once.
CREATE TABLE alert_entries (
    alert_id      text         NOT NULL,
    version       bigint       NOT NULL,
    kind          text         NOT NULL,
    at            timestamptz  NOT NULL,
    status        text         NOT NULL,
    level         integer      NOT NULL,
    findings      integer      NOT NULL,
    standing      integer      NOT NULL,
    detail        text,
    action        text,
    reference     text,
    dismissed_as  text,
    closed_as     text,
    done_by       text,
    note          text,
    PRIMARY KEY (alert_id, version)
);
