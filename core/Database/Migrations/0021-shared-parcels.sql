-- Orders of one customer, address, node and day may go in one parcel, where the policy says so.

-- The sender's id of the address it goes to; null where none was told.
ALTER TABLE orders ADD COLUMN ship_to text;

-- The shipment, of another order, that was the first in the parcel in which this one is to go; null where it goes by itself, or is that first one. That one
-- may be cancelled since: it names the parcel.
ALTER TABLE shipments
    ADD COLUMN pack_with text,
    ADD COLUMN packed_at timestamptz,                  -- the earliest report of units of it having been packed
    ADD COLUMN left_at timestamptz;                    -- the earliest report of its having left, of those that name it
CREATE INDEX shipments_packed_with ON shipments (pack_with) WHERE pack_with IS NOT NULL;

-- Grain: shipments, each with itself and with those that are to go in one parcel with it, but what was packed, or released, only after the other had left.
-- place: their order.
CREATE VIEW packed_together AS
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
FROM pairs p JOIN shipments s ON s.shipment_id = p.shipment_id JOIN shipments o ON o.shipment_id = p.with_id
WHERE p.shipment_id = p.with_id OR (coalesce(o.left_at >= coalesce(s.packed_at, s.released_at), true)
    AND coalesce(s.left_at >= coalesce(o.packed_at, o.released_at), true));

-- Grain: the parcels that a label or a report has named under a shipment, but those in whose place another is.
CREATE VIEW own_numbers AS
SELECT p.shipment_id, p.tracking FROM parcels p
WHERE p.is_named AND NOT EXISTS (
    SELECT FROM packed_together t JOIN parcels r ON r.shipment_id = t.with_id AND r.tracking = p.tracking AND r.is_replaced WHERE t.shipment_id = p.shipment_id);

-- Grain: the parcels that a shipment travels in: its own, or where it has none those of the one among the others that left first after it was packed.
CREATE VIEW shipment_parcels AS
SELECT shipment_id, tracking FROM own_numbers
UNION ALL
SELECT s.shipment_id, n.tracking
FROM shipments s CROSS JOIN LATERAL (
    SELECT t.with_id
    FROM packed_together t JOIN shipments w ON w.shipment_id = t.with_id
    CROSS JOIN LATERAL (SELECT least(w.left_at, (
        SELECT min(p.shipped_at)
        FROM own_numbers o JOIN packed_together g ON g.shipment_id = s.shipment_id JOIN parcels p ON p.shipment_id = g.with_id AND p.tracking = o.tracking
        WHERE o.shipment_id = w.shipment_id)) AS at) d
    WHERE t.shipment_id = s.shipment_id AND t.with_id <> s.shipment_id AND EXISTS (SELECT FROM own_numbers o WHERE o.shipment_id = t.with_id)
        AND coalesce(d.at >= coalesce(s.packed_at, s.released_at), true)
    ORDER BY d.at NULLS LAST, t.place LIMIT 1) first JOIN own_numbers n ON n.shipment_id = first.with_id
WHERE (s.pack_with IS NOT NULL OR EXISTS (SELECT FROM shipments m WHERE m.pack_with = s.shipment_id))
    AND NOT EXISTS (SELECT FROM own_numbers o WHERE o.shipment_id = s.shipment_id);

-- Grain: what was reported of each parcel that a shipment travels in (tracking null: of all of it, where no number is known), under whichever shipment. What
-- was reported without a number counts for each parcel of its shipment. Times null: the parcel is known, and nothing of its end.
CREATE VIEW parcel_reports AS
SELECT s.shipment_id, n.tracking, r.delivered_at, r.ended, r.ended_at
FROM shipments s
LEFT JOIN shipment_parcels n ON n.shipment_id = s.shipment_id
JOIN packed_together t ON t.shipment_id = s.shipment_id
CROSS JOIN LATERAL (
    SELECT NULL::text AS tracking, w.whole_delivered_at AS delivered_at, w.whole_end AS ended, w.whole_ended_at AS ended_at
    FROM shipments w WHERE w.shipment_id = t.with_id
    UNION ALL
    SELECT CASE WHEN p.is_named OR EXISTS (
            SELECT FROM packed_together o JOIN parcels q ON q.shipment_id = o.with_id AND q.tracking = p.tracking AND q.is_named
            WHERE o.shipment_id = s.shipment_id)
        THEN p.tracking END, p.delivered_at, p.ended, p.ended_at
    FROM parcels p WHERE p.shipment_id = t.with_id) r
WHERE r.tracking = n.tracking OR (r.tracking IS NULL AND (t.with_id = s.shipment_id
    OR EXISTS (SELECT FROM shipment_parcels m WHERE m.shipment_id = t.with_id AND m.tracking = n.tracking)
    OR (n.tracking IS NULL AND NOT EXISTS (SELECT FROM shipment_parcels m WHERE m.shipment_id = t.with_id))));
