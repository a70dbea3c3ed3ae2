using EcomIntel.Core.Alerts;

namespace EcomIntel.Core.Checks;

/// <summary>What must hold of findings, and of alerts, their owners and clocks: as <see cref="PostgresInvariants"/>.</summary>
internal static class AlertInvariants
{
    private static readonly int BuiltInPerDay = AlertPolicy.Kind.BuiltIn.Settings.MostPerDay;

    // What is folded into it changes nothing of its clock.
    private const string Runs = """
        SELECT e.alert_id AS id, a.policy_version, a.owner_team, e.at AS since, lead(e.at) OVER (PARTITION BY e.alert_id ORDER BY e.version) AS until,
            e.status = 'RAISED' AS ran
        FROM alert_entries e JOIN alerts a USING (alert_id)
        WHERE e.kind <> 'updated'
        """;

    private const string Marks = """
        SELECT a.alert_id AS id, 'due' AS what, a.due_at AS at, extract(epoch FROM a.allowed) AS wanted FROM alerts a WHERE a.due_at IS NOT NULL
        UNION ALL
        SELECT a.alert_id, 'spent', coalesce(a.clock_from, 'infinity'), extract(epoch FROM a.spent) FROM alerts a
        UNION ALL
        SELECT a.alert_id, 'next escalated', a.next_at, (v.settings -> 'escalateAt' ->> a.level)::numeric * extract(epoch FROM a.allowed)
        FROM alerts a JOIN versions v ON v.version = a.policy_version WHERE a.next_at IS NOT NULL
        UNION ALL
        SELECT a.alert_id, 'escalated to level ' || e.level, e.at, (v.settings -> 'escalateAt' ->> e.level - 1)::numeric * extract(epoch FROM a.allowed)
        FROM alert_entries e JOIN alerts a USING (alert_id) JOIN versions v ON v.version = a.policy_version
        WHERE e.kind = 'escalated'
        """;

    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("findings_have_one_end",
            "every finding is in exactly one alert, folded into another, or held back for a reason, an hour after it was told at the latest",
            """
            SELECT format('finding %s is %s for %s, in alert %s, to be decided at %s', f.finding_id, coalesce(f.outcome, 'not decided'),
                coalesce(f.held_for, 'nothing'), coalesce(f.alert_id, 'none'), coalesce(f.decide_at::text, 'no time'))
            FROM findings f LEFT JOIN alerts a USING (alert_id)
            WHERE f.decide_at < (SELECT now - interval '1 hour' FROM business_clock) OR CASE
                WHEN f.outcome IS NULL THEN f.decide_at IS NULL
                WHEN f.outcome = 'RAISED' THEN a.alert_id IS DISTINCT FROM f.finding_id
                WHEN f.outcome = 'FOLDED' AND f.alert_id IS NULL THEN NOT EXISTS (
                    SELECT FROM findings w WHERE w.finding_id = f.part_of AND (w.alert_id IS NULL OR f.decide_at IS NOT NULL))
                WHEN f.outcome = 'FOLDED' THEN a.alert_id IS NULL OR a.alert_id = f.finding_id
                ELSE f.held_for IS NULL OR f.alert_id IS NOT NULL END
            """),
        ("findings_come_by_events", "nothing is known of findings that no event told",
            """
            SELECT format('finding %s: nothing told it at %s', f.finding_id, f.told_at) FROM findings f
            WHERE f.told_at >= (SELECT coalesce(before, '-infinity') FROM pruned WHERE kind = 'applied_events')
                AND NOT EXISTS (SELECT FROM applied_events e WHERE e.identity = f.told_by)
            UNION ALL
            SELECT format('finding %s: its evidence is of %s, it was told at %s', p.finding_id, p.told_at, f.told_at)
            FROM finding_evidence p LEFT JOIN findings f USING (finding_id) WHERE f.finding_id IS NULL OR p.told_at > f.told_at
            """),
        ("alerts_are_their_findings", "of every alert its findings are counted, and those that stand; while it is not closed it says what was told last",
            """
            SELECT format('alert %s is %s, of %s findings of which %s stand; there are %s, and %s', a.alert_id, a.status, a.findings, a.standing, f.findings,
                f.standing)
            FROM alerts a JOIN (
                SELECT alert_id, count(*) AS findings, count(*) FILTER (WHERE counted) AS standing, max(cleared_at) AS cleared_at,
                    bool_and(counted = (cleared_at IS NULL) OR decide_at IS NOT NULL) AS heard
                FROM findings WHERE alert_id IS NOT NULL GROUP BY alert_id) f USING (alert_id)
            LEFT JOIN findings l ON l.finding_id = a.lead
            WHERE a.findings <> f.findings OR a.standing <> f.standing OR (a.status <> 'CLOSED' AND NOT f.heard)
                OR l.about_key IS DISTINCT FROM a.about_key OR l.alert_id IS DISTINCT FROM a.alert_id
                OR (a.status <> 'CLOSED' AND l.decide_at IS NULL AND (l.told_at, l.detail, l.worth) IS DISTINCT FROM (a.told_at, a.detail, a.worth))
            UNION ALL
            SELECT format('alert %s has no findings', a.alert_id) FROM alerts a WHERE NOT EXISTS (SELECT FROM findings f WHERE f.alert_id = a.alert_id)
            """),
        ("alerts_are_not_too_many", "no team was given more alerts on a day than any version of the policy lets it",
            $"""
            SELECT format('%s alerts of team %s on %s', count(*), owner_team, (raised_at AT TIME ZONE 'UTC')::date) FROM alerts
            GROUP BY owner_team, (raised_at AT TIME ZONE 'UTC')::date
            HAVING count(*) > greatest({BuiltInPerDay}, (SELECT max((settings ->> 'mostPerDay')::integer) FROM policies WHERE kind = 'alerts'))
            """),
        ("alerts_are_as_their_status",
            "an alert's clock runs while it is raised and then stands still; it ends when a person has decided, or when it is closed",
            """
            SELECT format('alert %s is %s: its clock runs from %s, decided %s, ended %s, closed %s', alert_id, status, coalesce(clock_from::text, 'never'),
                coalesce(decided_at::text, 'never'), coalesce(ended_at::text, 'never'), coalesce(closed_at::text, 'never'))
            FROM alerts
            WHERE (status = 'RAISED') <> (clock_from IS NOT NULL) OR (status = 'RAISED' AND due_at IS NULL) OR (next_at IS NOT NULL AND status <> 'RAISED')
                OR (status IN ('RAISED', 'ACKNOWLEDGED')) <> (ended_at IS NULL) OR (status = 'ACTIONED' AND action IS NULL)
                OR (status = 'DISMISSED' AND dismissed_as IS NULL) OR (status IN ('RAISED', 'ACKNOWLEDGED') AND decided_at IS NOT NULL)
                OR ended_at IS DISTINCT FROM coalesce(decided_at, closed_at)
            """),
        ("alerts_are_their_entries", "of every alert the entries say its status, its level and what was done",
            """
            SELECT format('alert %s, version %s: level %s, %s; its entries say version %s, level %s, %s', a.alert_id, a.version, a.level, a.status, e.version,
                e.level, e.status)
            FROM alerts a LEFT JOIN (
                SELECT alert_id, max(version) AS version, count(*) AS entries, count(*) FILTER (WHERE kind = 'escalated') AS level,
                    (array_agg(status ORDER BY version DESC))[1] AS status, max(action) AS action, max(dismissed_as) AS dismissed_as
                FROM alert_entries GROUP BY alert_id) e USING (alert_id)
            WHERE (a.version, a.version, a.level, a.status, a.action, a.dismissed_as)
                IS DISTINCT FROM (e.version, e.entries, e.level, e.status, e.action, e.dismissed_as)
            """),
        ("alert_clocks_are_business_hours",
            "of every alert, what was worked while its clock ran is its share of its hours when it was escalated and is next, all of them when it is due, "
                + "and what it says was spent; and nothing has been due for an hour",
            $"""
            {BusinessHours.Wrong("alert", Runs, Marks)}
            UNION ALL
            SELECT format('alert %s has been due since %s', alert_id, acts_at) FROM alerts
            WHERE acts_at IS NOT NULL AND greatest(acts_at, changed_at) < (SELECT now - interval '1 hour' FROM business_clock)
            """),
    ];
}
