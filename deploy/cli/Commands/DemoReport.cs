using System.Text.Json.Serialization;
using ClickHouse.Driver.ADO;
using EcomIntel.Cli.Replay;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Kpis;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>What a demo found, as one JSON object; the same on every run but for <c>seconds</c> and <c>eventsPerSecond</c>.</summary>
internal sealed record DemoReport(
    DemoReport.LineCounts Lines, DemoReport.EventCounts Events, long Orders, long Units, double Seconds, double EventsPerSecond,
    IReadOnlyDictionary<string, object?> Kpis, IReadOnlyList<IReadOnlyDictionary<string, object?>> Months, DemoProcurement Procurement,
    DemoAttention Attention, DemoModels Models, DemoReplenishment? Replenishment, DemoReport.Checked Check)
{
    private const string DeadLetters = "SELECT reason, count(*) FROM dead_letters WHERE status <> 'applied' GROUP BY reason ORDER BY reason";

    private const string Applied = "SELECT (SELECT count(*) FROM applied_events) + (SELECT rows FROM pruned WHERE kind = 'applied_events')";

    private const string Ordered = "SELECT count(DISTINCT order_id), coalesce(sum(ordered), 0)::bigint FROM order_lines";

    internal sealed record LineCounts(long Read, long Applied, IReadOnlyDictionary<string, long> Rejected);

    internal sealed record EventCounts(long Produced, long Applied, IReadOnlyDictionary<string, long> DeadLettered);

    internal sealed record Checked(bool Ok, IReadOnlyList<CheckResult> Checks);

    /// <summary>For the screen.</summary>
    [JsonIgnore]
    public DemoFigures Figures { get; init; } = null!;

    /// <summary>Asks both databases; the sink has then taken up every decision.</summary>
    public static async Task<DemoReport> MakeAsync(Replayed replayed, NpgsqlDataSource postgres, ClickHouseConnection clickHouse, CancellationToken token)
    {
        var check = await CheckCommand.RunAsync(postgres, clickHouse, token);
        var figures = await DemoFigures.ReadAsync(new KpiQueries(clickHouse), token);
        var (orders, units) = (0L, 0L);
        await using (var command = postgres.CreateCommand(Ordered))
        await using (var row = await command.ExecuteReaderAsync(token))
            if (await row.ReadAsync(token))
                (orders, units) = (row.GetInt64(0), row.GetInt64(1));
        long applied;
        await using (var command = postgres.CreateCommand(Applied))
            applied = (long)(await command.ExecuteScalarAsync(token))!;
        var models = await DemoModels.ReadAsync(postgres, token);
        var end = replayed.End;
        return new(
            new(replayed.Lines.Read, replayed.Lines.Applied, replayed.Lines.Rejected),
            new(end.Events, applied, await DeadLetteredAsync(postgres, token)),
            orders, units, Math.Round(end.Elapsed.TotalSeconds, 1), Math.Round(end.Sent / end.Elapsed.TotalSeconds),
            figures.Json(null),
            [.. figures.Months.Select(month => figures.Json(month))],
            await DemoProcurement.ReadAsync(postgres, figures, token), await DemoAttention.ReadAsync(postgres, token), models,
            models.ForecastsFrom is { } from ? await DemoReplenishment.ReadAsync(clickHouse, from, token) : null,
            new(check.Ok, check.Checks)) { Figures = figures };
    }

    private static async Task<SortedDictionary<string, long>> DeadLetteredAsync(NpgsqlDataSource postgres, CancellationToken token)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await using var command = postgres.CreateCommand(DeadLetters);
        await using var row = await command.ExecuteReaderAsync(token);
        while (await row.ReadAsync(token))
            counts.Add(row.GetString(0), row.GetInt64(1));
        return counts;
    }
}
