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
                    WHEN s.status IN ('DELIVERED', 'RETURNED') THEN 'DELIVERED'
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
        ("allocated_stock_is_open_promises", "stock in state allocated and picked is what live allocations that have not shipped hold, unpicked and picked",
            """
            WITH held AS (
                SELECT l.sku, a.location, a.lot, sum(a.quantity - a.picked) AS allocated, sum(a.picked) AS picked
                FROM allocations a JOIN order_lines l USING (order_id, line) LEFT JOIN shipments s USING (shipment_id)
                WHERE a.status IN ('ALLOCATED', 'RELEASED') AND s.shipped_at IS NULL
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
        ("rejecting_node_is_passed_over", "a node that rejected a line is not promised it again before something was seen there",
            """
            SELECT format('order %s line %s: %s rejected it at %s and was promised it again, nothing was seen there since',
                r.order_id, r.line, r.location, r.rejected_at)
            FROM allocations r JOIN order_lines l USING (order_id, line) LEFT JOIN stock_sightings s USING (sku, location)
            WHERE r.status = 'REJECTED' AND coalesce(s.seen_at <= r.rejected_at, r.rejected_at IS NOT NULL)
                AND EXISTS (SELECT FROM allocations a WHERE a.order_id = r.order_id AND a.line = r.line AND a.location = r.location
                    AND a.number > r.number AND a.status <> 'REJECTED')
                AND (SELECT max(entry) FROM stock_ledger g WHERE g.sku = l.sku AND g.location = r.location AND g.order_id = r.order_id
                        AND g.reason = 'allocated')
                  > (SELECT max(entry) FROM stock_ledger g WHERE g.sku = l.sku AND g.location = r.location AND g.order_id = r.order_id
                        AND g.reason = 'pick_short')
            """),
        ("nobody_waits_beside_stock", "a line waits for stock only where no open node that may serve it has any, or the next round is to look at it",
            """
            SELECT DISTINCT format('order %s line %s waits for %s units of %s, %s has %s', l.order_id, l.line, l.ordered - l.cancelled - l.sourced, l.sku,
                b.location, b.quantity)
            FROM order_lines l JOIN orders o USING (order_id)
                JOIN stock_balances b ON b.sku = l.sku AND b.state = 'available' AND b.quantity > 0
                JOIN locations n ON n.location = b.location AND n.active
                LEFT JOIN stock_sightings s ON s.sku = l.sku AND s.location = b.location
            WHERE l.ordered > l.cancelled + l.sourced AND l.backordered AND NOT o.ship_complete AND o.freed_at IS NULL
                AND b.location IS DISTINCT FROM o.avoided_location
                AND NOT EXISTS (SELECT FROM holds h WHERE h.order_id = o.order_id AND h.released_at IS NULL)
                AND NOT EXISTS (SELECT FROM changed_skus c WHERE c.sku = l.sku)
                AND NOT EXISTS (SELECT FROM allocations r WHERE r.order_id = l.order_id AND r.line = l.line AND r.location = b.location
                    AND r.status = 'REJECTED' AND coalesce(s.seen_at <= r.rejected_at, true))
                AND NOT EXISTS (SELECT FROM policies p WHERE p.kind = 'allocation'
                    AND (p.settings ->> 'splitLines' = 'false' OR p.settings ->> 'inactiveItems' = 'hold'))
            """),
        ("ships_complete_from_few_nodes", "of an order that ships complete no more nodes hold units at once than the policy ever let",
            """
            SELECT format('order %s: %s', a.order_id, string_agg(DISTINCT a.location, ', '))
            FROM allocations a JOIN orders o USING (order_id) LEFT JOIN shipments s USING (shipment_id)
            WHERE o.ship_complete AND o.closed_at IS NULL AND a.status IN ('ALLOCATED', 'RELEASED') AND s.shipped_at IS NULL
            GROUP BY a.order_id
            HAVING count(DISTINCT a.location) >
                (SELECT greatest(1, max((settings ->> 'shipCompleteNodes')::int)) FROM policies WHERE kind = 'allocation')
            """),
        ("ships_complete_or_holds_nothing", "an order that ships complete and waits for stock holds nothing that nobody has begun to pick",
            """
            SELECT DISTINCT format('order %s waits, and holds %s units at %s', a.order_id, a.quantity, a.location)
            FROM allocations a JOIN orders o USING (order_id) LEFT JOIN shipments s USING (shipment_id)
            WHERE o.ship_complete AND o.closed_at IS NULL AND o.incomplete_since IS NULL AND a.status IN ('ALLOCATED', 'RELEASED')
                AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.order_id AND l.ordered > l.cancelled + l.sourced)
                AND (s.shipment_id IS NULL OR (s.status = 'RELEASED' AND s.shipped_at IS NULL AND s.carrier IS NULL AND s.tracking IS NULL
                    AND NOT EXISTS (SELECT FROM allocations p WHERE p.order_id = a.order_id AND p.shipment_id = s.shipment_id AND p.picked > 0)))
            """),
        ("nothing_promised_at_a_closed_node", "nothing waits to be released at a node that is closed until further notice",
            """
            SELECT format('order %s line %s: %s units are promised at %s, which is closed', a.order_id, a.line, a.quantity, a.location)
            FROM allocations a JOIN locations n USING (location) WHERE a.status = 'ALLOCATED' AND NOT n.active AND n.reopens_at IS NULL
            """),
        ("one_parcel_where_one_would_do", "an order has one shipment at a node that nobody has begun, where parcels are joined",
            """
            SELECT format('order %s at %s: %s', order_id, location, string_agg(shipment_id, ', '))
            FROM shipments s JOIN orders o USING (order_id)
            WHERE o.closed_at IS NULL AND s.status = 'RELEASED' AND s.shipped_at IS NULL AND s.carrier IS NULL AND s.tracking IS NULL
                AND EXISTS (SELECT FROM allocations a WHERE a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND a.status = 'RELEASED')
                AND NOT EXISTS (SELECT FROM allocations a WHERE a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND (a.picked > 0 OR a.packed > 0))
                AND NOT EXISTS (SELECT FROM policies p WHERE p.kind = 'allocation' AND p.settings ->> 'joinParcels' = 'false')
            GROUP BY order_id, location HAVING count(*) > 1
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
