using Dapper;
using Npgsql;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>A case as people see it.</summary>
/// <param name="Status">As <c>DETECTED</c>.</param>
/// <param name="Subject">Id of what it is about: a SKU, an order, a shipment, a return, a transfer.</param>
/// <param name="MoneyAtRisk">In the currency of what it is about; null where it cannot be told.</param>
/// <param name="DetectedAt">Time of what caused it.</param>
/// <param name="Team">Who owns it; null only of one from before there were owners.</param>
/// <param name="Severity">As <c>HIGH</c>.</param>
/// <param name="Reports">How often it was reported while it was open.</param>
/// <param name="Level">How often it was escalated.</param>
/// <param name="DueAt">When its hours are over; null while its clock stands still before that.</param>
/// <param name="Overdue">It is open, and its hours are over.</param>
/// <param name="EndedAt">When it was resolved, or found to be a duplicate; null while it is open.</param>
public sealed record CaseFound(
    string CaseId, string Status, string Category, string Subject, string? Location, decimal? MoneyAtRisk, string Detail, DateTimeOffset DetectedAt,
    string? Team, string? Severity, string? Assignee, long Reports, int Level, DateTimeOffset? DueAt, bool Overdue, string? RootCause,
    DateTimeOffset? EndedAt, string? DuplicateOf, long Version);

/// <summary>What happened to a case.</summary>
/// <param name="Kind">As <c>opened</c>, <c>repeated</c>, <c>escalated</c>, <c>assigned</c>.</param>
/// <param name="Detail">What was reported; null where nothing was.</param>
/// <param name="By">A person or a program; null for the hub itself.</param>
/// <param name="Remedy">What was done about it, as <c>release_hold</c>; null where nothing was but with the case itself.</param>
/// <param name="Target">Id of what it was done to.</param>
public sealed record CaseHappening(
    long Version, string Kind, DateTimeOffset At, string Status, string? Team, string? Assignee, int Level, string? Detail, string? RootCause, string? By,
    string? Note, string? Remedy = null, string? Target = null);

/// <summary>What is asked for; null is any.</summary>
/// <param name="Open">True: neither resolved nor closed nor a duplicate; false: the others.</param>
/// <param name="Overdue">True: open, and its hours are over; false: the others.</param>
public sealed record CaseFilter(
    bool? Open = null, string? Category = null, string? Location = null, string? Subject = null, string? Team = null, bool? Overdue = null);

/// <summary>Which come first.</summary>
public enum CaseOrder
{
    Newest,

    /// <summary>Those with most money at risk, whatever its currency.</summary>
    Costliest,

    /// <summary>Those whose hours are over first; those whose clock stands still last.</summary>
    Due,
}

/// <summary>Cases as an operator sees them.</summary>
public sealed class ExceptionCaseStore(NpgsqlDataSource database)
{
    /// <summary>Most of one answer.</summary>
    public const int MaxListed = 10_000;

    /// <summary>The categories that this program opens cases of. Of others there may be cases that another version opened.</summary>
    public static IReadOnlyList<string> Categories => CaseCategory.All;

    /// <summary>What categories of cases about an order, a shipment or a return begin with. Other ids may be written as some order's is.</summary>
    public static IReadOnlyList<string> AboutOrders => CaseCategory.AboutOrders;

    /// <summary>Of exception_cases AS c, and as it is indexed: nobody has finished with it.</summary>
    public const string OpenSql = $"c.{ExceptionCasesSlice.OpenSql}";

    /// <summary>Of exception_cases AS c: open, and its hours are over.</summary>
    public const string OverdueSql = $"""
        ({OpenSql} AND coalesce(c.due_at < coalesce((SELECT now FROM business_clock WHERE mode = 'stream'), business_now()), false))
        """;

    /// <summary>Of exception_cases AS c, and as it is indexed: money that cannot be told counts as none.</summary>
    public const string MoneySql = "coalesce(c.money_at_risk, 0)";

