namespace EcomIntel.Core.Checks;

/// <summary>Of returns and refunds.</summary>
internal static class ReturnInvariants
{
    /// <summary>No more of a return r is to come.</summary>
    private const string Ended =
        "(r.closed_at IS NOT NULL OR r.expired_at IS NOT NULL OR (r.refused_at IS NOT NULL AND NOT coalesce(r.authorized_at > r.refused_at, false)))";

    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
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
        ("what_is_pending_came_back", "what stands in return_pending is what came back by returns, or unopened, and was not inspected",
            """
            WITH back AS (
                SELECT l.sku, u.location, u.quantity AS units FROM return_units u JOIN return_lines l USING (return_id, line) WHERE u.disposition = ''
                UNION ALL
                SELECT sku, location, received - inspected FROM unopened_units),
            summed AS (SELECT sku, location, sum(units) AS units FROM back GROUP BY sku, location),
            stocked AS (SELECT sku, location, sum(quantity) AS units FROM stock_balances WHERE state = 'return_pending' GROUP BY sku, location)
            SELECT format('%s at %s: stock has %s pending, %s came back and were not inspected', sku, location, coalesce(k.units, 0), coalesce(s.units, 0))
            FROM summed s FULL JOIN stocked k USING (sku, location) WHERE coalesce(k.units, 0) <> coalesce(s.units, 0)
            """),
        ("what_was_announced_again_does_not_wait", "no request for a return waits for units that were announced again later: it came to nothing",
            $$"""
            WITH waiting AS MATERIALIZED (
                SELECT id, key AS order_id, event_time, ltrim(convert_from(coalesce(mended, payload), 'UTF8'), E'\uFEFF')::json -> 'data' AS data
                FROM dead_letters
                WHERE status = 'waiting' AND NOT recheck AND reason = 'quantity_exceeded' AND type LIKE '%.return.requested' AND size IS NULL),
            wanted AS (
                SELECT w.id, w.order_id, w.event_time, (line ->> 'line')::int AS line, (line ->> 'quantity')::bigint AS units
                FROM waiting w CROSS JOIN LATERAL json_array_elements(w.data -> 'lines') line),
            later AS (
                SELECT w.id, w.line, w.units, coalesce(sum(l.units), 0) AS announced
                FROM wanted w LEFT JOIN (
                    SELECT r.order_id, l.line, r.requested_at, CASE WHEN {{Ended}} THEN l.received ELSE l.requested END AS units
                    FROM returns r JOIN return_lines l USING (return_id)) l
                    ON l.order_id = w.order_id AND l.line = w.line AND l.requested_at > w.event_time
                GROUP BY w.id, w.line, w.units)
            SELECT format('dead letter %s waits, and all that it is of was announced again later', id)
            FROM later GROUP BY id HAVING bool_and(units <= announced)
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
    ];
}
