using System.Globalization;
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
    DemoReport.Figures Kpis, IReadOnlyList<DemoReport.Month> Months, DemoReport.Checked Check)
{
    private const string DeadLetters = "SELECT reason, count(*) FROM dead_letters WHERE status <> 'applied' GROUP BY reason ORDER BY reason";

    private const string Applied = "SELECT (SELECT count(*) FROM applied_events) + (SELECT rows FROM pruned WHERE kind = 'applied_events')";

    private const string Ordered = "SELECT count(DISTINCT order_id), coalesce(sum(ordered), 0)::bigint FROM order_lines";

    internal sealed record LineCounts(long Read, long Applied, IReadOnlyDictionary<string, long> Rejected);

    internal sealed record EventCounts(long Produced, long Applied, IReadOnlyDictionary<string, long> DeadLettered);

    /// <param name="Value">null where the denominator is 0.</param>
    internal sealed record Ratio(double? Value, long Numerator, long Denominator);

    internal sealed record Figures(Ratio LineFillRate, IReadOnlyDictionary<string, long> OrderAging, Ratio SplitShipmentRate);

    internal sealed record Month(
        [property: JsonPropertyName("month")] string Name, Ratio LineFillRate, IReadOnlyDictionary<string, long> OrderAging, Ratio SplitShipmentRate);

    internal sealed record Checked(bool Ok, IReadOnlyList<CheckResult> Checks);

    /// <summary>Asks both databases; the sink has then taken up every decision.</summary>
    public static async Task<DemoReport> MakeAsync(Replayed replayed, NpgsqlDataSource postgres, ClickHouseConnection clickHouse, CancellationToken token)
    {
        var check = await CheckCommand.RunAsync(postgres, clickHouse, token);
        var kpis = new KpiQueries(clickHouse);
        var (orders, units) = (0L, 0L);
        await using (var command = postgres.CreateCommand(Ordered))
        await using (var row = await command.ExecuteReaderAsync(token))
            if (await row.ReadAsync(token))
                (orders, units) = (row.GetInt64(0), row.GetInt64(1));
        long applied;
        await using (var command = postgres.CreateCommand(Applied))
            applied = (long)(await command.ExecuteScalarAsync(token))!;
        var end = replayed.End;
        return new(
            new(replayed.Lines.Read, replayed.Lines.Applied, replayed.Lines.Rejected),
            new(end.Events, applied, await DeadLetteredAsync(postgres, token)),
            orders, units, Math.Round(end.Elapsed.TotalSeconds, 1), Math.Round(end.Sent / end.Elapsed.TotalSeconds),
            new(
                await RatioAsync(kpis, KpiCatalogue.LineFillRate, token), await AgingAsync(kpis, token),
                await RatioAsync(kpis, KpiCatalogue.SplitShipmentRate, token)),
            await MonthsAsync(kpis, token),
            new(check.Ok, check.Checks));
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

    private static async Task<Ratio> RatioAsync(KpiQueries kpis, KpiContract kpi, CancellationToken token) =>
        await kpis.QueryAsync(new(kpi), token) is [var total] ? RatioOf(total) : new(null, 0, 0);

    private static async Task<IReadOnlyDictionary<string, long>> AgingAsync(KpiQueries kpis, CancellationToken token) =>
        AgesOf(await kpis.QueryAsync(new(KpiCatalogue.OrderAging, GroupBy: ["age"]), token), point => point.Dimensions[0]);

    private static async Task<IReadOnlyList<Month>> MonthsAsync(KpiQueries kpis, CancellationToken token)
    {
        var fill = (await kpis.QueryAsync(new(KpiCatalogue.LineFillRate, Grain: KpiGrain.Month), token)).ToDictionary(point => point.Period!.Value);
        var split = (await kpis.QueryAsync(new(KpiCatalogue.SplitShipmentRate, Grain: KpiGrain.Month), token)).ToDictionary(point => point.Period!.Value);
        var months = fill.Keys.Union(split.Keys).Order().ToList();
        if (months.Count == 0)
            return [];
        var ages = (await kpis.QueryAsync(new(KpiCatalogue.OrderAging, From: months[0], Grain: KpiGrain.Month, GroupBy: ["age"]), token))
            .ToLookup(point => point.Period!.Value);
        return [.. months.Select(month => new Month(
            month.ToString("yyyy-MM", CultureInfo.InvariantCulture), RatioOf(fill.GetValueOrDefault(month)),
            AgesOf([.. ages[month]], point => point.Dimensions is [var age] ? age : null), RatioOf(split.GetValueOrDefault(month))))];
    }

    private static Ratio RatioOf(KpiPoint? point) => point is null ? new(null, 0, 0) : new(point.Value, point.Numerator, point.Denominator);

    /// <summary>Every age there is, those of no order too, the youngest first.</summary>
    private static OrderedDictionary<string, long> AgesOf(IReadOnlyList<KpiPoint> points, Func<KpiPoint, string?> age)
    {
        var counts = new OrderedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var name in KpiCatalogue.OrderAging.Dimension("age")!.Values!)
            counts.Add(name, points.Where(point => age(point) == name).Sum(point => point.Numerator));
        return counts;
    }
}
