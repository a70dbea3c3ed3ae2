-- Readers filter the ledger by more than the sku. A value that is common is among the newest rows; one that is rare, or long ago, must be found without
-- reading all that came since. Summaries of page ranges do that, and cost next to nothing where rows are only ever added, which an index of every row does
-- not. There are none for enums: states are summarized by their hash.
CREATE INDEX stock_ledger_by_words ON stock_ledger USING brin (
    location text_bloom_ops (n_distinct_per_range = 256),
    reason text_bloom_ops (n_distinct_per_range = 64),
    cause text_bloom_ops (n_distinct_per_range = 3000),
    hashenum(from_state) int4_bloom_ops (n_distinct_per_range = 16),
    hashenum(to_state) int4_bloom_ops (n_distinct_per_range = 16)) WITH (pages_per_range = 64, autosummarize = on);

-- Causes come in no order that statistics could tell, so that the planner expects each in every range, and would read the whole table.
CREATE FUNCTION stock_ledger_of_cause(wanted text) RETURNS SETOF stock_ledger LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT * FROM stock_ledger WHERE cause = wanted
$$;
