using Dapper;
using Npgsql;

namespace EcomIntel.Core.Alerts;

/// <summary>An alert as people see it.</summary>
/// <param name="Status">As <c>RAISED</c>.</param>
/// <param name="About">As <c>sku MUG-BLUE, channel web</c>; empty where it is the whole business.</param>
/// <param name="MoneyAtRisk">In <paramref name="Currency"/>; null where it cannot be told.</param>
/// <param name="Findings">How many it has; <paramref name="Standing"/> of them were not cleared.</param>
/// <param name="Level">How often it was escalated.</param>
/// <param name="DueAt">When the hours within which it is to be seen are over; null where it was seen before.</param>
/// <param name="EndedAt">When it was actioned, dismissed, or closed without either; null while a person is to decide about it.</param>
public sealed record AlertFound(
    string AlertId, string Status, string Kind, string Model, string Pattern, string About, string Detail, DateTimeOffset Since, decimal Score,
    decimal? MoneyAtRisk, string Currency, int Findings, int Standing, DateTimeOffset RaisedAt, string Team, string Severity, string? Assignee, int Level,
    DateTimeOffset? DueAt, string? Action, string? Reference, string? DismissedAs, DateTimeOffset? EndedAt, string? ClosedAs, long Version);

/// <summary>What happened to an alert.</summary>
/// <param name="Kind">As <c>raised</c>, <c>escalated</c>, <c>acknowledged</c>.</param>
/// <param name="By">A person or a program; null for the hub itself.</param>
public sealed record AlertHappening(long Version, string Kind, DateTimeOffset At, string Status, int Level, string? Detail, string? By, string? Note);

/// <summary>Alerts as an operator sees them.</summary>
public sealed class AlertStore(NpgsqlDataSource database)
{
    /// <summary>Most of one answer.</summary>
    public const int MaxListed = 10_000;

    private const string Columns = """
        alert_id AS alertid, status, kind, model, pattern, concat_ws(', ', 'sku ' || sku, 'channel ' || channel, 'category ' || category,
            'location ' || location, 'supplier ' || supplier, 'purchase order ' || purchase_order, 'line ' || line, 'feed ' || feed) AS about,
        detail, since, score, worth AS moneyatrisk, currency, findings, standing, raised_at AS raisedat, owner_team AS team, severity, assignee, level,
        due_at AS dueat, action, reference, dismissed_as AS dismissedas, ended_at AS endedat, closed_as AS closedas, version
        """;

    private const string Matching = """
        (@open::boolean IS NULL OR (status IN ('RAISED', 'ACKNOWLEDGED')) = @open) AND (@kind::text IS NULL OR kind = @kind)
            AND (@team::text IS NULL OR owner_team = @team)
        """;

    private sealed record Row(
        string AlertId, string Status, string Kind, string Model, string Pattern, string About, string Detail, DateTime Since, decimal Score,
        decimal? MoneyAtRisk, string Currency, int Findings, int Standing, DateTime RaisedAt, string Team, string Severity, string? Assignee, int Level,
        DateTime? DueAt, string? Action, string? Reference, string? DismissedAs, DateTime? EndedAt, string? ClosedAs, long Version)
    {
        public AlertFound Found => new(
            AlertId, Status, Kind, Model, Pattern, About, Detail, new(Since), Score, MoneyAtRisk, Currency, Findings, Standing, new(RaisedAt), Team, Severity,
            Assignee, Level, DueAt is { } due ? new(due) : null, Action, Reference, DismissedAs, EndedAt is { } ended ? new(ended) : null, ClosedAs, Version);
    }

    private sealed record EntryRow(long Version, string Kind, DateTime At, string Status, int Level, string? Detail, string? By, string? Note);

    /// <summary>Those with most money at risk first.</summary>
    /// <param name="open">True: a person is to decide about it; false: the others; null: any.</param>
    /// <param name="limit">1 to <see cref="MaxListed"/>.</param>
    public async Task<IReadOnlyList<AlertFound>> ListAsync(bool? open, string? kind, string? team, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxListed);
        var rows = await QueryAsync<Row>(
            $"SELECT {Columns} FROM alerts WHERE {Matching} ORDER BY coalesce(worth, 0) DESC, alert_id DESC LIMIT @limit", new { open, kind, team, limit },
            cancellationToken);
        return [.. rows.Select(row => row.Found)];
    }

    /// <summary>What became of findings, by model: in an alert, folded, or held back and for what.</summary>
    public async Task<IReadOnlyList<(string Model, string Outcome, string HeldFor, long Count)>> FindingsAsync(CancellationToken cancellationToken) =>
        [.. await QueryAsync<(string, string, string, long)>(
            """
            SELECT model, coalesce(outcome, 'NEW'), coalesce(held_for, ''), count(*) FROM findings
            GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 1, 2, 3
            """,
            new { }, cancellationToken)];

    /// <returns>Null where there is no such alert.</returns>
    public async Task<AlertFound?> FindAsync(string alertId, CancellationToken cancellationToken) =>
        (await QueryAsync<Row>($"SELECT {Columns} FROM alerts WHERE alert_id = @alertId", new { alertId }, cancellationToken)).SingleOrDefault()?.Found;

    /// <summary>What happened to an alert, the earliest first.</summary>
    public async Task<IReadOnlyList<AlertHappening>> HistoryAsync(string alertId, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync<EntryRow>(
            "SELECT version, kind, at, status, level, detail, done_by AS by, note FROM alert_entries WHERE alert_id = @alertId ORDER BY version LIMIT @most",
            new { alertId, most = MaxListed }, cancellationToken);
        return [.. rows.Select(row => new AlertHappening(row.Version, row.Kind, new(row.At), row.Status, row.Level, row.Detail, row.By, row.Note))];
    }

    private async Task<IEnumerable<T>> QueryAsync<T>(string sql, object asked, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QueryAsync<T>(new CommandDefinition(sql, asked, cancellationToken: cancellationToken));
    }
}
