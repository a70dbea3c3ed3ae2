-- Of a message that is larger than an event may be, a dead letter keeps the beginning alone: payload is a part of what came, and cannot be tried again.
-- Both are null where payload is the whole.
ALTER TABLE dead_letters
    ADD COLUMN size    integer,  -- bytes of the whole message
    ADD COLUMN sha256  bytea,    -- of the whole message
    ADD CONSTRAINT dead_letters_cut CHECK ((size IS NULL) = (sha256 IS NULL) AND (size IS NULL OR size > octet_length(payload)));
