using System.Text.Json.Serialization;
using EcomIntel.Ml.Registry;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>What models did in a demo: which versions were trained, what they were held against, which scored, and what replenishment went by.</summary>
/// <param name="Versions">By name, the latest first.</param>
/// <param name="Forecasts">Sent, one a sku and run.</param>
/// <param name="Proposals">Of replenishment, by what they went by: <c>forecast</c>, <c>no forecast</c>, <c>forecast is stale</c>.</param>
internal sealed record DemoModels(IReadOnlyList<DemoModels.Version> Versions, DemoModels.ForecastCounts Forecasts, IReadOnlyDictionary<string, long> Proposals)
{
    private const int Digits = 4;

    private const string CountForecasts = "SELECT count(*), min(as_of), max(as_of) FROM forecast_sums WHERE days = (SELECT max(days) FROM forecast_sums)";

    private const string CountProposals = """
        SELECT demand_basis, count(*) FROM replenishment_proposals WHERE demand_basis IS NOT NULL GROUP BY demand_basis ORDER BY demand_basis COLLATE "C"
        """;

    /// <param name="Metrics">On later data than it was trained on.</param>
    /// <param name="Baselines">The same of each baseline.</param>
    /// <param name="Held">Against the version that scored; null: it was not.</param>
    /// <param name="Drift">Its error since, as a multiple of that when it was trained; null: not known.</param>
    internal sealed record Version(
        string Model, string Name, string Status, string Reason, string DecidedBy, DateTimeOffset? PromotedAt, IReadOnlyDictionary<string, double> Metrics,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Baselines, HeldAgainst? Held, double? Drift);

    internal sealed record ForecastCounts(long Made, DateTimeOffset? First, DateTimeOffset? Last);

    /// <summary>From which day on replenishment had forecasts; null: it never did.</summary>
    [JsonIgnore]
    public DateOnly? ForecastsFrom => Forecasts.First is { } first ? DateOnly.FromDateTime(first.UtcDateTime) : null;

    public static async Task<DemoModels> ReadAsync(NpgsqlDataSource postgres, CancellationToken token)
    {
        var versions = await new ModelRegistry(postgres).ListAsync(null, 10_000, token);
        ForecastCounts forecasts;
        await using (var command = postgres.CreateCommand(CountForecasts))
        await using (var row = await command.ExecuteReaderAsync(token))
        {
            await row.ReadAsync(token);
            forecasts = new(row.GetInt64(0), Time(row, 1), Time(row, 2));
        }
        var proposals = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await using (var command = postgres.CreateCommand(CountProposals))
        await using (var row = await command.ExecuteReaderAsync(token))
            while (await row.ReadAsync(token))
                proposals.Add(row.GetString(0), row.GetInt64(1));
        return new([.. versions.Select(Of)], forecasts, proposals);

        static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }

    private static Version Of(ModelEntry entry) => new(
        entry.Name, entry.Version, entry.Status.ToString(), entry.Reason, entry.DecidedBy, entry.PromotedAt, Rounded(entry.Metrics),
        entry.Baselines.ToDictionary(each => each.Key, IReadOnlyDictionary<string, double> (each) => Rounded(each.Value)),
        entry.Held is { } held ? held with { Metrics = Rounded(held.Metrics), AgainstMetrics = Rounded(held.AgainstMetrics) } : null,
        entry.Drift is { } drift ? Math.Round(drift, Digits) : null);

    private static Dictionary<string, double> Rounded(IReadOnlyDictionary<string, double> figures) =>
        figures.ToDictionary(each => each.Key, each => Math.Round(each.Value, Digits));
}
