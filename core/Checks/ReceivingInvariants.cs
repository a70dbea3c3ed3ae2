namespace EcomIntel.Core.Checks;

/// <summary>What must hold of receipts, what they are on their orders and in stock, and claims: as <see cref="PostgresInvariants"/>.</summary>
internal static class ReceivingInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("received_is_receipts", "of every sku of a purchase order, what is received and over is what its receipts say, wrong items left out",
            """
            WITH came AS (
                SELECT r.purchase_order_id, l.sku, sum(l.quantity) AS units FROM receipts r JOIN receipt_lines l USING (receipt_id)
                WHERE l.discrepancy IS DISTINCT FROM 'wrong_item' AND r.purchase_order_id IS NOT NULL GROUP BY r.purchase_order_id, l.sku),
            lines AS (SELECT purchase_order_id, sku, sum(received + over) AS units FROM purchase_order_lines GROUP BY purchase_order_id, sku)
            SELECT format('purchase order %s, %s: its lines have %s received, its receipts %s',
                purchase_order_id, sku, coalesce(l.units, 0), coalesce(c.units, 0))
            FROM came c FULL JOIN lines l USING (purchase_order_id, sku) WHERE coalesce(l.units, 0) <> coalesce(c.units, 0)
            """),
        ("consignments_are_watched_until_they_come",
            "of every line that was announced for more than has come, a consignment is watched or missing; a missing one has units to come",
            """
            WITH announced AS (
                SELECT purchase_order_id, line, asn_id, sum(quantity) AS units FROM purchase_order_promises
                WHERE kind = 'ANNOUNCED' GROUP BY purchase_order_id, line, asn_id),
            open AS (
                SELECT l.purchase_order_id, l.line, l.received + l.over AS came FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
                WHERE o.status IN ('SENT', 'ACKNOWLEDGED') AND l.ordered > l.cancelled + l.closed_short + l.received)
            SELECT format('purchase order %s line %s: %s announced, %s came, and nobody watches', purchase_order_id, line, sum(a.units), max(o.came))
            FROM announced a JOIN open o USING (purchase_order_id, line) JOIN purchase_order_asns n USING (purchase_order_id, asn_id)
            GROUP BY purchase_order_id, line HAVING sum(a.units) > max(o.came) AND count(n.missing_at) + count(n.missing_since) = 0
            UNION ALL
            SELECT format('ASN %s of purchase order %s is missing since %s, and nothing of it is to come', n.asn_id, n.purchase_order_id, n.missing_since)
            FROM purchase_order_asns n
            WHERE n.missing_since IS NOT NULL AND (n.missing_at IS NOT NULL OR NOT EXISTS (
                SELECT FROM announced a JOIN open o USING (purchase_order_id, line) WHERE a.purchase_order_id = n.purchase_order_id AND a.asn_id = n.asn_id))
            """),
        ("receipt_lines_add_up", "of every line of a receipt: quantity = available + inspection + accepted + rejected + damaged",
            """
            SELECT format('receipt %s line %s: %s came, %s available, %s in inspection, %s accepted, %s rejected, %s damaged',
                receipt_id, line, quantity, available, inspection, accepted, rejected, damaged)
            FROM receipt_lines WHERE quantity <> available + inspection + accepted + rejected + damaged
            """),
        ("receipts_are_in_the_ledger", "the ledger brought in what receipts say: at once, held, damaged; then matched, accepted, rejected",
            """
            WITH said AS (
                SELECT l.sku, r.location, l.lot, sum(CASE WHEN r.blind THEN 0 ELSE l.available END) AS available,
                    sum(l.quantity - l.damaged - CASE WHEN r.blind THEN 0 ELSE l.available END) AS held, sum(l.damaged) AS damaged,
                    sum(CASE WHEN r.blind THEN l.available ELSE 0 END) AS matched, sum(l.accepted) AS accepted, sum(l.rejected) AS rejected
                FROM receipts r JOIN receipt_lines l USING (receipt_id) GROUP BY l.sku, r.location, l.lot),
            moved AS (
                SELECT sku, location, lot,
                    coalesce(sum(quantity) FILTER (WHERE reason = 'goods_received' AND to_state = 'available'), 0) AS available,
                    coalesce(sum(quantity) FILTER (WHERE reason = 'goods_received' AND to_state = 'inspection'), 0) AS held,
                    coalesce(sum(quantity) FILTER (WHERE reason = 'goods_received' AND to_state = 'damaged'), 0) AS damaged,
                    coalesce(sum(quantity) FILTER (WHERE reason = 'receipt_matched'), 0) AS matched,
                    coalesce(sum(quantity) FILTER (WHERE reason = 'inspection_accepted'), 0) AS accepted,
                    coalesce(sum(quantity) FILTER (WHERE reason = 'inspection_rejected'), 0) AS rejected
                FROM stock_ledger WHERE reason IN ('goods_received', 'receipt_matched', 'inspection_accepted', 'inspection_rejected')
                GROUP BY sku, location, lot)
            SELECT format('%s at %s lot "%s": receipts say %s available, %s held, %s damaged, %s matched, %s accepted, %s rejected, the ledger %s',
                sku, location, lot, s.available, s.held, s.damaged, s.matched, s.accepted, s.rejected,
                concat_ws(', ', m.available, m.held, m.damaged, m.matched, m.accepted, m.rejected))
            FROM said s FULL JOIN moved m USING (sku, location, lot)
            WHERE (s.available, s.held, s.damaged, s.matched, s.accepted, s.rejected)
                IS DISTINCT FROM (m.available, m.held, m.damaged, m.matched, m.accepted, m.rejected)
            """),
        ("inspection_is_what_is_left_to_inspect", "stock in state inspection is what receipts have left to inspect",
            """
            WITH held AS (
                SELECT l.sku, r.location, l.lot, sum(l.inspection) AS units FROM receipts r JOIN receipt_lines l USING (receipt_id)
                GROUP BY l.sku, r.location, l.lot),
            stocked AS (SELECT sku, location, lot, quantity AS units FROM stock_balances WHERE state = 'inspection')
            SELECT format('%s at %s lot "%s": %s are left to inspect, %s stand in inspection', sku, location, lot, coalesce(h.units, 0), coalesce(s.units, 0))
            FROM held h FULL JOIN stocked s USING (sku, location, lot) WHERE coalesce(h.units, 0) <> coalesce(s.units, 0)
            """),
        ("claims_are_what_receipts_say", "what is claimed is damaged, wrong, mislabelled, rejected, short or over, and its amount is at the order's price",
            """
            WITH found AS (
                SELECT r.receipt_id, l.line, k.kind, k.units FROM receipts r JOIN receipt_lines l USING (receipt_id)
                CROSS JOIN LATERAL (VALUES
                    ('DAMAGED', CASE WHEN l.discrepancy = 'wrong_item' THEN 0 ELSE l.damaged END),
                    ('WRONG_ITEM', CASE WHEN l.discrepancy = 'wrong_item' THEN l.quantity ELSE 0 END),
                    ('MISLABELLED', CASE WHEN l.discrepancy = 'mislabelled' THEN l.quantity - l.damaged ELSE 0 END),
                    ('REJECTED', CASE WHEN l.discrepancy IS NULL THEN l.rejected ELSE 0 END)) AS k (kind, units)
                WHERE r.purchase_order_id IS NOT NULL AND k.units > 0),
            claimed AS (SELECT receipt_id, receipt_line AS line, kind, quantity AS units FROM supplier_claims WHERE receipt_id IS NOT NULL AND quantity > 0)
            SELECT format('receipt %s line %s: %s units are %s, %s are claimed', receipt_id, line, coalesce(f.units, 0), kind, coalesce(c.units, 0))
            FROM found f FULL JOIN claimed c USING (receipt_id, line, kind) WHERE coalesce(f.units, 0) <> coalesce(c.units, 0)
            UNION ALL
            SELECT format('claim %s: %s units of %s short, %s over in its line', c.claim_id, c.quantity, p.closed_short, p.over)
            FROM supplier_claims c JOIN purchase_order_lines p ON p.purchase_order_id = c.purchase_order_id AND p.line = c.order_line
            WHERE (c.kind = 'SHORT' AND c.quantity > p.closed_short) OR (c.kind = 'OVER' AND c.quantity NOT IN (0, p.over))
                OR c.amount IS DISTINCT FROM c.quantity * p.price
            """),
        ("claims_stand_as_they_were_answered", "a claim that was credited is CREDITED; else of no units WITHDRAWN; else as the supplier answered last",
            """
            SELECT format('claim %s is %s', claim_id, status) FROM supplier_claims
            WHERE status <> CASE WHEN credited_at IS NOT NULL THEN 'CREDITED' WHEN quantity = 0 THEN 'WITHDRAWN'
                WHEN refused_at IS NOT NULL AND NOT coalesce(accepted_at > refused_at, false) THEN 'REFUSED'
                WHEN accepted_at IS NOT NULL THEN 'ACCEPTED' ELSE 'OPEN' END OR (credited IS NULL) <> (credited_at IS NULL)
            """),
        ("what_waits_for_receipts_has_not_come", "no event waits for a claim, or for a receipt of its order, that is there",
            """
            SELECT format('dead letter %s waits for %s', id, awaits) FROM dead_letters d
            WHERE status = 'waiting' AND NOT recheck AND CASE reason
                WHEN 'unknown_receipt' THEN EXISTS (SELECT FROM receipts r WHERE 'receipt/' || r.receipt_id = d.awaits AND r.purchase_order_id IS NOT NULL)
                WHEN 'unknown_claim' THEN EXISTS (SELECT FROM supplier_claims c
                    WHERE 'claim/' || c.claim_id = d.awaits AND c.purchase_order_id = d.key) END
            """),
    ];
}
