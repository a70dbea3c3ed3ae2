-- A row that adds up to 0 in all its sums is dropped when parts are merged, and with it the day on which a sku first moved. The number of movements never is 0.
ALTER TABLE stock_on_hand_daily ADD COLUMN IF NOT EXISTS movements UInt64 DEFAULT 1;
