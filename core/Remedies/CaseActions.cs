using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Remedies;

/// <summary>What a remedy may be used on.</summary>
/// <param name="Target">Id of an order, a sku, a proposal, a purchase order, an invoice.</param>
/// <param name="Line">Of it; null where no line is named.</param>
/// <param name="Hold">Kind of a hold; null where none is named.</param>
public sealed record CaseChoice(string Target, int? Line = null, string? Hold = null);

/// <summary>Something that helps a case of its category.</summary>
/// <param name="Remedy">As <c>RELEASE_HOLD</c>.</param>
/// <param name="Allowed">As far as the case, and what it is about, go; whoever does it must be of a role that may.</param>
/// <param name="Why">Why not; null where it is allowed.</param>
/// <param name="Choices">At most <see cref="CaseActions.MaxChoices"/>.</param>
public sealed record CaseActionFound(string Remedy, bool Allowed, string? Why, IReadOnlyList<CaseChoice> Choices);

/// <summary>A row of <see cref="CaseActions.SelectChoices"/>.</summary>
public sealed record CaseChoiceRow(string CaseId, string Remedy, string Target, int? Line, string? Hold);

/// <summary>What may be done about a case now, and why not what may not. The slice whose thing it is decides when it is done.</summary>
public static class CaseActions
{
    public const int MaxChoices = 100;

    /// <summary>Of the cases <c>@keys</c>, in one statement: by the same words as <c>ActOnCase</c>.</summary>
    public const string SelectChoices = """
        WITH cases AS MATERIALIZED (
            SELECT case_id, subject, location, split_part(category, '.', 1) AS about FROM exception_cases WHERE case_id = ANY(@keys)),
        open_orders AS MATERIALIZED (
            SELECT c.case_id, o.order_id FROM cases c JOIN orders o ON o.order_id = CASE c.about
                WHEN 'carrier' THEN (SELECT s.order_id FROM shipments s WHERE s.shipment_id = c.subject) ELSE c.subject END
            WHERE c.about IN ('order', 'payment', 'carrier') AND o.closed_at IS NULL),
        left_lines AS MATERIALIZED (
            SELECT o.case_id, o.order_id, l.line FROM open_orders o JOIN order_lines l USING (order_id)
            WHERE l.ordered - l.cancelled > coalesce((
                SELECT sum(a.quantity) FROM allocations a JOIN shipments s USING (shipment_id)
                WHERE a.order_id = l.order_id AND a.line = l.line AND a.status = 'RELEASED' AND s.shipped_at IS NOT NULL), 0)),
        -- Null line: the whole.
        choices AS (
            SELECT o.case_id, 'RESOURCE' AS remedy, o.order_id AS target, NULL::integer AS line, NULL::text AS hold FROM open_orders o
            WHERE EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.order_id AND l.ordered - l.cancelled > l.sourced)
                OR EXISTS (SELECT FROM allocations a WHERE a.order_id = o.order_id AND a.status = 'ALLOCATED')
            UNION ALL
            SELECT DISTINCT c.case_id, 'RESOURCE', a.order_id, NULL::integer, NULL
            FROM cases c JOIN allocations a ON a.location = c.subject AND a.status = 'ALLOCATED' WHERE c.about = 'location'
            UNION ALL
            SELECT DISTINCT case_id, 'CANCEL_ORDER', order_id, NULL::integer, NULL FROM left_lines
            UNION ALL
            SELECT case_id, 'CANCEL_LINE', order_id, line, NULL FROM left_lines
            UNION ALL
            SELECT o.case_id, 'RELEASE_HOLD', o.order_id, NULL::integer, h.kind FROM open_orders o JOIN holds h USING (order_id) WHERE h.released_at IS NULL
            UNION ALL
            SELECT case_id, 'RECOUNT', subject, NULL::integer, NULL FROM cases WHERE about = 'inventory'
            UNION ALL
            SELECT c.case_id, 'TRANSFER', p.proposal_id, NULL::integer, NULL FROM cases c JOIN replenishment_proposals p ON p.location = c.subject
            WHERE c.about = 'location' AND p.kind = 'transfer' AND p.status = 'OPEN'
            UNION ALL
            SELECT c.case_id, 'TRANSFER', p.proposal_id, NULL::integer, NULL
            FROM cases c JOIN replenishment_proposals p ON p.sku = c.subject AND p.location = c.location
            WHERE c.about = 'inventory' AND p.kind = 'transfer' AND p.status = 'OPEN'
            UNION ALL
            SELECT DISTINCT c.case_id, 'TRANSFER', p.proposal_id, NULL::integer, NULL
            FROM cases c JOIN purchase_orders b ON b.purchase_order_id = c.subject JOIN purchase_order_lines l USING (purchase_order_id)
            JOIN replenishment_proposals p ON p.sku = l.sku AND p.location = b.location
            WHERE c.about = 'purchase_order' AND p.kind = 'transfer' AND p.status = 'OPEN'
            UNION ALL
            SELECT o.case_id, 'EXPEDITE', o.purchase_order_id, l.line, NULL
            FROM (
                SELECT c.case_id, b.purchase_order_id FROM cases c JOIN purchase_orders b ON b.purchase_order_id = c.subject
                WHERE c.about = 'purchase_order' AND b.status IN ('SENT', 'ACKNOWLEDGED')
                UNION ALL
                SELECT c.case_id, b.purchase_order_id FROM cases c JOIN purchase_orders b ON b.location = c.subject
                WHERE c.about = 'location' AND b.closed_at IS NULL AND b.status IN ('SENT', 'ACKNOWLEDGED')) o
            JOIN purchase_order_lines l USING (purchase_order_id)
            WHERE l.ordered - l.cancelled - l.closed_short - l.received > 0
            UNION ALL
            SELECT c.case_id, 'DISPUTE', i.invoice_id, NULL::integer, NULL FROM cases c JOIN invoices i ON i.invoice_id = c.subject
            WHERE c.about = 'invoice' AND i.status = 'VARIANCE_HOLD')
        SELECT case_id AS caseid, remedy, target, line, hold
        FROM (SELECT *, row_number() OVER (PARTITION BY case_id, remedy ORDER BY target, line, hold) AS number FROM choices) numbered
        WHERE number <= 100 ORDER BY case_id, remedy, number
        """;

