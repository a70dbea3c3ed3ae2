namespace EcomIntel.Core.Checks;

/// <summary>Of orders, their lines, holds and payments.</summary>
internal static class OrderInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
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
    ];
}
