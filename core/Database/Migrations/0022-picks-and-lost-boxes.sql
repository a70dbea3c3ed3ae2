-- What a report that comes late is told apart by, and how far back it looks.

-- pick_owed: units that count as picked because they were packed, and whose pick was not heard yet; packed_at: when units were last packed.
ALTER TABLE allocations
    ADD COLUMN pick_owed bigint NOT NULL DEFAULT 0 CHECK (pick_owed >= 0),
    ADD COLUMN packed_at timestamptz,
    ADD CHECK (pick_owed = 0 OR packed_at IS NOT NULL);

-- Whether what was sent again is for a parcel that was lost, or for one that came back: by when it was wanted, and when the first parcel was lost.
ALTER TABLE allocations ADD COLUMN resent_at timestamptz;
ALTER TABLE shipments ADD COLUMN lost_at timestamptz;
UPDATE shipments s SET lost_at = l.lost_at FROM lost_shipments l WHERE l.shipment_id = s.shipment_id;
