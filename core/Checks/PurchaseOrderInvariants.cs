namespace EcomIntel.Core.Checks;

/// <summary>What must hold of purchase orders, as <see cref="PostgresInvariants"/>.</summary>
internal static class PurchaseOrderInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("purchase_order_line_adds_up", "of every purchase order line ordered = received + open + closed short + cancelled, as its status says",
            """
            WITH told AS (
                SELECT *, ordered - received - closed_short - cancelled AS open, status IN ('OPEN', 'ASN', 'PART_RECEIVED') AS waits FROM purchase_order_lines)
            SELECT format('purchase order %s line %s is %s: %s ordered, %s received, %s closed short, %s cancelled, %s announced',
                purchase_order_id, line, status, ordered, received, closed_short, cancelled, announced)
            FROM told
            WHERE open < 0 OR over < 0 OR waits <> (open > 0)
                OR (status = 'OPEN' AND (received > 0 OR announced > 0)) OR (status = 'ASN' AND (received > 0 OR announced = 0))
                OR (status = 'PART_RECEIVED' AND received = 0) OR (status = 'RECEIVED' AND (received = 0 OR closed_short > 0))
                OR (status = 'CLOSED_SHORT' AND closed_short = 0) OR (status = 'CANCELLED' AND (cancelled <> ordered))
            """),
        ("purchase_order_over_when_its_lines_are", "a purchase order is over exactly when nothing of it is open, and has then a time of its end",
            """
            SELECT format('purchase order %s is %s, closed at %s, %s units open', o.purchase_order_id, o.status, coalesce(o.closed_at::text, 'no time'),
                sum(l.ordered - l.received - l.closed_short - l.cancelled))
            FROM purchase_orders o JOIN purchase_order_lines l USING (purchase_order_id)
            GROUP BY o.purchase_order_id
            HAVING (o.status IN ('CLOSED', 'REJECTED', 'CANCELLED')) <> (sum(l.ordered - l.received - l.closed_short - l.cancelled) = 0)
                OR (o.status IN ('CLOSED', 'REJECTED', 'CANCELLED')) <> (o.closed_at IS NOT NULL)
                OR (o.status IN ('REJECTED', 'CANCELLED') AND sum(l.cancelled) <> sum(l.ordered))
            """),
        ("purchase_order_has_lines", "every purchase order has a line",
            """
            SELECT purchase_order_id FROM purchase_orders o
            WHERE NOT EXISTS (SELECT FROM purchase_order_lines l WHERE l.purchase_order_id = o.purchase_order_id)
            """),
        ("purchase_order_approved_before_it_is_sent", "what was made here is approved, by another than who made it, before it goes to the supplier",
            """
            SELECT format('purchase order %s of %s is %s: made by %s, approved by %s at %s, sent at %s', purchase_order_id, origin, status, created_by,
                coalesce(approved_by, 'nobody'), approved_at, sent_at)
            FROM purchase_orders
            WHERE approved_by = created_by OR (approved_by IS NULL) <> (approved_at IS NULL)
                OR (status IN ('SENT', 'ACKNOWLEDGED', 'CLOSED') AND sent_at IS NULL)
                OR (status IN ('PROPOSED', 'DRAFT', 'PENDING_APPROVAL', 'APPROVED', 'REJECTED') AND sent_at IS NOT NULL)
                OR (sent_at IS NOT NULL AND origin <> 'outside' AND NOT coalesce(approved_at <= sent_at AND submitted_at <= approved_at, false))
            """),
        ("announced_is_what_asns_say", "the announced units of a line are those of its advance shipping notices",
            """
            WITH told AS (
                SELECT purchase_order_id, line, sum(quantity) AS units, count(*) FILTER (WHERE a.asn_id IS NULL) AS unknown
                FROM purchase_order_promises p LEFT JOIN purchase_order_asns a USING (purchase_order_id, asn_id)
                WHERE kind = 'ANNOUNCED' GROUP BY purchase_order_id, line)
            SELECT format('purchase order %s line %s: announced %s, its notices %s, %s of them unknown', l.purchase_order_id, l.line, l.announced,
                coalesce(t.units, 0), coalesce(t.unknown, 0))
            FROM purchase_order_lines l LEFT JOIN told t USING (purchase_order_id, line) WHERE l.announced <> coalesce(t.units, 0) OR t.unknown > 0
            """),
        ("first_promise_is_kept", "a line's first promise is the earliest that its supplier gave, its latest the last",
            """
            WITH told AS (
                SELECT purchase_order_id, line, p.at, identity, coalesce(arrives_at, l.due_at) AS arrives,
                    first_value(coalesce(arrives_at, l.due_at)) OVER by_time AS first, last_value(coalesce(arrives_at, l.due_at)) OVER by_time AS last
                FROM purchase_order_promises p JOIN purchase_order_lines l USING (purchase_order_id, line)
                WHERE kind IN ('ACKNOWLEDGED', 'DATE_CHANGED')
                WINDOW by_time AS (PARTITION BY purchase_order_id, line ORDER BY p.at, identity ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
            SELECT DISTINCT format('purchase order %s line %s: first promised %s, by what was told %s; latest %s, by what was told %s', purchase_order_id, line,
                l.first_promised_at, t.first, l.promised_at, t.last)
            FROM purchase_order_lines l LEFT JOIN told t USING (purchase_order_id, line)
            WHERE l.first_promised_at IS DISTINCT FROM t.first OR l.promised_at IS DISTINCT FROM t.last
            """),
        ("purchase_order_acknowledged_when_told", "a purchase order is acknowledged since the first time its supplier said so",
            """
            SELECT format('purchase order %s is %s: acknowledged at %s, told at %s', o.purchase_order_id, o.status, o.acknowledged_at, min(p.at))
            FROM purchase_orders o LEFT JOIN purchase_order_promises p ON p.purchase_order_id = o.purchase_order_id AND p.kind = 'ACKNOWLEDGED'
            GROUP BY o.purchase_order_id
            HAVING o.acknowledged_at IS DISTINCT FROM min(p.at) OR (o.status = 'ACKNOWLEDGED' AND o.acknowledged_at IS NULL)
                OR (o.status = 'SENT' AND o.acknowledged_at IS NOT NULL)
            """),
        ("late_purchase_orders_are_watched", "every open purchase order line that nobody was told is late is looked at when it should have come",
            """
            SELECT format('purchase order %s line %s is expected at %s, the order is looked at %s', l.purchase_order_id, l.line, l.expected_at, o.late_at)
            FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
            WHERE o.status IN ('SENT', 'ACKNOWLEDGED') AND l.ordered > l.received + l.closed_short + l.cancelled
                AND NOT coalesce(l.expected_at <= o.late_told_for, false) AND o.late_at IS NULL
            """),
        ("what_waits_for_purchasing_has_not_come", "no event waits for a supplier, purchase order or rate that is there",
            """
            SELECT format('dead letter %s waits for %s', id, awaits) FROM dead_letters
            WHERE status = 'waiting' AND NOT recheck AND CASE reason
                WHEN 'unknown_supplier' THEN EXISTS (SELECT FROM suppliers WHERE 'supplier/' || supplier_id = awaits)
                WHEN 'unknown_purchase_order' THEN EXISTS (SELECT FROM purchase_orders WHERE 'purchase_order/' || purchase_order_id = awaits) END
            """),
    ];
}
