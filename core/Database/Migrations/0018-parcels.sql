-- What happens to parcels: several to a shipment, each with its number; ends of their own; units that were cancelled and are still in a node's hands; what did
-- not reach the customer and is sent again, paid back, or stands somewhere unopened.

-- allocations of status CANCELLED with a shipment: units cancelled after their release. picked: of these, what the node has not put back.
-- RECALLED: given back by a round after its release, and likewise perhaps still in a node's hands; the line waits anew.
-- RESENT: left, did not reach the customer, and wanted anew by the line.
ALTER TABLE allocations DROP CONSTRAINT allocations_status_check;
ALTER TABLE allocations ADD CONSTRAINT allocations_status_check CHECK (status IN ('ALLOCATED', 'RELEASED', 'REJECTED', 'CANCELLED', 'RESENT', 'RECALLED'));
-- Few at any time, and asked for by each report of a node or carrier: may it be about what was cancelled?
CREATE INDEX allocations_cancelled ON allocations (order_id) WHERE status IN ('CANCELLED', 'RECALLED') AND shipment_id IS NOT NULL;

-- Whether the line had shipped whole from stock at the first attempt when units of it were first to be sent again; null where none were.
ALTER TABLE order_lines ADD COLUMN filled_first boolean;

-- carrier, service and tracking are of the shipment's first label. whole_*: what was reported of the shipment without naming a parcel: when it was first
-- delivered, and the end that was latest by its time. status and delivered_at are what these and the parcels add up to. settled_at: since when what did not
-- arrive is to be paid back, and not waited for.
ALTER TABLE shipments
    ADD COLUMN labelled_at timestamptz,
    ADD COLUMN whole_delivered_at timestamptz,
    ADD COLUMN whole_end text CHECK (whole_end IN ('DELIVERED', 'LOST', 'REFUSED', 'RETURNED')),
    ADD COLUMN whole_ended_at timestamptz,
    ADD COLUMN settled_at timestamptz,
    ADD CHECK ((whole_end IS NULL) = (whole_ended_at IS NULL)),
    DROP CONSTRAINT shipments_status_check;
ALTER TABLE shipments ADD CONSTRAINT shipments_status_check
    CHECK (status IN ('RELEASED', 'PICKED', 'PACKED', 'SHIPPED', 'DELIVERED', 'RETURNED', 'CANCELLED', 'LOST', 'REFUSED'));

-- Grain: one box of a shipment, by its number at the carrier. Times: of the reports that name it.
CREATE TABLE parcels (
    shipment_id   text         NOT NULL REFERENCES shipments,
    tracking      text         NOT NULL,
    carrier       text,                                -- of the latest label of this number
    service       text,
    labelled_at   timestamptz,
    is_named      boolean      NOT NULL,               -- false: only a note says this number, and it counts for the whole shipment
    is_replaced   boolean      NOT NULL,               -- another label took its place: there is no such parcel
    shipped_at    timestamptz,                         -- the earliest report of its having left
    delivered_at  timestamptz,                         -- the earliest delivery
    ended         text         CHECK (ended IN ('DELIVERED', 'LOST', 'REFUSED', 'RETURNED')),
    ended_at      timestamptz,
    PRIMARY KEY (shipment_id, tracking),
    CHECK ((ended IS NULL) = (ended_at IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX parcels_by_tracking ON parcels (tracking);

-- Grain: units of one line that came back unopened with one shipment to one place. received - inspected of them stand there in return_pending.
CREATE TABLE unopened_units (
    shipment_id  text         NOT NULL REFERENCES shipments,
    line         integer      NOT NULL,
    location     text         NOT NULL,
    sku          text         NOT NULL,
    received_at  timestamptz  NOT NULL,                -- the first of them
    received     bigint       NOT NULL CHECK (received > 0),
    inspected    bigint       NOT NULL CHECK (inspected BETWEEN 0 AND received),
    PRIMARY KEY (shipment_id, line, location)
);
CREATE INDEX unopened_units_by_sku ON unopened_units (sku);

-- What is known of shipments so far: one label, one end.
UPDATE shipments s SET
    labelled_at = CASE WHEN s.carrier IS NOT NULL THEN coalesce(s.shipped_at, s.released_at) END,
    status = CASE WHEN s.status = 'SHIPPED' AND l.lost_at IS NOT NULL THEN 'LOST' ELSE s.status END,
    whole_delivered_at = s.delivered_at,
    whole_end = CASE WHEN s.status IN ('DELIVERED', 'RETURNED') THEN s.status WHEN s.status = 'SHIPPED' AND l.lost_at IS NOT NULL THEN 'LOST' END,
    whole_ended_at = CASE WHEN s.status IN ('DELIVERED', 'RETURNED') THEN greatest(s.shipped_at, s.delivered_at) WHEN s.status = 'SHIPPED' THEN l.lost_at END
FROM shipments o LEFT JOIN lost_shipments l USING (shipment_id)
WHERE o.shipment_id = s.shipment_id AND (s.carrier IS NOT NULL OR s.status IN ('DELIVERED', 'RETURNED') OR l.lost_at IS NOT NULL);
INSERT INTO parcels (shipment_id, tracking, carrier, service, labelled_at, is_named, is_replaced)
SELECT shipment_id, tracking, carrier, service, labelled_at, true, false FROM shipments WHERE btrim(tracking) <> '';
