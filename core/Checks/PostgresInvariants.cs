namespace EcomIntel.Core.Checks;

/// <summary>
/// What must hold in PostgreSQL whatever happened. Each statement gives a line of text for everything that does not hold, so no row is good. They are written
/// from the tables' meaning alone, and share nothing with the code that writes the tables.
/// </summary>
internal static class PostgresInvariants
{
    /// <summary>No more of a return r is to come.</summary>
    private const string Ended =
        "(r.closed_at IS NOT NULL OR r.expired_at IS NOT NULL OR (r.refused_at IS NOT NULL AND NOT coalesce(r.authorized_at > r.refused_at, false)))";

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
                SELECT l.sku, a.location, a.lot, sum(CASE WHEN a.status NOT IN ('CANCELLED', 'RECALLED') THEN a.quantity - a.picked ELSE 0 END) AS allocated,
                    sum(a.picked) AS picked
                FROM allocations a JOIN order_lines l USING (order_id, line) LEFT JOIN shipments s USING (shipment_id)
                WHERE (a.status IN ('ALLOCATED', 'RELEASED') AND s.shipped_at IS NULL) OR a.status IN ('CANCELLED', 'RECALLED')
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
        ("returned_never_more_than_shipped", "no more units of an order's line are asked back, or came back by returns, than have shipped",
            $$"""
            WITH shipped AS (
                SELECT a.order_id, a.line, sum(a.quantity) AS units FROM allocations a JOIN shipments s USING (shipment_id)
                WHERE a.status IN ('RELEASED', 'RESENT') AND s.shipped_at IS NOT NULL GROUP BY a.order_id, a.line),
            claims AS (
                SELECT r.order_id, l.line, CASE WHEN {{Ended}} THEN l.received ELSE l.requested END AS units
                FROM returns r JOIN return_lines l USING (return_id)),
            returned AS (SELECT order_id, line, sum(units) AS units FROM claims GROUP BY order_id, line)
            SELECT format('order %s line %s: %s shipped, %s asked back', r.order_id, r.line, coalesce(s.units, 0), r.units)
            FROM returned r LEFT JOIN shipped s USING (order_id, line) WHERE r.units > coalesce(s.units, 0)
            """),
        ("comes_back_one_way", "of an order's line no more units came back, unopened and by returns, than have shipped",
            """
            WITH gone AS (
                SELECT a.order_id, a.line, sum(a.quantity) AS units FROM allocations a JOIN shipments s USING (shipment_id)
                WHERE a.status IN ('RELEASED', 'RESENT') AND s.shipped_at IS NOT NULL GROUP BY a.order_id, a.line),
            back AS (
                SELECT s.order_id, u.line, u.received AS unopened, 0 AS returned FROM unopened_units u JOIN shipments s USING (shipment_id)
                UNION ALL
                SELECT r.order_id, l.line, 0, l.received FROM returns r JOIN return_lines l USING (return_id))
            SELECT format('order %s line %s: %s shipped, %s came back unopened and %s by returns', b.order_id, b.line, coalesce(g.units, 0),
                sum(b.unopened), sum(b.returned))
            FROM back b LEFT JOIN gone g USING (order_id, line)
            GROUP BY b.order_id, b.line, g.units HAVING sum(b.unopened + b.returned) > coalesce(g.units, 0)
            """),
        ("dead_letters_numbered", "dead letters run up to the number last given out",
            """
            SELECT format('highest %s, last given out %s', max(d.id), max(s.dead_letters)) FROM sequences s LEFT JOIN dead_letters d ON true
            HAVING coalesce(max(d.id), 0) > max(s.dead_letters)
            """),
        ("what_waits_has_not_come", "no event waits for an order, item or location that is there",
            """
            SELECT format('dead letter %s waits for %s', id, awaits) FROM dead_letters
            WHERE status = 'waiting' AND NOT recheck AND reason LIKE 'unknown%' -- others wait for it to come further
                AND CASE split_part(awaits, '/', 1)
                WHEN 'order' THEN EXISTS (SELECT FROM orders WHERE order_id = substr(awaits, 7))
                WHEN 'sku' THEN EXISTS (SELECT FROM items WHERE sku = substr(awaits, 5))
                WHEN 'location' THEN EXISTS (SELECT FROM locations WHERE location = substr(awaits, 10)) END
            """),
        ("what_waits_is_in_time", "no event waits beyond its time",
            """
            SELECT format('dead letter %s waits for %s until %s', id, awaits, waits_until) FROM dead_letters
            WHERE status = 'waiting' AND waits_until <= (SELECT now FROM business_clock)
            """),
        ("what_is_not_known_is_awaited", "an event about an order that was not known waits for it, and is not left once the order is",
            // Not those of before events waited: nothing said then what they were for.
            """
            SELECT format('dead letter %s: %s, and there is; it waited for nothing', d.id, d.detail)
            FROM dead_letters d JOIN orders o ON o.order_id = d.key
            WHERE d.status = 'open' AND d.reason = 'unknown_order' AND d.awaits IS NULL
                AND d.received_at >= (SELECT coalesce(of_day_until, '-infinity') FROM pruned WHERE kind = 'applied_events')
            """),
        ("no_time_is_ahead_of_the_present", "nothing that was applied is of a time further ahead of the present than policy ever let, nor has time come so far",
            """
            WITH latest AS (
                SELECT business_now() + greatest(interval '1 day',
                    max(regexp_replace(settings ->> 'maxAhead', '^(\d+)\.(?=\d\d:)', '\1 days ')::interval)) AS at
                FROM policies WHERE kind = 'events'),
            told AS (
                SELECT 'topic ' || topic AS what, newest AS at FROM topic_freshness
                UNION ALL
                SELECT 'business time', now FROM business_clock)
            SELECT format('%s has come to %s, the present is %s', t.what, t.at, business_now()) FROM told t CROSS JOIN latest l WHERE t.at > l.at
            """),
        ("what_is_inspected_was_anywhere", "an inspection that names no place takes a return's units wherever they are: none is left while more were inspected",
            // Of returns that have not ended and of which no more came back than were announced: else some of what was told is not booked.
            """
            SELECT format('return %s line %s: %s received, %s inspected by reports, %s booked', l.return_id, l.line, l.received, told.inspected, l.inspected)
            FROM return_lines l JOIN returns r USING (return_id)
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(quantity) FILTER (WHERE disposition IS NULL), 0) AS received,
                    coalesce(sum(quantity) FILTER (WHERE disposition IS NOT NULL), 0) AS inspected,
                    bool_or(disposition IS NOT NULL AND location IS NOT NULL) AS is_placed
                FROM return_reports WHERE return_id = l.return_id AND line = l.line) told
            WHERE r.closed_at IS NULL AND r.expired_at IS NULL AND r.refused_at IS NULL AND NOT told.is_placed
                AND told.received = l.received AND l.inspected < least(told.inspected, l.received)
            """),
        ("what_is_inspected_does_not_wait", "no inspection waits, or was refused, that fits what its return has received and not inspected",
            """
            WITH waiting AS MATERIALIZED (
                SELECT id, ltrim(convert_from(coalesce(mended, payload), 'UTF8'), E'\uFEFF')::json -> 'data' AS data
                FROM dead_letters
                WHERE reason = 'quantity_exceeded' AND type LIKE '%.return.inspected' AND size IS NULL
                    AND ((status = 'waiting' AND NOT recheck) OR (status = 'open' AND awaits IS NULL
                        AND received_at >= (SELECT coalesce(of_day_until, '-infinity') FROM pruned WHERE kind = 'applied_events')))),
            wanted AS (
                SELECT w.id, w.data ->> 'returnId' AS return_id, (line ->> 'line')::int AS line, sum((line ->> 'quantity')::bigint) AS units
                FROM waiting w CROSS JOIN LATERAL json_array_elements(w.data -> 'lines') line
                WHERE w.data ->> 'location' IS NULL GROUP BY w.id, w.data ->> 'returnId', line ->> 'line')
            SELECT format('dead letter %s: an inspection of return %s is left for units that are there', w.id, w.return_id)
            FROM wanted w CROSS JOIN LATERAL (
                SELECT coalesce(sum(CASE WHEN disposition IS NULL THEN quantity ELSE -quantity END), 0) AS units
                FROM return_reports p WHERE p.return_id = w.return_id AND p.line = w.line) open
            GROUP BY w.id, w.return_id HAVING bool_and(w.units <= open.units)
            """),
        ("return_lines_are_their_units", "what came back of a return's line and what was inspected is what its units at their places say",
            """
            SELECT format('return %s line %s: %s received and %s inspected, its units say %s and %s', l.return_id, l.line, l.received, l.inspected,
                coalesce(sum(u.quantity), 0), coalesce(sum(u.quantity) FILTER (WHERE u.disposition <> ''), 0))
            FROM return_lines l LEFT JOIN return_units u USING (return_id, line)
            GROUP BY l.return_id, l.line
            HAVING l.received <> coalesce(sum(u.quantity), 0) OR l.inspected <> coalesce(sum(u.quantity) FILTER (WHERE u.disposition <> ''), 0)
            """),
        ("returned_units_are_where_the_ledger_has_them", "the ledger brought each order's returned units to the places and states that its returns tell",
            """
            WITH rows AS (
                SELECT * FROM stock_ledger WHERE reason IN ('return_received', 'return_restock', 'return_refurbish', 'return_quarantine',
                    'return_return_to_vendor', 'return_write_off', 'return_corrected')),
            moved AS (
                SELECT order_id, sku, location, to_state::text AS state, quantity FROM rows WHERE to_state IS NOT NULL
                UNION ALL
                SELECT order_id, sku, location, from_state::text, -quantity FROM rows WHERE from_state IS NOT NULL),
            ledger AS (SELECT order_id, sku, location, state, sum(quantity) AS units FROM moved GROUP BY order_id, sku, location, state),
            booked AS (
                SELECT r.order_id, l.sku, u.location, s.state, sum(u.quantity) AS units
                FROM return_units u JOIN return_lines l USING (return_id, line) JOIN returns r USING (return_id)
                JOIN (VALUES ('', 'return_pending'), ('restock', 'available'), ('refurbish', 'quarantined'), ('quarantine', 'quarantined'),
                    ('return_to_vendor', 'return_to_vendor')) AS s (disposition, state) USING (disposition)
                GROUP BY r.order_id, l.sku, u.location, s.state)
            SELECT format('order %s: %s of %s are %s at %s by its returns, %s by the ledger', order_id, coalesce(b.units, 0), sku, state, location,
                coalesce(g.units, 0))
            FROM booked b FULL JOIN ledger g USING (order_id, sku, location, state) WHERE coalesce(b.units, 0) <> coalesce(g.units, 0)
            """),
        ("return_status_is_what_is_known", "a return's status is what its units, its refunds and the decisions about it say",
            $$"""
            WITH known AS (
                SELECT r.*, {{Ended}} AS ended, sum(l.received) AS units,
                    bool_or(l.inspected < l.received) AS uninspected, bool_or(l.inspected < l.requested) AS awaited
                FROM returns r JOIN return_lines l USING (return_id) GROUP BY r.return_id),
            said AS (
                SELECT return_id, status, CASE
                    WHEN units = 0 AND closed_at IS NOT NULL THEN 'CLOSED'
                    WHEN units = 0 AND expired_at IS NOT NULL THEN 'EXPIRED'
                    WHEN units = 0 AND ended THEN 'REFUSED'
                    WHEN units = 0 AND authorized_at IS NOT NULL THEN 'AUTHORIZED'
                    WHEN units = 0 THEN 'REQUESTED'
                    WHEN uninspected OR (awaited AND NOT ended) THEN 'RECEIVED'
                    WHEN closed_at IS NOT NULL OR refunded IS NOT NULL THEN 'CLOSED'
                    ELSE 'DISPOSITIONED' END AS right_one
                FROM known)
            SELECT format('return %s is %s, what is known of it says %s', return_id, status, right_one) FROM said WHERE status <> right_one
            """),
        ("refunds_add_up", "what was refunded for a return is the sum of its refunds",
            """
            SELECT format('return %s: %s refunded, its refunds are %s',
                r.return_id, coalesce(r.refunded::text, 'nothing'), coalesce(sum(f.amount)::text, 'none'))
            FROM returns r LEFT JOIN refunds f USING (return_id)
            GROUP BY r.return_id HAVING r.refunded IS DISTINCT FROM sum(f.amount)
            """),
        ("refunds_explained", "refunds are at most what was paid for units that came back, were lost or cancelled, or a case says that they are more",
            $$"""
            WITH rule AS (SELECT greatest(0.25, max((settings ->> 'tolerance')::numeric)) AS tolerance FROM policies WHERE kind = 'returns'),
            back AS (
                SELECT r.return_id AS subject, r.order_id, l.line, CASE WHEN {{Ended}} THEN l.received ELSE l.requested END AS units
                FROM returns r JOIN return_lines l USING (return_id)
                UNION ALL
                SELECT order_id, order_id, line, cancelled FROM order_lines WHERE cancelled > 0
                UNION ALL
                SELECT a.order_id, a.order_id, a.line, a.quantity
                FROM allocations a JOIN shipments s USING (shipment_id) LEFT JOIN lost_shipments t USING (shipment_id)
                WHERE a.status = 'RESENT' OR (a.status = 'RELEASED' AND (s.status IN ('RETURNED', 'REFUSED', 'LOST') OR t.shipment_id IS NOT NULL
                    -- It was so when it was refunded, and was delivered since.
                    OR EXISTS (SELECT FROM exception_cases c WHERE c.subject = s.shipment_id
                        AND c.category IN ('carrier.refused', 'carrier.returned', 'carrier.turned_up'))))),
            net AS (
                SELECT subject, order_id, sum(b.units * l.price) AS paid FROM back b JOIN order_lines l USING (order_id, line) GROUP BY subject, order_id),
            gross AS (
                SELECT n.subject, CASE WHEN o.taxes IS NULL AND o.shipping IS NULL THEN n.paid * (1 + r.tolerance)
                    WHEN w.net > 0 THEN n.paid + (coalesce(o.taxes, 0) + coalesce(o.shipping, 0)) * n.paid / w.net ELSE 0 END AS paid
                FROM net n JOIN orders o USING (order_id) CROSS JOIN rule r
                CROSS JOIN LATERAL (SELECT sum(l.ordered * l.price) AS net FROM order_lines l WHERE l.order_id = o.order_id) w),
            told AS (SELECT coalesce(return_id, order_id) AS subject, sum(amount) AS amount FROM refunds GROUP BY coalesce(return_id, order_id))
            SELECT format('%s: %s refunded, at most %s can have been paid, and no case', t.subject, t.amount, coalesce(g.paid, 0))
            FROM told t LEFT JOIN gross g USING (subject) WHERE t.amount > ceil(coalesce(g.paid, 0) * 100) / 100
              AND NOT EXISTS (SELECT FROM exception_cases c WHERE c.category = 'refund.over' AND c.subject = t.subject)
              -- What was refunded as cancelled left all the same: that case has the money.
              AND NOT EXISTS (SELECT FROM exception_cases c WHERE c.category = 'order.shipped_after_cancel' AND c.subject = t.subject)
            """),
        ("closed_order_has_no_open_hold", "an order that is closed has no open hold, and keeps no stock for a payment",
            """
            SELECT format('order %s is %s, held by %s', o.order_id, o.status, coalesce(string_agg(h.kind, ','), 'its reservation'))
            FROM orders o LEFT JOIN holds h ON h.order_id = o.order_id AND h.released_at IS NULL
            WHERE o.closed_at IS NOT NULL AND (h.order_id IS NOT NULL OR o.reserved_until IS NOT NULL) GROUP BY o.order_id
            """),
        ("hold_is_what_was_told_last", "an open order is held exactly by what the latest fact of its kind opens (for want of payment, see the next)",
            """
            WITH told AS (
                SELECT DISTINCT ON (order_id, kind) order_id, kind, opens, at FROM hold_facts
                WHERE kind <> 'awaiting_payment' ORDER BY order_id, kind, at DESC, opens),
            held AS (SELECT DISTINCT order_id, kind FROM holds WHERE released_at IS NULL AND kind <> 'awaiting_payment')
            SELECT format('order %s: %s %s', order_id, CASE WHEN h.stands IS NULL THEN 'not held by' ELSE 'cleared of, and yet held by' END, kind)
            FROM told t FULL JOIN (SELECT *, true AS stands FROM held) h USING (order_id, kind) JOIN orders o USING (order_id)
            WHERE o.closed_at IS NULL AND coalesce(t.opens, false) <> (h.stands IS NOT NULL)
              -- One that was closed, and of which something is wanted again or left after all: its closing ended what held it.
              AND NOT (coalesce(t.opens, false) AND EXISTS (SELECT FROM shipments s WHERE s.order_id = o.order_id AND s.shipped_at IS NOT NULL)
                AND EXISTS (SELECT FROM holds e WHERE e.order_id = o.order_id AND e.kind = t.kind AND e.released_at >= t.at))
            """),
        ("unpaid_order_is_held", "an order is held exactly while it is not paid: its payment failed since, or less than it is worth is authorized or captured",
            """
            WITH flagged AS (
                SELECT order_id, max(at) FILTER (WHERE opens) AS opened, max(at) FILTER (WHERE NOT opens) AS cleared
                FROM hold_facts WHERE kind = 'awaiting_payment' GROUP BY order_id),
            paid AS (
                SELECT order_id, max(at) FILTER (WHERE kind IN ('AUTHORIZED', 'CAPTURED')) AS at,
                    bool_or(kind IN ('VOIDED', 'EXPIRED', 'CHARGED_BACK')) AS taken_back
                FROM payments GROUP BY order_id),
            worth AS (
                SELECT o.*, l.total + coalesce(o.taxes, 0) + coalesce(o.shipping, 0) AS total, l.live + round((coalesce(o.taxes, 0) + coalesce(o.shipping, 0))
                    * CASE WHEN l.total > 0 THEN l.live / l.total ELSE l.live_units / l.units END, 4) AS due,
                    l.live_units = l.units AS is_whole
                FROM orders o CROSS JOIN LATERAL (
                    SELECT sum(ordered * price) AS total, sum((ordered - cancelled) * price) AS live,
                        sum(ordered) AS units, sum(ordered - cancelled) AS live_units
                    FROM order_lines l WHERE l.order_id = o.order_id) l
                WHERE o.closed_at IS NULL
                  AND NOT EXISTS (SELECT FROM exception_cases c WHERE c.category = 'order.shipped_after_cancel' AND c.subject = o.order_id)
                  AND (o.payment_pending OR EXISTS (SELECT FROM payments p WHERE p.order_id = o.order_id)
                    OR EXISTS (SELECT FROM hold_facts f WHERE f.order_id = o.order_id AND f.kind = 'awaiting_payment'))),
            told AS (
                SELECT w.order_id, w.due, w.is_whole, greatest(f.opened, CASE WHEN w.payment_pending AND p.at IS NULL THEN w.placed_at END) AS failed,
                    f.cleared, p.at AS paid,
                    coalesce(p.taken_back, false) AS taken_back,
                    coalesce((SELECT sum(coalesce(amount, w.total)) FROM payments p
                        WHERE p.order_id = w.order_id AND kind = 'AUTHORIZED' AND authorization_id IS NULL), 0)
                    + coalesce((SELECT sum(amount) FROM (
                        SELECT DISTINCT ON (authorization_id) coalesce(amount, w.total) AS amount FROM payments p
                        WHERE p.order_id = w.order_id AND kind = 'AUTHORIZED' AND authorization_id IS NOT NULL
                        ORDER BY authorization_id, at DESC, amount DESC NULLS LAST) latest), 0) AS authorized,
                    coalesce((SELECT sum(coalesce(amount, w.total)) FROM payments p WHERE p.order_id = w.order_id AND kind = 'CAPTURED'), 0) AS captured,
                    CASE WHEN w.payment_pending OR f.opened IS NOT NULL THEN 0 ELSE w.total END AS word,
                    EXISTS (SELECT FROM holds h WHERE h.order_id = w.order_id AND h.kind = 'awaiting_payment' AND h.released_at IS NULL) AS held,
                    EXISTS (SELECT FROM shipments s JOIN holds h USING (order_id) WHERE s.order_id = w.order_id AND s.shipped_at IS NOT NULL
                        AND h.kind = 'awaiting_payment' AND h.released_at >= coalesce(f.opened, w.placed_at)) AS was_closed
                FROM worth w LEFT JOIN flagged f USING (order_id) LEFT JOIN paid p USING (order_id)),
            allowed AS (SELECT coalesce(max((settings ->> 'tolerance')::numeric), 0) AS tolerance FROM policies WHERE kind = 'payment')
            SELECT format('order %s is %s: %s owed, %s authorized, %s captured', order_id, CASE WHEN held THEN 'held' ELSE 'not held' END,
                due, authorized, captured)
            FROM told CROSS JOIN allowed
            WHERE (NOT held AND NOT was_closed AND failed > greatest(paid, cleared, '-infinity'))
               OR (NOT held AND NOT was_closed AND cleared IS NULL AND greatest(authorized + captured, word) + tolerance + 0.0001 < due)
               OR (held AND NOT taken_back AND paid >= coalesce(failed, paid)
                AND greatest(authorized, word) >= due + CASE WHEN is_whole THEN 0 ELSE 0.0001 END) -- shares are rounded
            """),
        ("reservation_is_kept_and_ends", "stock is kept for an order while it is held for want of payment, and nothing unreleased is once its time is over",
            """
            SELECT format('order %s: reserved until %s, ended %s, %s for want of payment, %s promises', o.order_id, coalesce(o.reserved_until::text, 'no time'),
                coalesce(o.reservation_ended_at::text, 'never'), CASE WHEN h.held THEN 'held' ELSE 'not held' END, a.promises)
            FROM orders o
            CROSS JOIN LATERAL (SELECT EXISTS (
                SELECT FROM holds h WHERE h.order_id = o.order_id AND h.kind = 'awaiting_payment' AND h.released_at IS NULL) AS held) h
            CROSS JOIN LATERAL (SELECT count(*) AS promises FROM allocations a WHERE a.order_id = o.order_id AND a.status = 'ALLOCATED') a
            WHERE (o.closed_at IS NULL OR o.reserved_until IS NOT NULL) AND (
                (o.reserved_until IS NOT NULL) <> h.held OR (o.reservation_ended_at IS NOT NULL AND (o.reserved_until IS NULL OR a.promises > 0))
                -- An order that was heard of late is looked at within a minute.
                OR (o.reservation_ended_at IS NULL AND o.reserved_until < (SELECT now - interval '1 hour' FROM business_clock)))
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
                LEFT JOIN stock_ledger g ON g.sku = c.sku AND g.location = c.location AND g.at <= c.at AND (coalesce(c.lot, '') = '' OR g.lot = c.lot)
                    AND s.state IN (g.from_state, g.to_state)
                GROUP BY c.identity)
            SELECT format('%s at %s: %s counted at %s, the ledger had %s', c.sku, c.location, c.quantity, c.at, h.units)
            FROM latest c JOIN held h USING (identity)
            WHERE h.units <> c.quantity
                AND NOT EXISTS (SELECT FROM exception_cases e WHERE e.category = 'inventory.negative' AND e.subject = c.sku AND e.location = c.location)
                AND NOT (c.kind = 'REPORTED' AND h.units > c.quantity)
                AND NOT EXISTS (
                    SELECT FROM stock_ledger g WHERE g.sku = c.sku AND g.location = c.location AND g.at = c.at AND g.order_id IS NOT NULL)
                -- A live round is dated by the instant at which it was due, and gives out what has come since.
                AND NOT EXISTS (
                    SELECT FROM stock_ledger r JOIN stock_ledger g USING (sku, location)
                    WHERE r.sku = c.sku AND r.location = c.location AND r.at <= c.at AND r.cause LIKE 'allocation-round:%'
                        AND g.entry < r.entry AND g.at > r.at)
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
        .. PurchaseOrderInvariants.All,
        .. ReceivingInvariants.All,
        .. ReplenishmentInvariants.All,
        .. InvoiceInvariants.All,
    ];
}
