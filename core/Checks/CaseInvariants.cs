using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Checks;

/// <summary>What must hold of exception cases, their owners and clocks: as <see cref="PostgresInvariants"/>.</summary>
internal static class CaseInvariants
{
    private const string Runs = """
        SELECT e.case_id AS id, c.policy_version, e.owner_team, e.at AS since, lead(e.at) OVER (PARTITION BY e.case_id ORDER BY e.version) AS until,
            e.status NOT IN ('WAITING_EXTERNAL', 'RESOLVED', 'CLOSED', 'DUPLICATE') AS ran
        FROM exception_case_entries e JOIN exception_cases c USING (case_id)
        WHERE e.kind <> 'repeated' AND c.owner_team IS NOT NULL
        """;

    private const string Marks = """
        SELECT c.case_id AS id, 'due' AS what, c.due_at AS at, extract(epoch FROM c.allowed) AS wanted FROM exception_cases c WHERE c.due_at IS NOT NULL
        UNION ALL
        SELECT c.case_id, 'spent', coalesce(c.clock_from, 'infinity'), extract(epoch FROM c.spent) FROM exception_cases c
        WHERE c.owner_team IS NOT NULL
        UNION ALL
        SELECT c.case_id, 'next escalated', c.next_at, (v.settings -> 'escalateAt' ->> c.level)::numeric * extract(epoch FROM c.allowed)
        FROM exception_cases c JOIN versions v ON v.version = c.policy_version WHERE c.next_at IS NOT NULL AND c.owner_team IS NOT NULL
        UNION ALL
        SELECT c.case_id, 'escalated to level ' || e.level, e.at, (v.settings -> 'escalateAt' ->> e.level - 1)::numeric * extract(epoch FROM c.allowed)
        FROM exception_case_entries e JOIN exception_cases c USING (case_id) JOIN versions v ON v.version = c.policy_version
        WHERE e.kind = 'escalated'
        """;

    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("open_cases_have_owners_and_clocks", "every open case has an owner, and a clock that runs unless somebody outside is waited for",
            $"""
            SELECT format('case %s is %s, of team %s: its clock runs from %s, is over at %s', case_id, status, coalesce(owner_team, 'none'),
                coalesce(clock_from::text, 'never'), coalesce(due_at::text, 'never'))
            FROM exception_cases
            WHERE {ExceptionCasesSlice.OpenSql} AND CASE
                WHEN owner_team IS NULL THEN next_at IS NULL OR greatest(next_at, detected_at) < (SELECT now - interval '1 hour' FROM business_clock)
                WHEN status = 'WAITING_EXTERNAL' THEN clock_from IS NOT NULL OR next_at IS NOT NULL
                ELSE clock_from IS NULL OR due_at IS NULL END
            """),
        ("ended_cases_have_ends", "a case that is resolved or closed has a root cause and an end, a duplicate its other, and the clock of none of them runs",
            """
            SELECT format('case %s is %s: root cause %s, ended %s, duplicate of %s, clock from %s, due %s', c.case_id, c.status,
                coalesce(c.root_cause, 'none'), coalesce(c.ended_at::text, 'never'), coalesce(c.duplicate_of, 'none'), coalesce(c.clock_from::text, 'never'),
                coalesce(c.next_at::text, 'never'))
            FROM exception_cases c
            WHERE c.status IN ('RESOLVED', 'CLOSED', 'DUPLICATE') AND (c.owner_team IS NOT NULL OR c.status = 'DUPLICATE') AND (
                c.ended_at IS NULL OR c.clock_from IS NOT NULL OR c.next_at IS NOT NULL
                OR (c.status = 'DUPLICATE') <> (c.duplicate_of IS NOT NULL) OR (c.status = 'DUPLICATE') <> (c.root_cause IS NULL)
                OR (c.status = 'CLOSED') <> (c.closed_at IS NOT NULL))
            """),
        ("cases_are_their_entries", "of every case the entries say how often it was reported, what is at risk, its level, and what was done last",
            $"""
            SELECT format('case %s, version %s: %s reports, level %s, %s; its entries say version %s, %s reports, level %s, %s', c.case_id, c.version,
                c.reports, c.level, c.status, e.version, e.reports, e.level, e.status)
            FROM exception_cases c
            JOIN (
                SELECT case_id, max(version) AS version, count(*) AS entries, count(*) FILTER (WHERE kind IN ('opened', 'repeated')) AS reports,
                    count(*) FILTER (WHERE kind = 'escalated') AS level, (array_agg(status ORDER BY version DESC))[1] AS status,
                    sum(money_at_risk) AS money, bool_or(kind = 'opened') AS whole
                FROM exception_case_entries GROUP BY case_id) e USING (case_id)
            WHERE e.whole AND (c.version <> e.version OR e.entries <> e.version OR c.reports <> e.reports OR c.level <> e.level OR c.status <> e.status
                OR (c.category IN ({string.Join(", ", CaseCategory.AddsUp.Order(StringComparer.Ordinal).Select(category => $"'{category}'"))})
                    AND c.money_at_risk IS DISTINCT FROM e.money))
            """),
        ("deeds_of_cases_have_their_effects",
            "what was done about a case has its effect: the order was sourced again, cancelled or freed, the transfer accepted, the supplier asked, the "
                + "invoice decided, and what was to be counted is an item",
            """
            SELECT format('case %s, version %s: %s of %s at %s has no effect', e.case_id, e.version, e.remedy, e.target, e.at)
            FROM exception_case_entries e
            WHERE e.kind = 'acted' AND NOT coalesce(CASE e.remedy
                WHEN 'resource' THEN EXISTS (SELECT FROM orders o WHERE o.order_id = e.target AND o.resourced_at IS NOT NULL)
                WHEN 'cancel_order' THEN EXISTS (SELECT FROM order_lines l WHERE l.order_id = e.target AND l.cancelled > 0)
                WHEN 'cancel_line' THEN EXISTS (SELECT FROM order_lines l WHERE l.order_id = e.target AND l.cancelled > 0)
                WHEN 'release_hold' THEN EXISTS (SELECT FROM hold_facts f WHERE f.order_id = e.target AND NOT f.opens)
                    AND EXISTS (SELECT FROM holds h WHERE h.order_id = e.target AND h.released_at IS NOT NULL)
                WHEN 'recount' THEN EXISTS (SELECT FROM items i WHERE i.sku = e.target)
                WHEN 'transfer' THEN EXISTS (SELECT FROM replenishment_proposals p WHERE p.proposal_id = e.target AND p.status IN ('ACCEPTED', 'EDITED'))
                WHEN 'expedite' THEN EXISTS (
                    SELECT FROM purchase_order_lines l WHERE l.purchase_order_id = e.target AND l.expedite_requested_at IS NOT NULL)
                WHEN 'dispute' THEN EXISTS (SELECT FROM invoices i WHERE i.invoice_id = e.target AND i.decided_at IS NOT NULL)
                END, false)
            """),
        ("case_clocks_are_business_hours",
            "of every case, what was worked while its clock ran is its share of its hours when it was escalated and is next, all of them when it is due, "
                + "and what it says was spent; and nothing has been due for an hour",
            $"""
            {BusinessHours.Wrong("case", Runs, Marks)}
            UNION ALL
            SELECT format('case %s has been due since %s', case_id, next_at) FROM exception_cases
            WHERE owner_team IS NOT NULL AND next_at < (SELECT now - interval '1 hour' FROM business_clock)
            """),
    ];
}
