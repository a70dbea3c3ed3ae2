-- When the last unit of an order was delivered; null while one is not, or where a parcel came back undelivered. Orders written before this say null.
ALTER TABLE orders ADD COLUMN IF NOT EXISTS delivered_at Nullable(DateTime64(6, 'UTC')) AFTER closed_at;

-- Which edition of the KPI catalogue published the views kpi_*: an older program leaves them as they are.
CREATE TABLE IF NOT EXISTS kpi_editions
(
    edition  UInt32,
    at       DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY edition;
