-- Grain: one parcel that its carrier has reported as lost, when it was first reported. It stays on record even if the parcel turns up.
CREATE TABLE lost_shipments (
    shipment_id  text         PRIMARY KEY REFERENCES shipments,
    lost_at      timestamptz  NOT NULL,
    detail       text
);
