using Dapper;
using Npgsql;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>A case as people see it.</summary>
/// <param name="Status">As <c>DETECTED</c>.</param>
/// <param name="Subject">Id of what it is about: a SKU, an order, a shipment, a return, a transfer.</param>
/// <param name="MoneyAtRisk">In the currency of what it is about; null where it cannot be told.</param>
/// <param name="DetectedAt">Time of what caused it.</param>
public sealed record CaseFound(
    string CaseId, string Status, string Category, string Subject, string? Location, decimal? MoneyAtRisk, string Detail, DateTimeOffset DetectedAt);

/// <summary>What is asked for; null is any.</summary>
/// <param name="Open">True: neither resolved nor closed nor a duplicate; false: the others.</param>
public sealed record CaseFilter(bool? Open = null, string? Category = null, string? Location = null, string? Subject = null);

/// <summary>Cases as an operator sees them.</summary>
public sealed class ExceptionCaseStore(NpgsqlDataSource database)
{
    /// <summary>Most of one answer.</summary>
    public const int MaxListed = 10_000;

    /// <summary>The categories that this program opens cases of. Of others there may be cases that another version opened.</summary>
    public static IReadOnlyList<string> Categories => CaseCategory.All;

    /// <summary>Of exception_cases AS c: nobody has finished with it.</summary>
    public const string OpenSql = "c.status NOT IN ('RESOLVED', 'CLOSED', 'DUPLICATE')";

    /// <summary>Of exception_cases AS c, and as it is indexed: money that cannot be told counts as none.</summary>
    public const string MoneySql = "coalesce(c.money_at_risk, 0)";

    private const string Columns =
        """
        c.case_id AS caseid, c.status, c.category, c.subject, c.location, c.money_at_risk AS moneyatrisk, c.detail, c.detected_at AS detectedat
        """;

    private const string Matching = $"""
        (@open::boolean IS NULL OR {OpenSql} = @open) AND (@category::text IS NULL OR c.category = @category)
            AND (@location::text IS NULL OR c.location = @location) AND (@subject::text IS NULL OR c.subject = @subject)
        """;

    private sealed record Row(
        string CaseId, string Status, string Category, string Subject, string? Location, decimal? MoneyAtRisk, string Detail, DateTime DetectedAt)
    {
        public CaseFound Found => new(CaseId, Status, Category, Subject, Location, MoneyAtRisk, Detail, new(DetectedAt));
    }

    /// <param name="limit">1 to <see cref="MaxListed"/>.</param>
    /// <param name="costliest">Those with most money at risk first, whatever its currency; otherwise the newest.</param>
    public async Task<IReadOnlyList<CaseFound>> ListAsync(CaseFilter filter, int limit, bool costliest, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxListed);
        var order = costliest ? $"{MoneySql} DESC, c.case_id DESC" : "c.detected_at DESC, c.case_id DESC";
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

    private async Task<IEnumerable<T>> QueryAsync<T>(string sql, CaseFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QueryAsync<T>(new CommandDefinition(
            sql, new { filter.Open, filter.Category, filter.Location, filter.Subject, limit }, cancellationToken: cancellationToken));
    }
}
