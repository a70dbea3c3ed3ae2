-- Orders of one customer, address, node and day may go in one parcel, where the policy says so.

-- The sender's id of the address it goes to; null where none was told.
ALTER TABLE orders ADD COLUMN ship_to text;

-- The shipment, of another order, that was the first in the parcel in which this one is to go; null where it goes by itself, or is that first one. That one
-- may be cancelled since, or pruned: it names the parcel.
ALTER TABLE shipments ADD COLUMN pack_with text;
CREATE INDEX shipments_packed_with ON shipments (pack_with) WHERE pack_with IS NOT NULL;
