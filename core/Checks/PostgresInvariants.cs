namespace EcomIntel.Core.Checks;

/// <summary>
/// What must hold in PostgreSQL whatever happened. Each statement gives a line of text for everything that does not hold, so no row is good. They are written
/// from the tables' meaning alone, and share nothing with the code that writes the tables.
/// </summary>
internal static class PostgresInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("stock_balance_is_ledger_sum", "every stock balance is the sum of its ledger rows, and every sum has its balance",
            """
            WITH moved AS (
                SELECT sku, location, lot, from_state AS state, -quantity AS quantity FROM stock_ledger WHERE from_state IS NOT NULL
                UNION ALL
                SELECT sku, location, lot, to_state, quantity FROM stock_ledger WHERE to_state IS NOT NULL),
            summed AS (SELECT sku, location, lot, state, sum(quantity) AS quantity FROM moved GROUP BY sku, location, lot, state)
            SELECT format('%s at %s lot "%s" %s: balance %s, ledger %s', sku, location, lot, state, coalesce(b.quantity, 0), coalesce(s.quantity, 0))
            FROM stock_balances b FULL JOIN summed s USING (sku, location, lot, state)
            WHERE coalesce(b.quantity, 0) <> coalesce(s.quantity, 0)
            """),
        ("stock_never_negative", "no stock balance is below zero",
            """
            SELECT format('%s at %s lot "%s" %s: %s', sku, location, lot, state, quantity) FROM stock_balances WHERE quantity < 0
            """),
        ("ledger_gapless", "ledger entries run from 1 without a gap, up to the number last given out",
            """
            SELECT format('%s rows, entries %s to %s, last given out %s', count(l.entry), min(l.entry), max(l.entry), max(s.ledger))
            FROM sequences s LEFT JOIN stock_ledger l ON true
            HAVING count(l.entry) <> max(s.ledger) OR coalesce(max(l.entry), 0) <> max(s.ledger) OR coalesce(min(l.entry), 1) <> 1
            """),
        ("outbox_gapless", "outbox sequences run without a gap from 1, or the first that was not pruned, up to the number last given out",
            """
            SELECT format('%s rows, sequences %s to %s, pruned up to %s, last given out %s',
                count(o.sequence), min(o.sequence), max(o.sequence), max(p.sequence), max(s.outbox))
            FROM sequences s JOIN pruned p ON p.kind = 'operations' LEFT JOIN outbox o ON true
            HAVING count(o.sequence) <> max(s.outbox) - max(p.sequence) OR coalesce(max(o.sequence), max(p.sequence)) <> max(s.outbox)
                OR coalesce(min(o.sequence), max(p.sequence) + 1) <> max(p.sequence) + 1
            """),
        ("order_status_is_what_lines_say", "every order's status is that of its least advanced unit",
            """
            WITH stages AS (
                SELECT order_id, (CASE WHEN backordered THEN 'BACKORDERED' ELSE 'SOURCING' END)::order_status AS stage
                FROM order_lines WHERE ordered > cancelled + sourced
                UNION ALL
                SELECT a.order_id, (CASE
                    WHEN s.shipment_id IS NULL THEN 'ALLOCATED'
                    WHEN s.status IN ('DELIVERED', 'RETURNED', 'REFUSED') OR (s.status = 'LOST' AND s.settled_at IS NOT NULL) THEN 'DELIVERED'
                    WHEN s.shipped_at IS NOT NULL THEN 'SHIPPED'
                    WHEN s.status = 'PACKED' OR a.packed = a.quantity THEN 'PACKED'
                    WHEN a.picked = a.quantity THEN 'PICKED'
                    ELSE 'RELEASED' END)::order_status
                FROM allocations a LEFT JOIN shipments s USING (shipment_id)
                WHERE a.status IN ('ALLOCATED', 'RELEASED')),
            least AS (SELECT order_id, min(stage) AS stage FROM stages GROUP BY order_id)
            SELECT format('order %s is %s, its lines say %s', o.order_id, o.status, coalesce(l.stage, 'CANCELLED'))
            FROM orders o LEFT JOIN least l USING (order_id)
            WHERE o.status <> coalesce(l.stage, 'CANCELLED')
            """),
        ("order_closed_when_done", "an order is closed exactly when it is delivered or cancelled",
            """
            SELECT format('order %s is %s, closed at %s', order_id, status, coalesce(closed_at::text, 'no time'))
            FROM orders WHERE (closed_at IS NOT NULL) <> (status IN ('DELIVERED', 'CANCELLED'))
            """),
        ("cancelled_order_has_nothing_left", "an order has a time of cancellation exactly when all its units are cancelled",
            """
            SELECT format('order %s: cancelled at %s, %s units left', o.order_id, coalesce(o.cancelled_at::text, 'no time'), sum(l.ordered - l.cancelled))
            FROM orders o JOIN order_lines l USING (order_id)
            GROUP BY o.order_id HAVING (o.cancelled_at IS NOT NULL) <> (sum(l.ordered - l.cancelled) = 0)
            """),
        ("order_has_lines", "every order has a line",
            "SELECT order_id FROM orders o WHERE NOT EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.order_id)"),
        ("line_never_oversourced", "no line has more cancelled and sourced than was ordered",
            """
            SELECT format('order %s line %s: %s cancelled, %s sourced of %s', order_id, line, cancelled, sourced, ordered)
            FROM order_lines WHERE cancelled < 0 OR sourced < 0 OR cancelled + sourced > ordered
            """),
        ("sourced_is_live_allocations", "a line's sourced units are its live allocations",
            """
            SELECT format('order %s line %s: sourced %s, allocations %s', l.order_id, l.line, l.sourced, coalesce(sum(a.quantity), 0))
            FROM order_lines l LEFT JOIN allocations a ON a.order_id = l.order_id AND a.line = l.line AND a.status IN ('ALLOCATED', 'RELEASED')
            GROUP BY l.order_id, l.line HAVING l.sourced <> coalesce(sum(a.quantity), 0)
            """),
        ("withdrawn_line_has_nothing_left", "a line that is not due has nothing left and nothing shipped",
            """
            SELECT format('order %s line %s: not due, %s left', order_id, line, ordered - cancelled) FROM order_lines WHERE NOT due AND ordered <> cancelled
            """),
        ("allocation_has_its_shipment", "released allocations have a shipment of their order and node, unreleased ones none",
            """
            SELECT format('order %s line %s allocation %s is %s, shipment %s', a.order_id, a.line, a.number, a.status, coalesce(a.shipment_id, 'none'))
            FROM allocations a LEFT JOIN shipments s USING (shipment_id)
            WHERE (a.status = 'ALLOCATED' AND a.shipment_id IS NOT NULL)
               OR (a.status = 'RELEASED' AND (s.shipment_id IS NULL OR s.order_id <> a.order_id OR s.location <> a.location OR s.status = 'CANCELLED'))
            """),
        ("allocated_stock_is_open_promises",
            "stock in state allocated and picked is what live allocations that have not shipped hold, unpicked and picked, and what was picked and cancelled",
            """
            WITH held AS (
                SELECT l.sku, a.location, a.lot, sum(CASE WHEN a.status <> 'CANCELLED' THEN a.quantity - a.picked ELSE 0 END) AS allocated,
                    sum(a.picked) AS picked
                FROM allocations a JOIN order_lines l USING (order_id, line) LEFT JOIN shipments s USING (shipment_id)
                WHERE (a.status IN ('ALLOCATED', 'RELEASED') AND s.shipped_at IS NULL) OR a.status = 'CANCELLED'
                GROUP BY l.sku, a.location, a.lot),
            stocked AS (
                SELECT sku, location, lot,
                    coalesce(sum(quantity) FILTER (WHERE state = 'allocated'), 0) AS allocated,
                    coalesce(sum(quantity) FILTER (WHERE state = 'picked'), 0) AS picked
                FROM stock_balances GROUP BY sku, location, lot)
            SELECT format('%s at %s lot "%s": stock has %s allocated and %s picked, allocations %s and %s', sku, location, lot,
                coalesce(s.allocated, 0), coalesce(s.picked, 0), coalesce(h.allocated, 0), coalesce(h.picked, 0))
            FROM held h FULL JOIN stocked s USING (sku, location, lot)
            WHERE coalesce(s.allocated, 0) <> coalesce(h.allocated, 0) OR coalesce(s.picked, 0) <> coalesce(h.picked, 0)
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
            JOIN allocations a ON a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND a.status = 'CANCELLED'
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
        ("returned_never_more_than_shipped", "no more units of an order's line are asked back than have shipped",
            """
            WITH shipped AS (
                SELECT a.order_id, a.line, sum(a.quantity) AS units FROM allocations a JOIN shipments s USING (shipment_id)
                WHERE a.status = 'RELEASED' AND s.shipped_at IS NOT NULL GROUP BY a.order_id, a.line),
            returned AS (SELECT r.order_id, l.line, sum(l.requested) AS units FROM returns r JOIN return_lines l USING (return_id) GROUP BY r.order_id, l.line)
            SELECT format('order %s line %s: %s shipped, %s asked back', r.order_id, r.line, coalesce(s.units, 0), r.units)
            FROM returned r LEFT JOIN shipped s USING (order_id, line) WHERE r.units > coalesce(s.units, 0)
            """),
        ("dead_letters_numbered", "dead letters run up to the number last given out",
            """
            SELECT format('highest %s, last given out %s', max(d.id), max(s.dead_letters)) FROM sequences s LEFT JOIN dead_letters d ON true
            HAVING coalesce(max(d.id), 0) > max(s.dead_letters)
            """),
    ];
}
