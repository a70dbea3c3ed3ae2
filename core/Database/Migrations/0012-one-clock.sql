-- One clock for all copies, and orders that a round looks at soon.

-- What time it is where business time is the wall clock: PostgreSQL's, whatever the hosts' clocks say. A function, so that a test can move it; only the
-- schema's owner can.
CREATE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT statement_timestamp()';

-- freed_at: since when nothing holds the order any more; null until then, and once an allocation round has looked at it.
ALTER TABLE orders ADD COLUMN freed_at timestamptz;
CREATE INDEX orders_freed ON orders (freed_at) WHERE freed_at IS NOT NULL;

-- A round asks for what is promised and not held: the two partial indexes are merged.
CREATE INDEX holds_open ON holds (order_id) WHERE released_at IS NULL;
