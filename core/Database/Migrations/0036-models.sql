-- What models keep: tables of their own (models and model_*), written by the role ml alone and by no workflow. Nothing of the truth refers to them: what models
-- find comes by events of topic findings, and is lost to nobody when these are emptied.

-- Grain: one version of a model, never changed but for how it stands. Of one name at an instant that version scores which was promoted last.
CREATE TABLE models (
    name             text         NOT NULL,
    version          text         NOT NULL,              -- follows from trained_at
    trained_at       timestamptz  NOT NULL,              -- business time
    data_from        timestamptz  NOT NULL,
    data_to          timestamptz  NOT NULL,              -- exclusive
    rows             bigint       NOT NULL CHECK (rows >= 0),
    parameters       jsonb        NOT NULL,              -- name: text; the seed among them
    metrics          jsonb        NOT NULL,              -- name: number, on later data
    baselines        jsonb        NOT NULL,              -- baseline: the same of it, on the same data
    artefact         bytea        NOT NULL,
    artefact_sha256  bytea        NOT NULL CHECK (octet_length(artefact_sha256) = 32),
    status           text         NOT NULL CHECK (status IN ('CHALLENGER', 'CHAMPION', 'RETIRED', 'REFUSED')),
    reason           text         NOT NULL,
    decided_by       text         NOT NULL,              -- rule, or cli:USER
    promoted_at      timestamptz,                        -- business time from which it scored
    drift            double precision,                   -- its error since it was trained, as a multiple of that when it was; null: not known yet
    registered_at    timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (name, version),
    CHECK (status NOT IN ('CHAMPION', 'RETIRED') OR promoted_at IS NOT NULL)
);
CREATE UNIQUE INDEX models_champion ON models (name) WHERE status = 'CHAMPION';

-- Grain: one job's work at one due instant, answered. It comes with the events it made and with what it remembers, in one transaction.
CREATE TABLE model_runs (
    job          text          NOT NULL,
    due          timestamptz   NOT NULL,                 -- business time
    trained      boolean       NOT NULL,
    scored       boolean       NOT NULL,
    events       integer       NOT NULL,
    held_back    jsonb         NOT NULL,                 -- why: how many
    seconds      double precision NOT NULL,
    policy       integer       NOT NULL,                 -- version of policy models
    answered_at  timestamptz   NOT NULL DEFAULT now(),
    PRIMARY KEY (job, due)
);
CREATE INDEX model_runs_due ON model_runs (due);

-- One row, once there is one: the due instant up to which the models have answered for business time, in a replay: it stands still there until their runs are.
CREATE TABLE model_schedule (
    one     boolean      PRIMARY KEY DEFAULT true CHECK (one),
    due     timestamptz  NOT NULL,
    trains  boolean      NOT NULL,
    scores  boolean      NOT NULL
);

-- Grain: one event to be sent, kept until the next due instant is answered: where Kafka or the role dies, it is sent again as it was.
CREATE TABLE model_outgoing (
    due      timestamptz  NOT NULL,
    ordinal  integer      NOT NULL,
    topic    text         NOT NULL,
    key      text         NOT NULL,
    payload  bytea        NOT NULL,
    sent_at  timestamptz,                                -- wall clock
    PRIMARY KEY (due, ordinal)
);

-- Grain: one finding that was told. What is the same finding, when it ends and how bad it was said to be follows from here.
CREATE TABLE model_findings (
    finding_id   text         PRIMARY KEY,
    job          text         NOT NULL,
    key          text         NOT NULL,                  -- what it is about, as the job names it
    since        timestamptz  NOT NULL,
    raised_at    timestamptz  NOT NULL,
    found_at     timestamptz  NOT NULL,                  -- last
    cleared_at   timestamptz,
    told         jsonb        NOT NULL                   -- as it was told last
);
CREATE UNIQUE INDEX model_findings_open ON model_findings (job, key) WHERE cleared_at IS NULL;

-- As before, and: who writes rows of the truth may read what is the models', and no more.
CREATE OR REPLACE FUNCTION narrow_rights() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT c.relname AS name, coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee, bool_or(a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE')) AS writes
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.oid IN ('api_keys'::regclass, 'audit_log'::regclass, 'audit_head'::regclass, 'change_outcomes'::regclass) AND a.grantee <> c.relowner
        GROUP BY c.relname, r.rolname
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %s', held.name, held.grantee);
        IF held.writes THEN
            EXECUTE format('GRANT %s ON %I TO %s', CASE held.name
                WHEN 'api_keys' THEN 'SELECT, INSERT, UPDATE (expires_at, revoked_at, rotated_to)'
                WHEN 'audit_log' THEN 'SELECT, INSERT'
                WHEN 'audit_head' THEN 'SELECT, UPDATE'
                WHEN 'change_outcomes' THEN 'SELECT, INSERT, DELETE, UPDATE (outcome)' END, held.name, held.grantee);
        ELSIF held.name = 'api_keys' THEN
            EXECUTE format('GRANT SELECT (id, name, roles, channels, locations, created_at, expires_at, revoked_at, rotated_to) ON api_keys TO %s',
                held.grantee);
        ELSIF held.name <> 'change_outcomes' THEN
            EXECUTE format('GRANT SELECT ON %I TO %s', held.name, held.grantee);
        END IF;
    END LOOP;
    FOR held IN
        SELECT c.relname AS name, coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.oid IN ('models'::regclass, 'model_runs'::regclass, 'model_schedule'::regclass, 'model_outgoing'::regclass, 'model_findings'::regclass)
          AND a.grantee <> c.relowner AND a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE')
          AND EXISTS (SELECT FROM pg_class o CROSS JOIN LATERAL aclexplode(o.relacl) w
                      WHERE o.oid = 'orders'::regclass AND w.grantee = a.grantee AND w.privilege_type IN ('INSERT', 'UPDATE', 'DELETE'))
        GROUP BY c.relname, r.rolname
    LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %I FROM %s', held.name, held.grantee);
    END LOOP;
END $$;
SELECT narrow_rights();
