-- Who may ask, what people and programs changed, and what a request asked twice is answered. All times are the wall clock's.

-- Grain: one key of a program or a person. Only the secret's SHA-256 is kept: 256 random bits cannot be guessed, so a slow hash would add nothing.
-- A key is never deleted: audit rows go on naming it.
CREATE TABLE api_keys (
    id          text         PRIMARY KEY,
    name        text         NOT NULL,
    hash        bytea        NOT NULL CHECK (octet_length(hash) = 32),
    roles       text[]       NOT NULL CHECK (cardinality(roles) > 0),
    channels    text[],                                -- null: every channel
    locations   text[],                                -- null: every location
    created_at  timestamptz  NOT NULL,
    expires_at  timestamptz,                           -- null: never
    revoked_at  timestamptz,
    rotated_to  text         REFERENCES api_keys       -- the key that takes this one's place
);

-- Grain: one change that was asked for, done or refused, in the order in which they were committed. before and after are json, not jsonb: the hash is of
-- the text as it was written.
CREATE TABLE audit_log (
    entry          bigint       PRIMARY KEY CHECK (entry > 0),    -- gapless
    at             timestamptz  NOT NULL,
    actor          text         NOT NULL,              -- key:ID, user:SUBJECT, cli:USER
    action         text         NOT NULL,
    subject        text         NOT NULL,
    before         json,
    after          json,
    reason         text,
    outcome        text         NOT NULL,              -- done, or the code of the refusal
    previous_hash  bytea        NOT NULL CHECK (octet_length(previous_hash) = 32),
    hash           bytea        NOT NULL CHECK (octet_length(hash) = 32)   -- SHA-256 over previous_hash and all columns above
);
CREATE INDEX audit_log_by_subject ON audit_log (subject, entry);

-- One row: the last entry and its hash, so that a missing end shows as well. Its lock, taken last, puts entries into the order of commits.
CREATE TABLE audit_head (
    one    boolean  PRIMARY KEY DEFAULT true CHECK (one),
    entry  bigint   NOT NULL DEFAULT 0,
    hash   bytea    NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(hash) = 32)
);
INSERT INTO audit_head DEFAULT VALUES;

-- Grain: one idempotency key of one actor. The row comes first and locks out the same request beside it; outcome follows in the same transaction.
CREATE TABLE change_outcomes (
    actor       text         NOT NULL,
    key         text         NOT NULL,
    action      text         NOT NULL,
    input_hash  bytea        NOT NULL,
    outcome     json,
    at          timestamptz  NOT NULL,
    PRIMARY KEY (actor, key)
);

-- Rights are given to roles for all tables alike, by default privileges and by migrate; these four want less: audit rows are added and read, never changed; secrets'
-- hashes and answers are for who writes. Goes by what each role holds, not by its name, so it fits every set-up; called after each round of grants.
CREATE FUNCTION narrow_rights() RETURNS void LANGUAGE plpgsql AS $$
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
                WHEN 'change_outcomes' THEN 'SELECT, INSERT, UPDATE (outcome)' END, held.name, held.grantee);
        ELSIF held.name = 'api_keys' THEN
            EXECUTE format('GRANT SELECT (id, name, roles, channels, locations, created_at, expires_at, revoked_at, rotated_to) ON api_keys TO %s', held.grantee);
        ELSIF held.name <> 'change_outcomes' THEN
            EXECUTE format('GRANT SELECT ON %I TO %s', held.name, held.grantee);
        END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION narrow_rights() FROM PUBLIC;
SELECT narrow_rights();
