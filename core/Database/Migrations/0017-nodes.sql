-- Which node may serve what: sightings, closed nodes, orders to be looked at again.

-- Grain: one sku at one location. seen_at: when somebody last saw something of it there (received it, counted, corrected, brought it back to where it is sold).
-- A node that rejected a line before that is asked again for it.
CREATE TABLE stock_sightings (
    sku       text         NOT NULL,
    location  text         NOT NULL,
    seen_at   timestamptz  NOT NULL,
    PRIMARY KEY (sku, location)
) WITH (fillfactor = 70);
INSERT INTO stock_sightings
SELECT sku, location, max(at) FROM stock_ledger
WHERE (to_state = 'available' AND from_state IS DISTINCT FROM 'allocated') OR reason IN ('counted', 'partner_reported') GROUP BY sku, location;

-- When the node said so; only of status REJECTED.
ALTER TABLE allocations ADD COLUMN rejected_at timestamptz;
UPDATE allocations a SET rejected_at = l.at
FROM order_lines o, (SELECT order_id, sku, location, max(at) AS at FROM stock_ledger WHERE reason = 'pick_short' GROUP BY order_id, sku, location) l
WHERE a.status = 'REJECTED' AND o.order_id = a.order_id AND o.line = a.line AND l.order_id = a.order_id AND l.sku = o.sku AND l.location = a.location;

-- avoided_location: a node that a person wants the order sourced without, as last said at resourced_at.
-- incomplete_since: it ships complete, and units of it wait while others are promised; null once an allocation round has looked at it.
ALTER TABLE orders
    ADD COLUMN avoided_location  text,
    ADD COLUMN resourced_at      timestamptz,
    ADD COLUMN incomplete_since  timestamptz;
UPDATE orders o SET incomplete_since = placed_at
WHERE ship_complete AND closed_at IS NULL
    AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.order_id AND l.ordered > l.cancelled + l.sourced)
    AND EXISTS (SELECT FROM allocations a LEFT JOIN shipments s USING (shipment_id)
        WHERE a.order_id = o.order_id AND a.status IN ('ALLOCATED', 'RELEASED') AND s.shipped_at IS NULL);
CREATE INDEX orders_incomplete ON orders (order_id) WHERE incomplete_since IS NOT NULL;

-- reopens_at: of a location that is not active, when it is open again.
ALTER TABLE locations ADD COLUMN reopens_at timestamptz;

-- updated_by: identity of the event that a row is as of; of two of one instant the greater counts. Zero in rows of before.
ALTER TABLE items      ADD COLUMN updated_by uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE item_costs ADD COLUMN updated_by uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE locations  ADD COLUMN updated_by uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE channels   ADD COLUMN updated_by uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE carriers   ADD COLUMN updated_by uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
