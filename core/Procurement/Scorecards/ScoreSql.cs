namespace EcomIntel.Core.Procurement.Scorecards;

/// <summary>The sums of <see cref="Suppliers.Scorecard"/> by SQL, over what is stored: as <see cref="ScoreOf"/>. Lines are read once.</summary>
public static class ScoreSql
{
    /// <summary>
    /// A row for each day and supplier of which anything is known: day, window_days, supplier_id, then the sums in the order of
    /// <see cref="Suppliers.Scorecard"/>.
    /// </summary>
    /// <param name="days">A query of days (<c>day</c>) and the lengths of their windows (<c>window_days</c>).</param>
    /// <param name="orders">A <c>text[]</c>: purchase orders that are left out, with what hangs on them.</param>
    /// <param name="receipts">And receipts.</param>
    /// <param name="suppliers">Only these; of none: all.</param>
    public static string Sums(string days, string orders = "'{}'::text[]", string receipts = "'{}'::text[]", string suppliers = "'{}'::text[]") => $"""
        WITH d AS MATERIALIZED (
            SELECT day, window_days, (day + 1)::timestamp AT TIME ZONE 'UTC' AS until, (day + 1 - window_days)::timestamp AT TIME ZONE 'UTC' AS since
            FROM ({days}) AS days),
        earliest AS MATERIALIZED (SELECT min(since) AS since FROM d),
        orders AS MATERIALIZED (
            SELECT o.purchase_order_id, o.supplier_id, o.sent_at, o.currency, o.base_rate FROM purchase_orders o
            WHERE {Wanted("o.supplier_id")} AND {NotAmong(orders, "o.purchase_order_id")}),
        lines AS MATERIALIZED (
            SELECT o.supplier_id, o.sent_at, l.due_at, l.first_promised_at, l.first_promise_given_at, l.full_at, l.withdrawn_at
            FROM purchase_order_lines l JOIN orders o USING (purchase_order_id) CROSS JOIN earliest e
            WHERE l.due_at >= e.since OR l.first_promised_at >= e.since OR l.full_at >= e.since),
        judged AS (
            SELECT d.day, d.window_days, l.supplier_id, count(*) AS due, count(*) FILTER (WHERE l.full_at < e.over) AS met
            FROM d CROSS JOIN lines l
            CROSS JOIN LATERAL (SELECT CASE WHEN l.first_promise_given_at < d.until THEN l.first_promised_at ELSE l.due_at END AS promised) p
            CROSS JOIN LATERAL (SELECT date_trunc('day', p.promised, 'UTC') + interval '24 hours' AS over) e
            WHERE p.promised >= d.since AND p.promised < d.until AND l.sent_at < d.until
                AND NOT coalesce(l.withdrawn_at < e.over AND NOT coalesce(l.full_at <= l.withdrawn_at, false), false)
            GROUP BY d.day, d.window_days, l.supplier_id),
        came AS (
            SELECT d.day, d.window_days, l.supplier_id, count(*) AS times, sum(m.minutes) AS minutes, sum(m.minutes * m.minutes) AS squares
            FROM d JOIN lines l ON l.full_at >= d.since AND l.full_at < d.until
            CROSS JOIN LATERAL (SELECT greatest(0, floor(extract(epoch FROM l.full_at - l.sent_at) / 60)) AS minutes) m
            WHERE l.sent_at < d.until AND NOT coalesce(l.withdrawn_at <= l.full_at, false)
            GROUP BY d.day, d.window_days, l.supplier_id),
        received AS (
            SELECT d.day, d.window_days, r.supplier_id, count(*) AS lines,
                count(*) FILTER (WHERE l.damaged > 0 OR l.discrepancy IS NOT NULL OR l.rejected_at < d.until) AS discrepant
            FROM d JOIN receipts r ON r.received_at >= d.since AND r.received_at < d.until JOIN receipt_lines l USING (receipt_id)
            WHERE {Wanted("r.supplier_id")} AND {NotAmong(orders, "r.purchase_order_id")} AND {NotAmong(receipts, "r.receipt_id")}
            GROUP BY d.day, d.window_days, r.supplier_id),
        claimed AS (
            SELECT d.day, d.window_days, c.supplier_id,
                count(*) FILTER (WHERE c.opened_at >= d.since AND NOT coalesce(c.withdrawn_at < d.until, false)) AS opened,
                count(*) FILTER (WHERE NOT coalesce(c.withdrawn_at < d.until, false) AND NOT coalesce(c.credited_at < d.until, false)
                    AND NOT (coalesce(c.refused_at < d.until, false)
                        AND NOT coalesce(c.accepted_at < d.until AND c.accepted_at > c.refused_at, false))) AS open,
                count(*) FILTER (WHERE c.credited_at >= d.since AND c.credited_at < d.until) AS credited
            FROM d JOIN supplier_claims c ON c.opened_at < d.until
            WHERE {Wanted("c.supplier_id")} AND {NotAmong(orders, "c.purchase_order_id")}
            GROUP BY d.day, d.window_days, c.supplier_id),
        invoiced AS (
            SELECT d.day, d.window_days, o.supplier_id, sum(i.quantity * l.reference_price * o.base_rate) AS reference,
                sum(i.quantity * (i.price - l.reference_price) * o.base_rate) AS difference
            FROM d JOIN invoices v ON v.received_at >= d.since AND v.received_at < d.until JOIN invoice_lines i USING (invoice_id)
            JOIN orders o ON o.purchase_order_id = i.purchase_order_id AND o.supplier_id = v.supplier_id AND o.currency = v.currency
            JOIN purchase_order_lines l ON l.purchase_order_id = i.purchase_order_id AND l.line = i.order_line
            WHERE l.reference_price > 0 AND o.base_rate IS NOT NULL
            GROUP BY d.day, d.window_days, o.supplier_id)
        SELECT day, window_days, supplier_id, sum(lines_due)::bigint AS lines_due, sum(lines_met)::bigint AS lines_met, sum(lead_times)::bigint AS lead_times,
            sum(lead_minutes)::bigint AS lead_minutes, sum(lead_squares) AS lead_squares, sum(receipt_lines)::bigint AS receipt_lines,
            sum(discrepant_lines)::bigint AS discrepant_lines, sum(reference_value) AS reference_value, sum(price_difference) AS price_difference,
            sum(claims_opened)::bigint AS claims_opened, sum(claims_open)::bigint AS claims_open, sum(claims_credited)::bigint AS claims_credited
        FROM (
            SELECT day, window_days, supplier_id, due AS lines_due, met AS lines_met, 0 AS lead_times, 0::numeric AS lead_minutes, 0::numeric AS lead_squares,
                0 AS receipt_lines, 0 AS discrepant_lines, 0::numeric AS reference_value, 0::numeric AS price_difference, 0 AS claims_opened,
                0 AS claims_open, 0 AS claims_credited
            FROM judged
            UNION ALL SELECT day, window_days, supplier_id, 0, 0, times, minutes, squares, 0, 0, 0, 0, 0, 0, 0 FROM came
            UNION ALL SELECT day, window_days, supplier_id, 0, 0, 0, 0, 0, lines, discrepant, 0, 0, 0, 0, 0 FROM received
            UNION ALL SELECT day, window_days, supplier_id, 0, 0, 0, 0, 0, 0, 0, reference, difference, 0, 0, 0 FROM invoiced
            UNION ALL SELECT day, window_days, supplier_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, opened, open, credited FROM claimed) AS sums
        GROUP BY day, window_days, supplier_id
        """.Replace("{suppliers}", suppliers, StringComparison.Ordinal);

    /// <summary>The length of the window that the policy <c>suppliers</c> says for a day, as it held at the end of it.</summary>
    /// <param name="day">A <c>date</c>.</param>
    public static string WindowDays(string day) => $"""
        coalesce((
            SELECT coalesce((settings ->> 'scorecardDays')::integer, {Suppliers.Scorecard.UsualDays}) FROM policies
            WHERE kind = 'suppliers' AND effective_at <= ({day} + 1)::timestamp AT TIME ZONE 'UTC' ORDER BY version DESC LIMIT 1),
                {Suppliers.Scorecard.UsualDays})
        """;

    private static string Wanted(string supplier) => $"(cardinality({{suppliers}}) = 0 OR {supplier} = ANY ({{suppliers}}))";

    /// <summary>An anti-join: the planner hashes it, where an array would be searched for each row.</summary>
    private static string NotAmong(string ids, string id) => $"NOT EXISTS (SELECT FROM unnest({ids}) AS skipped (id) WHERE skipped.id = {id})";
}
