-- By it a line that was due before we gave it up is told from one that was withdrawn in time.
ALTER TABLE purchase_order_lines
    ADD COLUMN IF NOT EXISTS withdrawn_at timestamptz;      -- when we cancelled what was still to come; null: nothing was cancelled, or the supplier did it