    private const string Columns =
        """
        c.case_id AS caseid, c.status, c.category, c.subject, c.location, c.money_at_risk AS moneyatrisk, c.detail, c.detected_at AS detectedat,
        c.owner_team AS team, c.severity, c.assignee, c.reports, c.level, c.due_at AS dueat,
        """ + OverdueSql + """
         AS overdue, c.root_cause AS rootcause, c.ended_at AS endedat, c.duplicate_of AS duplicateof, c.version
        """;

    private const string Matching = $"""
        (@open::boolean IS NULL OR {OpenSql} = @open) AND (@category::text IS NULL OR c.category = @category)
            AND (@location::text IS NULL OR c.location = @location) AND (@subject::text IS NULL OR c.subject = @subject)
            AND (@team::text IS NULL OR c.owner_team = @team) AND (@overdue::boolean IS NULL OR {OverdueSql} = @overdue)
        """;

    private sealed record Row(
        string CaseId, string Status, string Category, string Subject, string? Location, decimal? MoneyAtRisk, string Detail, DateTime DetectedAt,
        string? Team, string? Severity, string? Assignee, long Reports, int Level, DateTime? DueAt, bool Overdue, string? RootCause, DateTime? EndedAt,
        string? DuplicateOf, long Version)
    {
        public CaseFound Found => new(
            CaseId, Status, Category, Subject, Location, MoneyAtRisk, Detail, new(DetectedAt), Team, Severity, Assignee, Reports, Level,
            DueAt is { } due ? new(due) : null, Overdue, RootCause, EndedAt is { } ended ? new(ended) : null, DuplicateOf, Version);
    }

    private sealed record EntryRow(
        long Version, string Kind, DateTime At, string Status, string? Team, string? Assignee, int Level, string? Detail, string? RootCause, string? By,
        string? Note, string? Remedy, string? Target);

    /// <param name="limit">1 to <see cref="MaxListed"/>.</param>
    public async Task<IReadOnlyList<CaseFound>> ListAsync(CaseFilter filter, int limit, CaseOrder by, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxListed);
        var order = by switch
        {
            CaseOrder.Costliest => $"{MoneySql} DESC, c.case_id DESC",
            CaseOrder.Due => "c.due_at, c.case_id",
            _ => "c.detected_at DESC, c.case_id DESC",
        };
        var rows = await QueryAsync<Row>($"SELECT {Columns} FROM exception_cases c WHERE {Matching} ORDER BY {order} LIMIT @limit", filter, limit,
            cancellationToken);
        return [.. rows.Select(row => row.Found)];
    }

    public async Task<IReadOnlyList<(string Status, string Category, long Count)>> CountAsync(CaseFilter filter, CancellationToken cancellationToken) =>
        [.. await QueryAsync<(string, string, long)>(
            $"""
            SELECT c.status, c.category, count(*) FROM exception_cases c WHERE {Matching}
            GROUP BY c.status, c.category ORDER BY count(*) DESC, c.status, c.category
            """,
            filter, 0, cancellationToken)];

    /// <returns>Null where there is no such case.</returns>
    public async Task<CaseFound?> FindAsync(string caseId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM exception_cases c WHERE c.case_id = @caseId", new { caseId }, cancellationToken: cancellationToken));
        return row?.Found;
    }

    /// <summary>What happened to a case, the earliest first.</summary>
    public async Task<IReadOnlyList<CaseHappening>> HistoryAsync(string caseId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<EntryRow>(new CommandDefinition(
            """
            SELECT version, kind, at, status, owner_team AS team, assignee, level, detail, root_cause AS rootcause, done_by AS by, note, remedy, target
            FROM exception_case_entries WHERE case_id = @caseId ORDER BY version LIMIT @most
            """,
            new { caseId, most = MaxListed }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => new CaseHappening(
            row.Version, row.Kind, new(row.At), row.Status, row.Team, row.Assignee, row.Level, row.Detail, row.RootCause, row.By, row.Note,
            row.Remedy, row.Target))];
    }

    private async Task<IEnumerable<T>> QueryAsync<T>(string sql, CaseFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var asked = new { filter.Open, filter.Category, filter.Location, filter.Subject, filter.Team, filter.Overdue, limit };
        return await connection.QueryAsync<T>(new CommandDefinition(sql, asked, cancellationToken: cancellationToken));
    }
}
