-- What grows without end has an end: how far each table has been pruned, and what pruning needs to find the oldest rows.

-- Grain: one kind of rows that are pruned; written by the transaction that deletes them.
CREATE TABLE pruned (
    kind      text    PRIMARY KEY,                     -- operations (outbox), applied_events, dead_letters, change_outcomes
    rows      bigint  NOT NULL DEFAULT 0,              -- deleted in all
    sequence  bigint,                                  -- operations: every one up to this is deleted, none after it
    before    date                                     -- applied_events: whether an event of an earlier day was applied cannot be told: it is refused
);
INSERT INTO pruned (kind, sequence) VALUES ('operations', 0), ('applied_events', NULL), ('dead_letters', NULL), ('change_outcomes', NULL);

-- outbox and applied_events are pruned along their primary keys.
CREATE INDEX dead_letters_closed ON dead_letters (received_at) WHERE status IN ('applied', 'discarded');
CREATE INDEX change_outcomes_by_time ON change_outcomes (at);

-- As before, and who writes change_outcomes may delete from it.
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
END $$;
SELECT narrow_rights();
