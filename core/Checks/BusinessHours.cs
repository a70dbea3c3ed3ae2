using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Checks;

/// <summary>
/// Counts again, in SQL, what was worked in teams' hours (the policy <c>cases</c>) until marked instants: of cases and of alerts. It shares nothing with
/// <see cref="BusinessCalendar"/>.
/// </summary>
internal static class BusinessHours
{
    // What a version of the policy leaves out is as built in.
    private static readonly string BuiltIn = $"'{CasePolicy.Kind.Whole("{}").Replace("'", "''", StringComparison.Ordinal)}'::jsonb";

    /// <summary>A statement that gives a line for each mark at which not so much was worked as wanted.</summary>
    /// <param name="what">As <c>case</c>.</param>
    /// <param name="runs">Gives id, policy_version, owner_team, since, until (null: still), and whether the clock ran (ran).</param>
    /// <param name="marks">Gives id, what, at ('infinity': whenever) and the seconds wanted; it may ask versions (version, settings).</param>
    public static string Wrong(string what, string runs, string marks) => $"""
        WITH versions AS (
            SELECT 0 AS version, {BuiltIn} AS settings
            UNION ALL
            SELECT version, {BuiltIn} || settings FROM policies WHERE kind = 'cases'),
        runs AS MATERIALIZED (
            {runs}),
        marks AS (
            {marks}),
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
            SELECT m.id, m.what, m.at, m.wanted, least(r.since, m.at) AS since, least(r.until, m.at) AS until,
                concat_ws(' ', t.policy_version, t.owner_team, (least(r.since, m.at) AT TIME ZONE t.zone)::date) AS since_key,
                concat_ws(' ', t.policy_version, t.owner_team, (least(r.until, m.at) AT TIME ZONE t.zone)::date) AS until_key
            FROM marks m LEFT JOIN runs r ON r.id = m.id AND r.ran LEFT JOIN teams t USING (policy_version, owner_team)),
        worked AS (
            SELECT p.id, p.what, p.at, p.wanted, coalesce(sum(
                b.before + extract(epoch FROM least(greatest(p.until, b.opens), b.closes) - b.opens)
                - a.before - extract(epoch FROM least(greatest(p.since, a.opens), a.closes) - a.opens)), 0) AS seconds
            FROM parts p
            LEFT JOIN calendar a ON a.key = p.since_key
            LEFT JOIN calendar b ON b.key = p.until_key
            GROUP BY p.id, p.what, p.at, p.wanted)
        SELECT format('{what} %s, %s at %s: %s seconds were worked, not %s', id, what, at, round(seconds, 6), round(wanted, 6))
        FROM worked WHERE abs(seconds - wanted) > 0.000001 OR wanted IS NULL
        """;
}
