-- The offset in topic operations at which the relay's next message of each partition is expected, by the partition's number: what lies elsewhere, somebody
-- else wrote. Null where it was never noted.
ALTER TABLE relay_positions ADD COLUMN offsets bigint[];
