-- In the currency of what the case is about; null where it cannot be told. Cases written before this say null.
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS money_at_risk Nullable(Decimal(38, 4)) AFTER location;
