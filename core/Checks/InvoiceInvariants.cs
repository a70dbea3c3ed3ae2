namespace EcomIntel.Core.Checks;

/// <summary>What must hold of invoices and of what stock has cost, as <see cref="PostgresInvariants"/>.</summary>
internal static class InvoiceInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("invoice_explained_to_the_cent", "every invoice's total is its lines, freight, tax and what is told as rounding or difference, and so is every line",
            """
            SELECT format('invoice %s: total %s, its parts %s', i.invoice_id, i.total, sum(l.amount) + i.freight + i.tax + i.rounding + i.difference)
            FROM invoices i LEFT JOIN invoice_lines l USING (invoice_id) GROUP BY i.invoice_id
            HAVING i.total IS DISTINCT FROM sum(l.amount) + i.freight + i.tax + i.rounding + i.difference
            UNION ALL
            SELECT format('invoice %s line %s: amount %s, explained %s', invoice_id, line, amount,
                expected + price_variance + quantity_variance + rounding + difference)
            FROM invoice_lines WHERE amount <> expected + price_variance + quantity_variance + rounding + difference
                OR expected <> matched * coalesce(order_price, 0)
            """),
        ("invoiced_is_received", "no more units of an order's line are matched with invoices than were received and are tolerated over it",
            """
            WITH claimed AS (
                SELECT l.purchase_order_id, l.order_line, sum(l.matched) AS units, max(i.over_tolerance) AS tolerance
                FROM invoice_lines l JOIN invoices i USING (invoice_id) WHERE i.status <> 'DISPUTED' AND l.matched > 0
                GROUP BY l.purchase_order_id, l.order_line)
            SELECT format('purchase order %s line %s: %s units received, %s matched with invoices', c.purchase_order_id, c.order_line,
                coalesce(o.received + o.over, 0), c.units)
            FROM claimed c LEFT JOIN purchase_order_lines o ON o.purchase_order_id = c.purchase_order_id AND o.line = c.order_line
            WHERE c.units > coalesce(least(o.received + o.over, o.ordered + floor(o.ordered * c.tolerance)), 0)
            """),
        ("received_is_matched_first_come", "no invoice waits or is held for units that were received and no earlier invoice has",
            """
            WITH asked AS (
                SELECT l.purchase_order_id, l.order_line, sum(l.matched) AS units, bool_or(l.matched < l.quantity) AS more,
                    min(i.over_tolerance) AS tolerance
                FROM invoice_lines l JOIN invoices i USING (invoice_id)
                WHERE i.status <> 'DISPUTED' AND l.order_price IS NOT NULL GROUP BY l.purchase_order_id, l.order_line)
            SELECT format('purchase order %s line %s: %s units received, %s matched, and an invoice lacks some', a.purchase_order_id, a.order_line,
                o.received + o.over, a.units)
            FROM asked a JOIN purchase_order_lines o ON o.purchase_order_id = a.purchase_order_id AND o.line = a.order_line
            WHERE a.more AND a.units < least(o.received + o.over, o.ordered + floor(o.ordered * a.tolerance))
                -- By policy what is damaged or was rejected may not be paid.
                AND NOT EXISTS (SELECT FROM policies WHERE kind = 'invoices' AND settings ->> 'match' = 'accepted')
            """),
        ("invoice_status_is_what_its_reasons_say", "an invoice that nobody decided is matched without a reason not to, waits for receipts alone, or is held",
            """
            WITH said AS (
                SELECT i.invoice_id, i.status, i.decided_by, (
                    SELECT string_agg(DISTINCT reason, ',' ORDER BY reason) FROM (
                        SELECT unnest(string_to_array(l.reasons, ',')) AS reason FROM invoice_lines l WHERE l.invoice_id = i.invoice_id
                        UNION SELECT 'total' WHERE i.difference <> 0) r) AS reasons
                FROM invoices i)
            SELECT format('invoice %s is %s, decided by %s, its reasons are %s', invoice_id, status, coalesce(decided_by, 'nobody'), coalesce(reasons, 'none'))
            FROM said WHERE status <> CASE WHEN decided_by IS NOT NULL AND status IN ('APPROVED', 'DISPUTED') THEN status
                WHEN reasons IS NULL THEN 'MATCHED' WHEN reasons = 'receipt' THEN 'UNMATCHED' ELSE 'VARIANCE_HOLD' END
            """),
        ("charges_are_spread_whole", "what a charge comes to for the lines of its receipts is the charge",
            """
            SELECT format('charge %s of %s: its parts are %s', c.charge_id, c.amount, coalesce(sum(l.amount)::text, 'none'))
            FROM charges c LEFT JOIN landed_costs l ON l.kind = 'charge' AND l.source_id = c.charge_id
            GROUP BY c.charge_id HAVING c.amount IS DISTINCT FROM sum(l.amount)
            """),
        ("cost_layers_are_the_stock", "units left in a sku's cost layers are what the ledger had of it, on hand and in transit, when it was valued last",
            """
            WITH valued AS (SELECT position FROM valuation WHERE name = 'ledger'),
            stock AS (
                SELECT sku, sum(CASE WHEN from_state IS NULL THEN quantity WHEN to_state IS NULL THEN -quantity ELSE 0 END) AS units
                FROM stock_ledger JOIN valued ON entry <= position GROUP BY sku),
            layers AS (SELECT sku, sum(remaining) AS units FROM cost_layers GROUP BY sku)
            SELECT format('%s: %s in its layers, %s by the ledger', sku, coalesce(l.units, 0), coalesce(s.units, 0))
            FROM stock s FULL JOIN layers l USING (sku) WHERE coalesce(s.units, 0) <> coalesce(l.units, 0)
            """),
        ("cost_in_is_cost_on_hand_and_out", "of every sku: cost of its layers + what was booked later to what is on hand = cost left + cost of what went out",
            """
            WITH came AS (SELECT sku, sum(cost) AS came, sum(remaining_cost) AS stays FROM cost_layers GROUP BY sku),
            went AS (SELECT sku, sum(cost) AS went FROM cost_issues GROUP BY sku),
            booked AS (SELECT sku, sum(on_hand) AS booked FROM posted_costs GROUP BY sku)
            SELECT format('%s: %s came in, %s booked later, %s on hand, %s went out', sku, coalesce(came, 0), coalesce(booked, 0), coalesce(stays, 0),
                coalesce(went, 0))
            FROM came FULL JOIN went USING (sku) FULL JOIN booked USING (sku)
            WHERE coalesce(came, 0) + coalesce(booked, 0) <> coalesce(stays, 0) + coalesce(went, 0)
            """),
        ("costs_to_book_are_noted", "a landed cost of which another amount is booked than is to be paid is noted for the next valuation",
            """
            SELECT format('%s %s: %s of %s booked for receipt %s', l.kind, l.source_id, coalesce(p.amount, 0), l.amount, l.receipt_id)
            FROM landed_costs l LEFT JOIN posted_costs p USING (kind, source_id, source_line, receipt_id, line)
            LEFT JOIN invoices i ON l.kind = 'invoice' AND i.invoice_id = l.source_id
            WHERE coalesce(p.amount, 0) <> CASE WHEN l.kind = 'charge' OR i.status IN ('MATCHED', 'APPROVED') THEN l.amount ELSE 0 END
                AND NOT EXISTS (SELECT FROM costs_to_book t WHERE t.source = l.kind || '/' || l.source_id)
            """),
        ("shipments_have_their_cost", "all that was shipped of every order, as far as stock is valued, has its cost, by the unit",
            """
            WITH valued AS (SELECT position FROM valuation WHERE name = 'ledger'),
            shipped AS (
                SELECT order_id, sku, sum(quantity) AS units FROM stock_ledger JOIN valued ON entry <= position
                WHERE reason = 'shipped' AND to_state IS NULL GROUP BY order_id, sku),
            costed AS (SELECT order_id, sku, sum(quantity) AS units FROM cost_issues WHERE shipment_id IS NOT NULL GROUP BY order_id, sku)
            SELECT format('order %s: %s %s shipped, %s with a cost', order_id, coalesce(s.units, 0), sku, coalesce(c.units, 0))
            FROM shipped s FULL JOIN costed c USING (order_id, sku) WHERE coalesce(s.units, 0) <> coalesce(c.units, 0)
            """),
    ];
}
