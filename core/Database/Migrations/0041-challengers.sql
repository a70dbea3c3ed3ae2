-- A version that beats its baselines while another scores waits (CHALLENGER) until both were held against the same days, later than either has learned from.

ALTER TABLE models
    ADD COLUMN held_at               timestamptz,   -- business time at which it was held against the version that scored then; null: never
    ADD COLUMN held_against          text,          -- that version
    ADD COLUMN held_from             timestamptz,   -- the days, to exclusive
    ADD COLUMN held_to               timestamptz,
    ADD COLUMN held_metrics          jsonb,         -- name: number, its own
    ADD COLUMN held_against_metrics  jsonb,         -- name: number, of that version
    ADD COLUMN drifts                jsonb          NOT NULL DEFAULT '[]',   -- the latest looks at its error: at, ratio (as drift), chance, error, expected
    ADD CONSTRAINT models_held CHECK (num_nulls(held_at, held_against, held_from, held_to, held_metrics, held_against_metrics) IN (0, 6));
