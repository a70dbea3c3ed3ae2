-- Refunds have ids of their own; one that is of no return has an empty return_id. Of one that was told again with another amount there is a row of the
-- difference.
ALTER TABLE refunds ADD COLUMN IF NOT EXISTS refund_id String AFTER order_id;
