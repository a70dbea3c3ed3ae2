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
        ("in_transit_is_open_transfers", "stock in transit to a location is what transfers sent there and was not received, lost or found short",
            """
            WITH open AS (
                SELECT sku, to_location AS location, lot, sum(dispatched - received - lost - short) AS units FROM transfers GROUP BY sku, to_location, lot),
            stocked AS (SELECT sku, location, lot, quantity AS units FROM stock_balances WHERE state = 'in_transit')
            SELECT format('%s at %s lot "%s": stock has %s in transit, transfers %s', sku, location, lot, coalesce(s.units, 0), coalesce(o.units, 0))
            FROM open o FULL JOIN stocked s USING (sku, location, lot) WHERE coalesce(s.units, 0) <> coalesce(o.units, 0)
            """),
        ("transfers_are_their_reports", "a transfer received into stock what was reported received, as far as it was dispatched, and no unit twice",
            """
            WITH reported AS (
                SELECT transfer_id, sku, sum(quantity) FILTER (WHERE step = 'DISPATCHED') AS dispatched,
                    sum(quantity) FILTER (WHERE step = 'RECEIVED') AS received
                FROM transfer_reports GROUP BY transfer_id, sku),
            kept AS (
                SELECT transfer_id, sku, sum(dispatched) AS dispatched, sum(received) AS received, sum(over) AS over
                FROM transfers GROUP BY transfer_id, sku)
            SELECT format('transfer %s of %s: %s dispatched and %s received were reported; it has %s, %s received and %s over', transfer_id, sku,
                coalesce(r.dispatched, 0), coalesce(r.received, 0), coalesce(k.dispatched, 0), coalesce(k.received, 0), coalesce(k.over, 0))
            FROM reported r FULL JOIN kept k USING (transfer_id, sku)
            WHERE coalesce(r.dispatched, 0) <> coalesce(k.dispatched, 0) OR coalesce(r.received, 0) <> coalesce(k.received, 0) + coalesce(k.over, 0)
                OR coalesce(k.received, 0) > coalesce(k.dispatched, 0)
            """),
        ("counted_stock_is_what_was_counted", "at the time of a location's latest count of a sku its ledger has as many units as were counted",
            // Not where a case says that orders were promised what was not there, nor where something of the same instant has no order in time.
            """
            WITH latest AS (
                SELECT DISTINCT ON (sku, location) * FROM stock_claims WHERE kind <> 'TAKEN' ORDER BY sku, location, at DESC, cause COLLATE "C" DESC),
            states AS (
                SELECT identity, unnest(CASE
                    WHEN kind = 'REPORTED' THEN '{available,allocated,picked}'::stock_state[]
                    WHEN state IS NULL THEN '{available,quarantined,inspection,damaged,return_to_vendor}'::stock_state[]
                    ELSE ARRAY[state] END) AS state
                FROM latest),
            held AS (
                SELECT c.identity, coalesce(sum(CASE WHEN g.to_state = s.state THEN g.quantity ELSE 0 END), 0)
                    - coalesce(sum(CASE WHEN g.from_state = s.state THEN g.quantity ELSE 0 END), 0) AS units
                FROM latest c JOIN states s USING (identity)
                LEFT JOIN stock_ledger g ON g.sku = c.sku AND g.location = c.location AND g.at <= c.at AND (c.lot IS NULL OR g.lot = c.lot)
                    AND s.state IN (g.from_state, g.to_state)
                GROUP BY c.identity)
            SELECT format('%s at %s: %s counted at %s, the ledger had %s', c.sku, c.location, c.quantity, c.at, h.units)
            FROM latest c JOIN held h USING (identity)
            WHERE h.units <> c.quantity
                AND NOT EXISTS (SELECT FROM exception_cases e WHERE e.category = 'inventory.negative' AND e.subject = c.sku AND e.location = c.location)
                AND NOT (c.kind = 'REPORTED' AND h.units > c.quantity)
                AND NOT EXISTS (
                    SELECT FROM stock_ledger g WHERE g.sku = c.sku AND g.location = c.location AND g.at = c.at AND g.order_id IS NOT NULL)
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
