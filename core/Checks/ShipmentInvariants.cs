namespace EcomIntel.Core.Checks;

/// <summary>Of shipments, their parcels and what became of them.</summary>
internal static class ShipmentInvariants
{
    /// <summary>Shipments that were told to go in one parcel with others, and when each consignment of what is in one parcel left.</summary>
    private const string Departures = """
        WITH shared AS (
            SELECT s.*, coalesce(s.pack_with, s.shipment_id) AS parcel,
                EXISTS (SELECT FROM own_numbers o WHERE o.shipment_id = s.shipment_id) AS is_numbered,
                EXISTS (SELECT FROM parcels p WHERE p.shipment_id = s.shipment_id AND p.is_named) AS is_named
            FROM shipments s
            WHERE s.pack_with IS NOT NULL OR s.shipment_id IN (SELECT pack_with FROM shipments WHERE pack_with IS NOT NULL)),
        departures AS (
            SELECT s.parcel, s.consignment, min(least(s.left_at, (
                SELECT min(p.shipped_at)
                FROM own_numbers o JOIN told_together t USING (shipment_id) JOIN parcels p ON p.shipment_id = t.with_id AND p.tracking = o.tracking
                WHERE o.shipment_id = s.shipment_id))) AS at
            FROM shared s WHERE s.consignment IS NOT NULL GROUP BY s.parcel, s.consignment)
        """;

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
            WITH ends AS (
                SELECT DISTINCT ON (r.shipment_id, r.tracking) r.shipment_id, r.ended
                FROM parcel_reports r JOIN shipments s USING (shipment_id) WHERE s.shipped_at IS NOT NULL
                ORDER BY r.shipment_id, r.tracking, r.ended_at DESC NULLS LAST,
                    array_position(ARRAY['DELIVERED', 'LOST', 'REFUSED', 'RETURNED'], r.ended) DESC),
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
            WHERE s.tracking <> '' AND NOT EXISTS (
                SELECT FROM packed_together t JOIN parcels p ON p.shipment_id = t.with_id
                WHERE t.shipment_id = s.shipment_id AND p.tracking = s.tracking AND p.is_named)
            """),
        ("delivered_as_its_last_parcel", "a shipment was delivered when the last of its parcels was",
            """
            SELECT format('shipment %s was delivered at %s, its last parcel at %s', shipment_id, s.delivered_at, max(p.at))
            FROM shipments s JOIN (SELECT shipment_id, tracking, min(delivered_at) AS at FROM parcel_reports GROUP BY 1, 2) p USING (shipment_id)
            WHERE s.status = 'DELIVERED' GROUP BY shipment_id, s.delivered_at HAVING s.delivered_at <> max(p.at)
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
        ("what_left_is_the_lines_that_waits", "what was recalled and left beside the order is of no line that has nothing else and waits",
            """
            SELECT DISTINCT format('order %s line %s waits for %s units, and %s of it left with shipment %s', l.order_id, l.line,
                l.ordered - l.cancelled - l.sourced, a.quantity, a.shipment_id)
            FROM allocations a JOIN order_lines l USING (order_id, line)
            WHERE a.status = 'RESENT' AND a.resent_at IS NULL AND l.ordered > l.cancelled + l.sourced
                AND EXISTS (SELECT FROM exception_cases c WHERE c.category = 'order.shipped_twice' AND c.subject = a.order_id)
                AND NOT EXISTS (
                    SELECT FROM allocations o WHERE o.order_id = a.order_id AND o.line = a.line AND (o.status <> 'RESENT' OR o.resent_at IS NOT NULL))
            """),
        ("what_came_back_first_is_inspected_first", "of what came back unopened to a place, nothing that came later is inspected before what came first",
            """
            WITH queued AS (
                SELECT *, sum(inspected) OVER (
                    PARTITION BY sku, location ORDER BY received_at, shipment_id COLLATE "C", line ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS later
                FROM unopened_units)
            SELECT format('shipment %s line %s: %s of %s %s at %s are inspected, and %s that came later', shipment_id, line, inspected, received, sku,
                location, later)
            FROM queued WHERE inspected < received AND later > 0
            """),
        ("what_is_moved_does_not_wait", "no move of what came back unopened waits, or was refused, that fits what is there to inspect",
            """
            WITH waiting AS MATERIALIZED (
                SELECT id, key AS sku, ltrim(convert_from(coalesce(mended, payload), 'UTF8'), E'\uFEFF')::json -> 'data' AS data
                FROM dead_letters
                WHERE reason = 'quantity_exceeded' AND type LIKE '%.stock.moved' AND size IS NULL
                    AND ((status = 'waiting' AND NOT recheck) OR (status = 'open' AND awaits IS NULL))),
            there AS (
                SELECT u.sku, u.location, least(sum(u.received - u.inspected), coalesce(max(b.quantity), 0)) AS units
                FROM unopened_units u LEFT JOIN stock_balances b
                    ON b.sku = u.sku AND b.location = u.location AND b.lot = '' AND b.state = 'return_pending'
                GROUP BY u.sku, u.location)
            SELECT format('dead letter %s: %s of %s %s that came back unopened to %s are to be moved', w.id, w.data ->> 'quantity', t.units, t.sku, t.location)
            FROM waiting w JOIN there t ON t.sku = w.sku AND t.location = w.data ->> 'location'
            WHERE w.data ->> 'from' = 'return_pending' AND coalesce(w.data ->> 'lot', '') = '' AND (w.data ->> 'quantity')::bigint <= t.units
            """),
        ("nodes_are_believed", "no report of a node that it did not find units is refused where they had not left by then",
            """
            SELECT format('dead letter %s: %s', r.id, r.detail)
            FROM (
                SELECT id, event_time, detail, ltrim(convert_from(coalesce(mended, payload), 'UTF8'), E'\uFEFF')::json -> 'data' AS data
                FROM dead_letters WHERE status = 'open' AND size IS NULL AND reason = 'wrong_state' AND type LIKE '%.pick.short' OFFSET 0) r
            JOIN shipments s ON s.shipment_id = r.data ->> 'shipmentId' AND s.order_id = r.data ->> 'orderId'
            WHERE r.event_time <= s.shipped_at
            """),
        ("packed_with_one_of_its_kind", "what goes in the parcel of another shipment is of its customer, address, node and day; a unit is in one parcel",
            """
            SELECT format('shipment %s is to be packed with %s', s.shipment_id, s.pack_with)
            FROM shipments s JOIN orders o USING (order_id) JOIN shipments f ON f.shipment_id = s.pack_with JOIN orders p ON p.order_id = f.order_id
            WHERE f.pack_with IS NOT NULL OR p.order_id = o.order_id AND EXISTS (
                    SELECT FROM allocations a JOIN allocations b USING (order_id)
                    WHERE a.order_id = o.order_id AND a.shipment_id = s.shipment_id AND b.shipment_id = f.shipment_id
                        AND a.status = 'RELEASED' AND b.status = 'RELEASED')
                OR coalesce(o.customer, '') = '' OR f.location <> s.location
                OR (o.customer, o.country, o.ship_to) IS DISTINCT FROM (p.customer, p.country, p.ship_to)
                OR (f.released_at AT TIME ZONE 'UTC')::date <> (s.released_at AT TIME ZONE 'UTC')::date OR f.released_at > s.released_at
            UNION ALL
            SELECT format('shipments %s of order %s are to go in one parcel', string_agg(DISTINCT s.shipment_id, ', '), s.order_id)
            FROM shipments s JOIN allocations a ON a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND a.status = 'RELEASED'
            WHERE s.shipped_at IS NULL AND s.pack_with IS NOT NULL GROUP BY s.order_id, s.pack_with HAVING count(DISTINCT s.shipment_id) > 1
            """),
        ("parcel_leaves_with_all_in_it", "what is packed, or labelled, in a parcel that has left has left with it",
            $"""
            {Departures}
            SELECT format('shipment %s was in a parcel that left at %s, and has not left', s.shipment_id, d.at)
            FROM shared s JOIN departures d USING (parcel, consignment)
            WHERE s.shipped_at IS NULL AND d.at IS NOT NULL AND (
                EXISTS (SELECT FROM allocations a WHERE a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND a.status = 'RELEASED' AND a.packed > 0)
                OR s.is_named AND EXISTS (
                    SELECT FROM allocations a WHERE a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND a.status = 'RELEASED'))
            """),
        ("goes_in_the_first_parcel_that_left",
            "of what was told to go in one parcel, what has no number of its own is in the first that left once it was packed",
            $"""
            {Departures}
            SELECT format('shipment %s was packed at %s, a parcel left at %s, and it is said to be in that which left at %s', s.shipment_id, s.packed_at, f.at,
                coalesce(d.at::text, 'no time'))
            FROM shared s JOIN LATERAL (SELECT min(o.at) AS at FROM departures o WHERE o.parcel = s.parcel AND o.at >= s.packed_at) f ON f.at IS NOT NULL
            LEFT JOIN departures d USING (parcel, consignment)
            WHERE s.left_at IS NULL AND NOT s.is_numbered AND d.at IS DISTINCT FROM f.at
            """),
        ("parcel_ends_alike_for_all_in_it", "shipments that travel in the same parcels have come to the same end at the same time",
            """
            WITH gone AS (
                SELECT s.shipment_id, s.status, s.delivered_at,
                    (SELECT array_agg(n.tracking ORDER BY n.tracking) FROM shipment_parcels n WHERE n.shipment_id = s.shipment_id) AS numbers
                FROM shipments s
                WHERE s.shipped_at IS NOT NULL
                    AND (s.pack_with IS NOT NULL OR s.shipment_id IN (SELECT pack_with FROM shipments WHERE pack_with IS NOT NULL)))
            SELECT format('shipment %s is %s (%s), and %s, in the same parcel, %s (%s)',
                a.shipment_id, a.status, a.delivered_at, b.shipment_id, b.status, b.delivered_at)
            FROM gone a JOIN packed_together t ON t.shipment_id = a.shipment_id JOIN gone b ON b.shipment_id = t.with_id
            WHERE a.shipment_id < b.shipment_id AND a.numbers IS NOT DISTINCT FROM b.numbers
                AND (a.status, a.delivered_at) IS DISTINCT FROM (b.status, b.delivered_at)
            """),
    ];
}
