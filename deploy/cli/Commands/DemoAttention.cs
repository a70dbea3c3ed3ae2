using System.Globalization;
using EcomIntel.Core.Alerts;
using EcomIntel.Core.ExceptionCases;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>What people are to look at when a demo ends: alerts and cases in their states, and the worst of those that wait for somebody.</summary>
/// <param name="Findings">By what became of them: <c>raised</c>, <c>folded</c>, <c>held</c>.</param>
/// <param name="Alerts">By status.</param>
/// <param name="Cases">By status.</param>
/// <param name="Worst">Those with most money at risk, whatever its currency; at most five.</param>
internal sealed record DemoAttention(
    IReadOnlyDictionary<string, long> Findings, IReadOnlyDictionary<string, long> Alerts, IReadOnlyDictionary<string, long> Cases,
    IReadOnlyList<DemoAttention.Matter> Worst)
{
    private const int Shown = 5;

    private const string CountAlerts = "SELECT status, count(*) FROM alerts GROUP BY status";

    /// <summary>An alert or a case that waits for somebody.</summary>
    /// <param name="Is"><c>alert</c> or <c>case</c>.</param>
    /// <param name="Kind">As <c>demand_anomaly, drop</c>, <c>invoice.held</c>.</param>
    /// <param name="Since">When it began, or was detected.</param>
    internal sealed record Matter(string Is, string Id, string Status, string Kind, string About, decimal? MoneyAtRisk, string Owner, DateTimeOffset Since,
        string Detail)
    {
        /// <summary>In one sentence, for a person.</summary>
        public string Told => string.Create(CultureInfo.InvariantCulture,
            $"{Detail} ({Kind}, {About}); {(MoneyAtRisk is { } money ? $"{money:N2} at risk" : "money at risk cannot be told")}, since {Since:yyyy-MM-dd}, "
                + $"{Status} with {Owner}");
    }

    public static async Task<DemoAttention> ReadAsync(NpgsqlDataSource postgres, CancellationToken token)
    {
        var (alerts, cases) = (new AlertStore(postgres), new ExceptionCaseStore(postgres));
        var worst = (await alerts.ListAsync(open: true, null, null, Shown, token)).Select(Of)
            .Concat((await cases.ListAsync(new(Open: true), Shown, CaseOrder.Costliest, token)).Select(Of))
            .OrderByDescending(matter => matter.MoneyAtRisk ?? 0).ThenBy(matter => matter.Id, StringComparer.Ordinal).Take(Shown);
        return new(
            Sums((await alerts.FindingsAsync(token)).Select(each => (each.Outcome, each.Count))), Sums(await CountAsync(postgres, token)),
            Sums((await cases.CountAsync(new(), token)).Select(each => (each.Status, each.Count))), [.. worst]);
    }

    private static Matter Of(AlertFound alert) => new(
        "alert", alert.AlertId, alert.Status, $"{alert.Kind}, {alert.Pattern}", alert.About.Length == 0 ? "the whole business" : alert.About,
        alert.MoneyAtRisk, alert.Assignee ?? alert.Team, alert.Since, alert.Detail);

    private static Matter Of(CaseFound found) => new(
        "case", found.CaseId, found.Status, found.Category, found.Location is { } place ? $"{found.Subject} at {place}" : found.Subject,
        found.MoneyAtRisk, found.Assignee ?? found.Team ?? "nobody", found.DetectedAt, found.Detail);

    private static SortedDictionary<string, long> Sums(IEnumerable<(string Name, long Count)> counts)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, count) in counts)
            sums[name.ToLowerInvariant()] = sums.GetValueOrDefault(name.ToLowerInvariant()) + count;
        return sums;
    }

    private static async Task<List<(string Name, long Count)>> CountAsync(NpgsqlDataSource postgres, CancellationToken token)
    {
        var counts = new List<(string, long)>();
        await using var command = postgres.CreateCommand(CountAlerts);
        await using var row = await command.ExecuteReaderAsync(token);
        while (await row.ReadAsync(token))
            counts.Add((row.GetString(0), row.GetInt64(1)));
        return counts;
    }
}
