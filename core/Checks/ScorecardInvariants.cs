namespace EcomIntel.Core.Checks;

/// <summary>What must hold of how suppliers are judged. As <see cref="PostgresInvariants"/>.</summary>
internal static class ScorecardInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("lines_are_full_when_their_receipts_are", "a purchase order line is full since all that was wanted of it had come, by its receipts",
            """
            WITH came AS (
                SELECT r.purchase_order_id, l.named_line AS line, r.received_at, sum(l.quantity) AS units,
                    sum(sum(l.quantity)) OVER (PARTITION BY r.purchase_order_id, l.named_line ORDER BY r.received_at) AS so_far
                FROM receipts r JOIN receipt_lines l USING (receipt_id)
                WHERE l.named_line IS NOT NULL AND l.discrepancy IS DISTINCT FROM 'wrong_item' GROUP BY 1, 2, 3),
            lines AS (
                SELECT l.*, floor(l.ordered * s.short_tolerance) AS tolerated FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
                JOIN suppliers s USING (supplier_id)
                WHERE s.updated_at <= o.created_at AND NOT EXISTS (
                    SELECT FROM receipts r JOIN receipt_lines n USING (receipt_id)
                    WHERE r.purchase_order_id = l.purchase_order_id AND n.sku = l.sku AND n.named_line IS NULL AND n.discrepancy IS DISTINCT FROM 'wrong_item'))
            SELECT format('%s line %s: full at %s, by its receipts at %s', l.purchase_order_id, l.line, l.full_at, full_at.at)
            FROM lines l LEFT JOIN (
                SELECT l.purchase_order_id, l.line, min(c.received_at) FILTER (WHERE c.so_far >= l.ordered - l.tolerated) AS enough_at,
                    min(c.received_at) AS first_at
                FROM lines l JOIN came c USING (purchase_order_id, line) GROUP BY 1, 2) r USING (purchase_order_id, line)
            CROSS JOIN LATERAL (SELECT least(r.enough_at, CASE WHEN r.first_at <= l.withdrawn_at THEN l.withdrawn_at END) AS at) full_at
            WHERE l.full_at IS DISTINCT FROM full_at.at
            """),
        ("first_promise_was_given_when_it_was_told", "the promise by which a line is judged was given when the first word of it was",
            """
            SELECT format('%s line %s: given at %s, told first at %s', l.purchase_order_id, l.line, l.first_promise_given_at, p.at)
            FROM purchase_order_lines l LEFT JOIN (
                SELECT purchase_order_id, line, min(at) AS at FROM purchase_order_promises WHERE kind IN ('ACKNOWLEDGED', 'DATE_CHANGED') GROUP BY 1, 2) p
                USING (purchase_order_id, line)
            WHERE l.first_promise_given_at IS DISTINCT FROM p.at OR (l.first_promised_at IS NULL) <> (l.first_promise_given_at IS NULL)
            """),
        ("scorecards_are_of_every_supplier", "the newest scorecards are one of each supplier that was known, and those of a day are of one window",
            """
            SELECT format('day %s: %s scorecards of windows of %s to %s days', day, count(*), min(window_days), max(window_days))
            FROM supplier_scores GROUP BY day HAVING min(window_days) <> max(window_days)
            UNION ALL
            SELECT format('supplier %s was scored on %s and not on %s', supplier_id, max(day), (SELECT max(day) FROM supplier_scores))
            FROM supplier_scores GROUP BY supplier_id HAVING max(day) < (SELECT max(day) FROM supplier_scores)
            """),
        // Of the newest 14 days and of the last day of each month: each is looked at by itself.
        ("scorecards_are_what_had_happened", "a scorecard is what its supplier's lines, receipts, claims and invoices came to by the end of its day",
            """
            WITH looked AS MATERIALIZED (
                SELECT s.*, s.day::timestamp AT TIME ZONE 'UTC' + interval '24 hours' AS ends,
                    (s.day - s.window_days + 1)::timestamp AT TIME ZONE 'UTC' AS begins
                FROM supplier_scores s
                WHERE NOT s.amended AND (s.day > (SELECT max(day) - 14 FROM supplier_scores) OR extract(day FROM s.day + 1) = 1)),
            lines AS (
                SELECT o.supplier_id, o.sent_at, l.full_at, l.withdrawn_at, l.first_promise_given_at AS given_at, l.due_at, l.first_promised_at AS promised_at
                FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id) WHERE o.sent_at IS NOT NULL),
            promised AS (
                SELECT k.supplier_id, k.day, (CASE WHEN l.given_at < k.ends THEN l.promised_at ELSE l.due_at END AT TIME ZONE 'UTC')::date AS due,
                    (l.full_at AT TIME ZONE 'UTC')::date AS came, (l.withdrawn_at AT TIME ZONE 'UTC')::date AS dropped,
                    coalesce(l.full_at <= l.withdrawn_at, false) AS in_part, k.window_days
                FROM looked k JOIN lines l ON l.supplier_id = k.supplier_id AND l.sent_at < k.ends),
            otif AS (
                SELECT supplier_id, day, count(*) AS due, count(*) FILTER (WHERE came <= due) AS met FROM promised
                WHERE due <= day AND due > day - window_days AND (dropped IS NULL OR dropped > due OR in_part) GROUP BY 1, 2),
            leads AS (
                SELECT k.supplier_id, k.day, count(*) AS times, sum(greatest(0, trunc(extract(epoch FROM l.full_at - l.sent_at) / 60))) AS minutes,
                    sum(greatest(0, trunc(extract(epoch FROM l.full_at - l.sent_at) / 60)) ^ 2) AS squares
                FROM looked k JOIN lines l ON l.supplier_id = k.supplier_id AND l.sent_at < k.ends AND l.full_at >= k.begins AND l.full_at < k.ends
                WHERE l.withdrawn_at IS NULL OR l.withdrawn_at > l.full_at GROUP BY 1, 2),
            goods AS (
                SELECT k.supplier_id, k.day, count(*) AS lines,
                    count(CASE WHEN l.damaged > 0 THEN 1 WHEN l.discrepancy <> '' THEN 1 WHEN l.rejected_at < k.ends THEN 1 END) AS wrong
                FROM looked k JOIN receipts r ON r.supplier_id = k.supplier_id AND r.received_at >= k.begins AND r.received_at < k.ends
                JOIN receipt_lines l USING (receipt_id) GROUP BY 1, 2),
            claims AS (
                SELECT k.supplier_id, k.day, count(*) FILTER (WHERE c.opened_at >= k.begins AND c.gone_at >= k.ends) AS opened,
                    count(*) FILTER (WHERE c.gone_at >= k.ends AND c.paid_at >= k.ends AND (c.no_at >= k.ends OR (c.yes_at > c.no_at AND c.yes_at < k.ends)))
                        AS open,
                    count(*) FILTER (WHERE c.paid_at >= k.begins AND c.paid_at < k.ends) AS paid
                FROM looked k JOIN (
                    SELECT supplier_id, opened_at, coalesce(withdrawn_at, 'infinity') AS gone_at, coalesce(credited_at, 'infinity') AS paid_at,
                        coalesce(refused_at, 'infinity') AS no_at, coalesce(accepted_at, 'infinity') AS yes_at FROM supplier_claims) c
                    ON c.supplier_id = k.supplier_id AND c.opened_at < k.ends GROUP BY 1, 2),
            prices AS (
                SELECT k.supplier_id, k.day, sum(l.reference_price * i.quantity * o.base_rate) AS reference,
                    sum(i.price * i.quantity * o.base_rate) - sum(l.reference_price * i.quantity * o.base_rate) AS difference
                FROM looked k JOIN invoices v ON v.supplier_id = k.supplier_id AND v.received_at >= k.begins AND v.received_at < k.ends
                JOIN invoice_lines i USING (invoice_id)
                JOIN purchase_orders o ON o.purchase_order_id = i.purchase_order_id AND o.supplier_id = v.supplier_id
                JOIN purchase_order_lines l ON l.purchase_order_id = o.purchase_order_id AND l.line = i.order_line
                WHERE o.currency = v.currency AND o.base_rate IS NOT NULL AND l.reference_price <> 0 GROUP BY 1, 2),
            found AS (
                SELECT k.supplier_id, k.day,
                    concat_ws(' ', k.lines_due, k.lines_met, k.lead_times, k.lead_minutes, k.lead_squares, k.receipt_lines, k.discrepant_lines,
                        k.reference_value, k.price_difference, k.claims_opened, k.claims_open, k.claims_credited) AS says,
                    concat_ws(' ', coalesce(o.due, 0), coalesce(o.met, 0), coalesce(e.times, 0), coalesce(e.minutes, 0)::bigint,
                        coalesce(e.squares, 0)::numeric(38,0), coalesce(g.lines, 0), coalesce(g.wrong, 0), coalesce(p.reference, 0)::numeric(28,4),
                        coalesce(p.difference, 0)::numeric(28,4), coalesce(c.opened, 0), coalesce(c.open, 0), coalesce(c.paid, 0)) AS was
                FROM looked k LEFT JOIN otif o USING (supplier_id, day) LEFT JOIN leads e USING (supplier_id, day) LEFT JOIN goods g USING (supplier_id, day)
                LEFT JOIN claims c USING (supplier_id, day) LEFT JOIN prices p USING (supplier_id, day))
            SELECT format('%s as of %s: the scorecard has %s, there were %s', supplier_id, day, says, was) FROM found WHERE says <> was
            """),
    ];
}
