using System.Data.Common;
using Dapper;

namespace EcomIntel.Core.Kpis;

/// <summary>Answers questions about KPIs, by the SQL of their contracts. Names come from contracts, values are parameters.</summary>
public sealed class KpiQueries(DbConnection clickHouse)
{
    private const string Now = "SELECT now FROM business_now";

    /// <summary>Business time: the replayed stream's watermark, or the wall clock.</summary>
    public async Task<DateTimeOffset> BusinessNowAsync(CancellationToken token) =>
        new(DateTime.SpecifyKind(await clickHouse.ExecuteScalarAsync<DateTime>(new CommandDefinition(Now, cancellationToken: token)), DateTimeKind.Utc),
            TimeSpan.Zero);

    /// <summary>The figures, in the order of period and dimensions.</summary>
    /// <exception cref="KpiQueryException">The question cannot be answered.</exception>
    public async Task<IReadOnlyList<KpiPoint>> QueryAsync(KpiQuery query, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Invalid() is { } invalid)
            throw new KpiQueryException(invalid);
        var now = query.AsOf ?? await BusinessNowAsync(token);
        return await query.Kpi.Arithmetic.AnswerAsync(new KpiReading(clickHouse, now), query, token);
    }

    /// <summary>The things a figure counts, at most <paramref name="limit"/> from <paramref name="offset"/> on; each a row of named columns.</summary>
    /// <exception cref="KpiQueryException">The question cannot be answered.</exception>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> RowsAsync(KpiQuery query, int limit, int offset, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(query);
        if ((query.Invalid() ?? (limit is < 1 or > 10_000 || offset < 0 ? "limit must be 1 to 10000 and offset 0 or more" : null)) is { } invalid)
            throw new KpiQueryException(invalid);
        var now = query.AsOf ?? await BusinessNowAsync(token);
        return await new KpiReading(clickHouse, now).RowsAsync(query, limit, offset, token);
    }
}
