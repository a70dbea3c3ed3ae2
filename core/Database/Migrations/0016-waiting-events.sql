-- Events that wait for another, and identities that are an event's source and id alone.

-- status waiting: what the event names is not known yet, or has not come far enough. It is applied right after the fact that provides what it awaits
-- (order/O-3); at waits_until (business time) it becomes an open dead letter. recheck: while its batch was at work another may have provided it, so it is tried
-- once more, by a batch of its own.
ALTER TABLE dead_letters
    DROP CONSTRAINT dead_letters_status_check,
    ADD COLUMN awaits       text COLLATE "C",
    ADD COLUMN waits_until  timestamptz,
    ADD COLUMN recheck      boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT dead_letters_status_check CHECK (status IN ('open', 'waiting', 'retry', 'applied', 'discarded')),
    ADD CONSTRAINT dead_letters_waiting CHECK (status <> 'waiting' OR (awaits IS NOT NULL AND waits_until IS NOT NULL));
CREATE INDEX dead_letters_awaits ON dead_letters (awaits) WHERE status = 'waiting';
CREATE INDEX dead_letters_waits_until ON dead_letters (waits_until) WHERE status = 'waiting';
DROP INDEX dead_letters_retry;
CREATE INDEX dead_letters_retry ON dead_letters (id) WHERE status = 'retry' OR (status = 'waiting' AND recheck);

-- The UTC day of its time is no part of an event's identity any more: the same source and id on another day is the same event. Rows that were written with the
-- day are recognised as long as there are any: of_day_until is after the last of them, and null where there never was one. event_day says how long a row is
-- kept.
ALTER TABLE applied_events DROP CONSTRAINT applied_events_pkey, ADD PRIMARY KEY (identity);
CREATE INDEX applied_events_by_day ON applied_events (event_day);
ALTER TABLE pruned ADD COLUMN of_day_until date;
UPDATE pruned SET of_day_until = (SELECT greatest(max(event_day), current_date) + 2 FROM applied_events HAVING count(*) > 0) WHERE kind = 'applied_events';
