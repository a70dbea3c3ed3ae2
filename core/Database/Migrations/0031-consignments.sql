-- What was told to go in one parcel may go in several, one after the other.

-- The first shipment of those with which it leaves, by a number or a report of that one; null where it goes by itself, or neither is known.
ALTER TABLE shipments ADD COLUMN consignment text;

-- Of what is stored: what has a number goes with the first of the same numbers, and what has left without one with the first that has left so.
UPDATE shipments s SET consignment = (
    SELECT t.with_id FROM packed_together t JOIN shipments w ON w.shipment_id = t.with_id
    WHERE t.shipment_id = s.shipment_id AND (w.left_at IS NOT NULL OR EXISTS (SELECT FROM own_numbers o WHERE o.shipment_id = t.with_id))
        AND (SELECT array_agg(n.tracking ORDER BY n.tracking) FROM shipment_parcels n WHERE n.shipment_id = t.with_id)
            IS NOT DISTINCT FROM (SELECT array_agg(n.tracking ORDER BY n.tracking) FROM shipment_parcels n WHERE n.shipment_id = s.shipment_id)
    ORDER BY EXISTS (SELECT FROM own_numbers o WHERE o.shipment_id = t.with_id) DESC, t.place LIMIT 1)
WHERE (s.shipped_at IS NOT NULL OR EXISTS (SELECT FROM own_numbers o WHERE o.shipment_id = s.shipment_id))
    AND (s.pack_with IS NOT NULL OR EXISTS (SELECT FROM shipments m WHERE m.pack_with = s.shipment_id));

DROP VIEW parcel_reports, shipment_parcels, own_numbers, packed_together;

-- Grain: shipments, each with itself and with those that were told to go in one parcel with it. place: their order.
CREATE VIEW told_together AS
WITH pairs AS NOT MATERIALIZED (
    SELECT shipment_id, shipment_id AS with_id FROM shipments
    UNION ALL
    SELECT s.shipment_id, o.shipment_id FROM shipments s JOIN shipments o ON o.pack_with = s.pack_with AND o.shipment_id <> s.shipment_id
    UNION ALL
    SELECT shipment_id, pack_with FROM shipments WHERE pack_with IS NOT NULL
    UNION ALL
    SELECT pack_with, shipment_id FROM shipments WHERE pack_with IS NOT NULL)
SELECT p.shipment_id, p.with_id,
    concat_ws(' ', (o.pack_with IS NOT NULL)::int, to_char(o.released_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS'), o.shipment_id) COLLATE "C" AS place
FROM pairs p JOIN shipments o ON o.shipment_id = p.with_id;

-- Grain: the parcels that a label or a report has named under a shipment, but those in whose place another is.
CREATE VIEW own_numbers AS
SELECT p.shipment_id, p.tracking FROM parcels p
WHERE p.is_named AND NOT EXISTS (
    SELECT FROM told_together t JOIN parcels r ON r.shipment_id = t.with_id AND r.tracking = p.tracking AND r.is_replaced WHERE t.shipment_id = p.shipment_id);

-- Grain: the parcels that a shipment travels in: its own, or where it has none those of its consignment.
CREATE VIEW shipment_parcels AS
SELECT shipment_id, tracking FROM own_numbers
UNION ALL
SELECT s.shipment_id, n.tracking FROM shipments s JOIN own_numbers n ON n.shipment_id = s.consignment
WHERE s.consignment <> s.shipment_id AND NOT EXISTS (SELECT FROM own_numbers o WHERE o.shipment_id = s.shipment_id);

-- Grain: shipments, each with itself and with those that travel in a parcel with it, or are to.
CREATE VIEW packed_together AS
SELECT t.shipment_id, t.with_id, t.place
FROM told_together t JOIN shipments s ON s.shipment_id = t.shipment_id JOIN shipments o ON o.shipment_id = t.with_id
WHERE o.consignment IS NOT DISTINCT FROM s.consignment OR EXISTS (
    SELECT FROM own_numbers a JOIN own_numbers b ON b.tracking = a.tracking WHERE a.shipment_id = s.shipment_id AND b.shipment_id = o.shipment_id);

-- Grain: what was reported of each parcel that a shipment travels in (tracking null: of all of it, where no number is known), under whichever shipment. What
-- was reported without a number counts for each parcel of its shipment. Times null: the parcel is known, and nothing of its end.
CREATE VIEW parcel_reports AS
SELECT s.shipment_id, n.tracking, r.delivered_at, r.ended, r.ended_at
FROM shipments s
LEFT JOIN shipment_parcels n ON n.shipment_id = s.shipment_id
JOIN told_together t ON t.shipment_id = s.shipment_id
JOIN shipments w ON w.shipment_id = t.with_id
CROSS JOIN LATERAL (
    SELECT NULL::text AS tracking, w.whole_delivered_at AS delivered_at, w.whole_end AS ended, w.whole_ended_at AS ended_at
    UNION ALL
    SELECT CASE WHEN p.is_named OR EXISTS (
            SELECT FROM told_together o JOIN parcels q ON q.shipment_id = o.with_id AND q.tracking = p.tracking AND q.is_named
            WHERE o.shipment_id = s.shipment_id)
        THEN p.tracking END, p.delivered_at, p.ended, p.ended_at
    FROM parcels p WHERE p.shipment_id = t.with_id) r
WHERE r.tracking = n.tracking OR (r.tracking IS NULL AND (t.with_id = s.shipment_id
    OR EXISTS (SELECT FROM shipment_parcels m WHERE m.shipment_id = t.with_id AND m.tracking = n.tracking)
    OR (n.tracking IS NULL AND w.consignment IS NOT DISTINCT FROM s.consignment)));
