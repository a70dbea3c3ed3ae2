-- Exception cases that people work: an owner, a clock, an end.

-- owner_team null: from before there were owners; due work gives it one (next_at). allowed: of the team's work, by the calendars of the policy "cases", version
-- policy_version. spent: worked until the clock last stood still; clock_from: since when it runs, null where it stands still. due_at: when allowed is over;
-- null while the clock stands still before that. next_at: when it is escalated next. reports: how often it was reported; detail: as last reported. ended_at:
-- resolved, or found to be a duplicate.
ALTER TABLE exception_cases
    ADD COLUMN version         bigint       NOT NULL DEFAULT 1,
    ADD COLUMN reports         bigint       NOT NULL DEFAULT 1 CHECK (reports > 0),
    ADD COLUMN reported_at     timestamptz,
    ADD COLUMN owner_team      text,
    ADD COLUMN assignee        text,
    ADD COLUMN severity        text         CHECK (severity IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    ADD COLUMN policy_version  integer      NOT NULL DEFAULT 0,
    ADD COLUMN allowed         interval     NOT NULL DEFAULT '0',
    ADD COLUMN spent           interval     NOT NULL DEFAULT '0',
    ADD COLUMN clock_from      timestamptz,
    ADD COLUMN due_at          timestamptz,
    ADD COLUMN level           integer      NOT NULL DEFAULT 0 CHECK (level >= 0),
    ADD COLUMN next_at         timestamptz,
    ADD COLUMN root_cause      text,
    ADD COLUMN ended_at        timestamptz,
    ADD COLUMN closed_at       timestamptz,
    ADD COLUMN duplicate_of    text,
    ADD COLUMN changed_at      timestamptz;

UPDATE exception_cases SET next_at = detected_at, reported_at = detected_at, changed_at = detected_at;

-- The defaults are for a program from before this that still opens cases: they are due to be given an owner.
ALTER TABLE exception_cases
    ALTER COLUMN next_at SET DEFAULT 'epoch',
    ALTER COLUMN changed_at SET DEFAULT 'epoch',
    ALTER COLUMN changed_at SET NOT NULL,
    ADD CONSTRAINT exception_cases_root_cause CHECK (status NOT IN ('RESOLVED', 'CLOSED') OR root_cause IS NOT NULL OR owner_team IS NULL),
    ADD CONSTRAINT exception_cases_duplicate CHECK (status <> 'DUPLICATE' OR duplicate_of IS NOT NULL OR owner_team IS NULL);

-- What falls due.
CREATE INDEX exception_cases_due ON exception_cases (next_at) WHERE next_at IS NOT NULL;

-- Of one category about one thing at one place one is open; what was opened before that was so is in the way of none.
CREATE UNIQUE INDEX exception_cases_open ON exception_cases (subject, category, coalesce(location, ''))
    WHERE status IN ('DETECTED', 'TRIAGED', 'ASSIGNED', 'IN_PROGRESS', 'WAITING_EXTERNAL', 'REOPENED') AND owner_team IS NOT NULL;

-- Which are open about what is named.
CREATE INDEX exception_cases_about ON exception_cases (subject)
    WHERE status IN ('DETECTED', 'TRIAGED', 'ASSIGNED', 'IN_PROGRESS', 'WAITING_EXTERNAL', 'REOPENED');

-- A team's open cases, the earliest due first.
CREATE INDEX exception_cases_by_team ON exception_cases (owner_team, due_at, case_id)
    WHERE status IN ('DETECTED', 'TRIAGED', 'ASSIGNED', 'IN_PROGRESS', 'WAITING_EXTERNAL', 'REOPENED');

-- Grain: one thing that happened to a case: it was reported (opened, repeated), or something was done with it. status, owner_team, assignee, level and
-- root_cause: of the case after it. detail and money_at_risk: as the report said. Written once.
CREATE TABLE exception_case_entries (
    case_id        text           NOT NULL,
    version        bigint         NOT NULL,
    kind           text           NOT NULL,
    at             timestamptz    NOT NULL,
    status         text           NOT NULL,
    owner_team     text,
    assignee       text,
    level          integer        NOT NULL,
    detail         text,
    money_at_risk  numeric(28,4),
    root_cause     text,
    done_by        text,
    note           text,
    PRIMARY KEY (case_id, version)
);
