-- Grain: what a unit of a sku costs from an instant on, net; null where it is not known. Kept for ever: what stock was worth in the past is computed from it.
CREATE TABLE item_costs (
    sku        text           NOT NULL,
    at         timestamptz    NOT NULL,
    unit_cost  numeric(18,4),
    PRIMARY KEY (sku, at)
);
INSERT INTO item_costs SELECT sku, updated_at, unit_cost FROM items;
