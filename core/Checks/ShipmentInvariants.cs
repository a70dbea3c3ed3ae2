namespace EcomIntel.Core.Checks;

/// <summary>Of shipments, their parcels and what became of them.</summary>
internal static class ShipmentInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("allocation_has_its_shipment", "released allocations have a shipment of their order and node, unreleased ones none",
            """
            SELECT format('order %s line %s allocation %s is %s, shipment %s', a.order_id, a.line, a.number, a.status, coalesce(a.shipment_id, 'none'))
            FROM allocations a LEFT JOIN shipments s USING (shipment_id)
            WHERE (a.status = 'ALLOCATED' AND a.shipment_id IS NOT NULL)
               OR (a.status = 'RELEASED' AND (s.shipment_id IS NULL OR s.order_id <> a.order_id OR s.location <> a.location OR s.status = 'CANCELLED'))
            """),
        ("shipments_numbered_as_shipped", "an order's shipped shipments are numbered 1, 2 ... and the others are not",
            """
            SELECT format('order %s: %s shipped, numbers %s',
                order_id, count(*) FILTER (WHERE shipped_at IS NOT NULL), string_agg(number::text, ',' ORDER BY number))
            FROM shipments GROUP BY order_id
            HAVING count(*) FILTER (WHERE shipped_at IS NOT NULL) <> count(DISTINCT number) OR coalesce(max(number), 0) <> count(DISTINCT number)
                OR count(*) FILTER (WHERE (shipped_at IS NULL) <> (number IS NULL)) > 0
            """),
        ("first_shipment_known", "an order knows when it first shipped exactly when a shipment of it has",
            """
            SELECT format('order %s: first shipped at %s', o.order_id, coalesce(o.first_shipped_at::text, 'no time'))
            FROM orders o
            WHERE (o.first_shipped_at IS NOT NULL) <> EXISTS (SELECT FROM shipments s WHERE s.order_id = o.order_id AND s.number = 1)
            """),
        ("cancelled_units_are_the_lines", "no more units of a line were cancelled after their release than the line has cancelled",
            """
            SELECT format('order %s line %s: %s cancelled, %s of them after their release', l.order_id, l.line, l.cancelled, sum(a.quantity))
            FROM allocations a JOIN order_lines l USING (order_id, line) WHERE a.status = 'CANCELLED' AND a.shipment_id IS NOT NULL
            GROUP BY l.order_id, l.line HAVING sum(a.quantity) > l.cancelled
            """),
        ("carriers_are_believed", "no report of a carrier is refused because what it is about was cancelled",
            """
            SELECT DISTINCT format('dead letter %s: %s', d.id, d.detail)
            FROM dead_letters d JOIN shipments s ON s.shipment_id = d.key
            JOIN allocations a ON a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND a.status IN ('CANCELLED', 'RECALLED')
            WHERE d.status = 'open' AND d.topic = 'carriers' AND d.reason = 'wrong_state' AND d.type !~ 'requested$'
            """),
        ("shipment_stands_as_its_parcels", "a shipment that has left stands as its parcels' latest ends say, and is on its way while one of them is",
            """
            WITH told AS (
                SELECT shipment_id, whole_end AS ended, whole_ended_at AS at FROM shipments WHERE whole_end IS NOT NULL
                UNION ALL
                SELECT shipment_id, ended, ended_at FROM parcels WHERE NOT is_named AND ended IS NOT NULL),
            boxes AS (
                SELECT s.shipment_id, p.tracking, p.ended, p.ended_at AS at
                FROM shipments s LEFT JOIN parcels p ON p.shipment_id = s.shipment_id AND p.is_named AND NOT p.is_replaced
                WHERE s.shipped_at IS NOT NULL),
            reports AS (
                SELECT * FROM boxes
                UNION ALL
                SELECT b.shipment_id, b.tracking, t.ended, t.at FROM boxes b JOIN told t USING (shipment_id)),
            ends AS (
                SELECT DISTINCT ON (shipment_id, tracking) shipment_id, ended FROM reports
                ORDER BY shipment_id, tracking, at DESC NULLS LAST, array_position(ARRAY['DELIVERED', 'LOST', 'REFUSED', 'RETURNED'], ended) DESC),
            said AS (
                SELECT shipment_id, CASE
                    WHEN bool_or(ended IS NULL) THEN 'SHIPPED'
                    WHEN bool_or(ended = 'LOST') THEN 'LOST'
                    WHEN bool_or(ended = 'RETURNED') THEN 'RETURNED'
                    WHEN bool_or(ended = 'REFUSED') THEN 'REFUSED'
                    ELSE 'DELIVERED' END AS status
                FROM ends GROUP BY shipment_id)
            SELECT format('shipment %s is %s, its parcels say %s', s.shipment_id, s.status, said.status)
            FROM said JOIN shipments s USING (shipment_id) WHERE s.status <> said.status
            """),
        ("shipment_shows_one_of_its_parcels", "the number that a shipment shows is one of its parcels",
            """
            SELECT format('shipment %s shows %s, which is no parcel of it', s.shipment_id, s.tracking) FROM shipments s
            WHERE s.tracking <> '' AND NOT EXISTS (SELECT FROM parcels p WHERE p.shipment_id = s.shipment_id AND p.tracking = s.tracking AND p.is_named)
            """),
        ("delivered_as_its_last_parcel", "a shipment was delivered when the last of its parcels was",
            """
            WITH whole AS (
                SELECT s.shipment_id, s.delivered_at, least(s.whole_delivered_at, min(p.delivered_at) FILTER (WHERE NOT p.is_named)) AS at
                FROM shipments s LEFT JOIN parcels p USING (shipment_id) WHERE s.status = 'DELIVERED' GROUP BY s.shipment_id)
            SELECT format('shipment %s was delivered at %s, its last parcel at %s', w.shipment_id, w.delivered_at, max(least(p.delivered_at, w.at)))
            FROM whole w LEFT JOIN parcels p ON p.shipment_id = w.shipment_id AND p.is_named AND NOT p.is_replaced
            GROUP BY w.shipment_id, w.delivered_at, w.at HAVING w.delivered_at <> coalesce(max(least(p.delivered_at, w.at)), w.at)
            """),
        ("shipped_units_accounted_for", "every unit that has left is on its way, delivered, lost, refused or returned unopened, and no other is",
            """
            SELECT format('shipment %s is %s, left at %s with %s units', s.shipment_id, s.status, coalesce(s.shipped_at::text, 'no time'), coalesce(u.units, 0))
            FROM shipments s LEFT JOIN (
                SELECT shipment_id, sum(quantity) AS units, bool_or(status = 'RESENT') AS resent
                FROM allocations WHERE status IN ('RELEASED', 'RESENT') GROUP BY shipment_id) u USING (shipment_id)
            WHERE (s.shipped_at IS NOT NULL) <> (s.status IN ('SHIPPED', 'DELIVERED', 'LOST', 'REFUSED', 'RETURNED'))
                OR (s.shipped_at IS NOT NULL AND coalesce(u.units, 0) = 0) OR (s.shipped_at IS NULL AND (u.resent OR s.settled_at IS NOT NULL))
            """),
        ("delivered_when_the_last_parcel_is", "a shipment that was delivered knows when, and one that is on its way or lost was not",
            """
            SELECT format('shipment %s is %s, delivered at %s', shipment_id, status, coalesce(delivered_at::text, 'no time')) FROM shipments
            WHERE (status = 'DELIVERED' AND delivered_at IS NULL)
                OR (status NOT IN ('DELIVERED', 'REFUSED', 'RETURNED') AND delivered_at IS NOT NULL)
            """),
        ("returned_unopened_had_left", "no more units of a shipment came back unopened than had left with it",
            """
            SELECT format('shipment %s line %s: %s came back, %s had left', b.shipment_id, b.line, b.units, coalesce(sum(a.quantity), 0))
            FROM (SELECT shipment_id, line, sum(received) AS units FROM unopened_units GROUP BY shipment_id, line) b
            JOIN shipments s USING (shipment_id)
            LEFT JOIN allocations a ON a.order_id = s.order_id AND a.line = b.line AND a.shipment_id = b.shipment_id
                AND a.status IN ('RELEASED', 'RESENT') AND s.shipped_at IS NOT NULL
            GROUP BY b.shipment_id, b.line, b.units HAVING b.units > coalesce(sum(a.quantity), 0)
            """),
        ("returned_unopened_is_pending", "what came back unopened and was not inspected stands in return_pending where it came to",
            """
            SELECT format('%s at %s: %s came back unopened and were not inspected, %s are pending', u.sku, u.location, u.units, coalesce(b.quantity, 0))
            FROM (SELECT sku, location, sum(received - inspected) AS units FROM unopened_units GROUP BY sku, location) u
            LEFT JOIN stock_balances b ON b.sku = u.sku AND b.location = u.location AND b.lot = '' AND b.state = 'return_pending'
            WHERE u.units > coalesce(b.quantity, 0)
            """),
    ];
}
