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

-- What a late fact is put in order with: the latest of one sku at one location.
CREATE INDEX stock_ledger_by_shelf ON stock_ledger (sku, location, at);
CREATE INDEX stock_claims_by_shelf ON stock_claims (sku, location, at);
DROP INDEX stock_claims_by_sku;

-- What came back is where its parcels and returns say, whatever was moved: a move no longer takes what it lacked then from what comes later.
DELETE FROM stock_claims WHERE kind = 'TAKEN' AND state = 'return_pending';
