-- offsets: at which offset in topic operations the relay's next message of each partition is expected, by the partition's number; what lies elsewhere, somebody
-- else wrote. offsets_at: what sent was when they were noted. Where it is not sent, a relay of an older version went on, and they tell nothing.
ALTER TABLE relay_positions ADD COLUMN offsets bigint[], ADD COLUMN offsets_at bigint;
