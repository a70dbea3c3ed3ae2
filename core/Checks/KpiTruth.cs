using System.Globalization;
using EcomIntel.Core.Kpis;
using Npgsql;

namespace EcomIntel.Core.Checks;

/// <summary>
/// Every KPI of the catalogue, by month and in all: what its contract's truth says of PostgreSQL's tables, and what its figures say of ClickHouse's facts, as
/// of one instant.
/// </summary>
internal static class KpiTruth
{
    /// <summary>Where one side adds floating-point numbers.</summary>
    private const int Places = 6;

    public static async Task<List<CheckResult>> CompareAsync(NpgsqlConnection postgres, KpiQueries kpis, DateTimeOffset now, CancellationToken token)
    {
        var results = new List<CheckResult>();
        foreach (var kpi in KpiCatalogue.All)
        {
            var truth = await TruthAsync(postgres, kpi, now, token);
            var months = truth.Where(row => row.Month is not null).ToList();
            var totals = await kpis.QueryAsync(new KpiQuery(kpi, GroupBy: kpi.TruthBy, AsOf: now), token);
            if (kpi.Arithmetic.HasDays)
            {
                var byMonth = months.Count == 0 ? []
                    : await kpis.QueryAsync(new KpiQuery(kpi, From: FirstAsked(kpi, months), Grain: KpiGrain.Month, GroupBy: kpi.TruthBy, AsOf: now), token);
                results.Add(ConsistencyCheck.Compare($"kpi_{kpi.Name}_by_month", kpi.Formula, Pairs(months),
                    [.. byMonth.Where(point => !IsNothing(kpi, point)).Select(point => Pair(kpi, point))]));
            }
            results.Add(ConsistencyCheck.Compare($"kpi_{kpi.Name}", kpi.Formula, Pairs([.. truth.Where(row => row.Month is null)]),
                [.. totals.Where(point => kpi.TruthBy.Count == 0 || !IsNothing(kpi, point)).Select(point => Pair(kpi, point))]));
        }
        return results;
    }

    /// <summary>A snapshot goes back only as far as it is asked to.</summary>
    private static DateOnly? FirstAsked(KpiContract kpi, List<(DateOnly? Month, string Key, string Figure)> months) =>
        kpi.Arithmetic.IsOverDays ? null : months.Min(row => row.Month);

    private static async Task<List<(DateOnly? Month, string Key, string Figure)>> TruthAsync(NpgsqlConnection postgres, KpiContract kpi, DateTimeOffset now,
        CancellationToken token)
    {
        await using var command = new NpgsqlCommand(kpi.TruthSql, postgres) { Parameters = { new() { Value = now.ToUniversalTime() } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<(DateOnly?, string, string)>();
        while (await reader.ReadAsync(token))
        {
            DateOnly? month = await reader.IsDBNullAsync(0, token) ? null : reader.GetFieldValue<DateOnly>(0);
            var figures = Enumerable.Range(2, reader.FieldCount - 2)
                .Select(column => reader.IsDBNull(column) ? 0 : Convert.ToDecimal(reader.GetValue(column), CultureInfo.InvariantCulture));
            rows.Add((month, reader.GetString(1), Text(figures)));
        }
        return rows;
    }

    private static List<(string Key, string Value)> Pairs(List<(DateOnly? Month, string Key, string Figure)> rows) =>
        [.. rows.Select(row => (Key(row.Month, row.Key), row.Figure))];

    private static (string Key, string Value) Pair(KpiContract kpi, KpiPoint point) =>
        (Key(point.Period, string.Join(' ', point.Dimensions)), Text(kpi.Arithmetic.Stated(point)));

    private static string Key(DateOnly? month, string key) => $"{month?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "total"} {key}".TrimEnd();

    private static bool IsNothing(KpiContract kpi, KpiPoint point) => kpi.Arithmetic.Stated(point).All(number => number == 0);

    private static string Text(IEnumerable<decimal> figures) =>
        string.Join('/', figures.Select(figure => Math.Round(figure, Places).ToString("0.######", CultureInfo.InvariantCulture)));
}