    /// <summary>All that helps a category, in the order of its table.</summary>
    /// <param name="rows">Of the case.</param>
    public static IReadOnlyList<CaseActionFound> Of(string caseId, string category, string status, IEnumerable<CaseChoiceRow> rows)
    {
        var choices = rows.ToLookup(row => row.Remedy, StringComparer.Ordinal);
        var stands = Enum.Parse<ExceptionStatus>(status);
        return [.. RemedyTable.Of(category).Select(remedy =>
        {
            var may = choices[remedy.ToString()].Select(row => new CaseChoice(row.Target, row.Line, row.Hold)).ToList();
            var why = RemedyTable.Refusal(caseId, category, stands, remedy) ?? (may.Count == 0 ? Nothing(remedy) : null);
            return new CaseActionFound(remedy.ToString(), why is null, why, may);
        })];
    }

    private static string Nothing(Remedy remedy) => remedy switch
    {
        Remedy.RESOURCE => "nothing of it waits, and what was promised is released",
        Remedy.CANCEL_ORDER or Remedy.CANCEL_LINE => "nothing of it is left to cancel",
        Remedy.RELEASE_HOLD => "no hold of it is open",
        Remedy.TRANSFER => "replenishment proposes no transfer that would help",
        Remedy.EXPEDITE => "nothing of it is to come of a supplier",
        Remedy.DISPUTE => "the invoice is not held",
        _ => "there is nothing to do it to",
    };
}
