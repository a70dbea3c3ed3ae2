using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Checks;

/// <summary>What must hold of exception cases, their owners and clocks: as <see cref="PostgresInvariants"/>.</summary>
internal static class CaseInvariants
{
    // What a version of the policy leaves out is as built in.
    private static readonly string BuiltIn = $"'{CasePolicy.Kind.Whole("{}").Replace("'", "''", StringComparison.Ordinal)}'::jsonb";

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
        ("case_clocks_are_business_hours",
            "of every case, what was worked while its clock ran is its share of its hours when it was escalated and is next, all of them when it is due, "
                + "and what it says was spent; and nothing has been due for an hour",
            $"""
            WITH versions AS (
                SELECT 0 AS version, {BuiltIn} AS settings
                UNION ALL
                SELECT version, {BuiltIn} || settings FROM policies WHERE kind = 'cases'),
            runs AS MATERIALIZED (
                SELECT e.case_id, c.policy_version, e.owner_team, e.at AS since, lead(e.at) OVER (PARTITION BY e.case_id ORDER BY e.version) AS until,
                    e.status NOT IN ('WAITING_EXTERNAL', 'RESOLVED', 'CLOSED', 'DUPLICATE') AS ran
                FROM exception_case_entries e JOIN exception_cases c USING (case_id)
                WHERE e.kind <> 'repeated' AND c.owner_team IS NOT NULL),
            marks AS (
                SELECT c.case_id, 'due' AS what, c.due_at AS at, extract(epoch FROM c.allowed) AS wanted FROM exception_cases c WHERE c.due_at IS NOT NULL
                UNION ALL
                SELECT c.case_id, 'spent', coalesce(c.clock_from, 'infinity'), extract(epoch FROM c.spent) FROM exception_cases c
                WHERE c.owner_team IS NOT NULL
                UNION ALL
                SELECT c.case_id, 'next escalated', c.next_at, (v.settings -> 'escalateAt' ->> c.level)::numeric * extract(epoch FROM c.allowed)
                FROM exception_cases c JOIN versions v ON v.version = c.policy_version WHERE c.next_at IS NOT NULL AND c.owner_team IS NOT NULL
                UNION ALL
                SELECT c.case_id, 'escalated to level ' || e.level, e.at, (v.settings -> 'escalateAt' ->> e.level - 1)::numeric * extract(epoch FROM c.allowed)
                FROM exception_case_entries e JOIN exception_cases c USING (case_id) JOIN versions v ON v.version = c.policy_version
                WHERE e.kind = 'escalated'),
            teams AS (
                SELECT u.policy_version, u.owner_team, t ->> 'timeZone' AS zone, t -> 'days' AS days, (t ->> 'opensAt')::interval AS opens,
                    (t ->> 'closesAt')::interval AS closes, t -> 'holidays' AS holidays
                FROM (SELECT DISTINCT policy_version, owner_team FROM runs) u JOIN versions v ON v.version = u.policy_version
                CROSS JOIN LATERAL jsonb_array_elements(v.settings -> 'teams') t WHERE t ->> 'name' = u.owner_team),
            days AS (
                SELECT d.day, d.day::date AS date FROM generate_series(
                    (SELECT date_trunc('day', min(since)) - interval '2 days' FROM runs)::timestamp,
                    (SELECT date_trunc('day', greatest((SELECT max(until) FROM runs), (SELECT max(at) FROM marks WHERE at < 'infinity'))) + interval '2 days')
                        ::timestamp,
                    interval '1 day') AS d (day)),
            hours AS (
                SELECT t.policy_version, t.owner_team, t.zone, d.date, (d.day + t.opens) AT TIME ZONE t.zone AS opens,
                    (d.day + CASE WHEN t.days ? to_char(d.day, 'FMday') AND NOT coalesce(t.holidays ? d.date::text, false) THEN t.closes ELSE t.opens END)
                        AT TIME ZONE t.zone AS closes
                FROM teams t CROSS JOIN days d),
            -- By one key, or the planner joins by the team alone, and looks through all of its days.
            calendar AS MATERIALIZED (
                SELECT concat_ws(' ', h.policy_version, h.owner_team, h.date) AS key, h.opens, h.closes,
                    sum(extract(epoch FROM h.closes - h.opens)) OVER (PARTITION BY h.policy_version, h.owner_team ORDER BY h.date)
                    - extract(epoch FROM h.closes - h.opens) AS before
                FROM hours h),
            parts AS (
                SELECT m.case_id, m.what, m.at, m.wanted, least(r.since, m.at) AS since, least(r.until, m.at) AS until,
                    concat_ws(' ', t.policy_version, t.owner_team, (least(r.since, m.at) AT TIME ZONE t.zone)::date) AS since_key,
                    concat_ws(' ', t.policy_version, t.owner_team, (least(r.until, m.at) AT TIME ZONE t.zone)::date) AS until_key
                FROM marks m LEFT JOIN runs r ON r.case_id = m.case_id AND r.ran LEFT JOIN teams t USING (policy_version, owner_team)),
            worked AS (
                SELECT p.case_id, p.what, p.at, p.wanted, coalesce(sum(
                    b.before + extract(epoch FROM least(greatest(p.until, b.opens), b.closes) - b.opens)
                    - a.before - extract(epoch FROM least(greatest(p.since, a.opens), a.closes) - a.opens)), 0) AS seconds
                FROM parts p
                LEFT JOIN calendar a ON a.key = p.since_key
                LEFT JOIN calendar b ON b.key = p.until_key
                GROUP BY p.case_id, p.what, p.at, p.wanted)
            SELECT format('case %s, %s at %s: %s seconds were worked, not %s', case_id, what, at, round(seconds, 6), round(wanted, 6))
            FROM worked WHERE abs(seconds - wanted) > 0.000001 OR wanted IS NULL
            UNION ALL
            SELECT format('case %s has been due since %s', case_id, next_at) FROM exception_cases
            WHERE owner_team IS NOT NULL AND next_at < (SELECT now - interval '1 hour' FROM business_clock)
            """),
    ];
}
