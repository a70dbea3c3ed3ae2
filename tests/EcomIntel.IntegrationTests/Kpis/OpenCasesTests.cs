using System.Globalization;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.CasePastDueRate;
using EcomIntel.Core.Kpis.CaseResolutionQuantiles;
using EcomIntel.Core.Kpis.CaseResolutionTime;
using EcomIntel.Core.Kpis.OpenCases;
using EcomIntel.IntegrationTests.Dashboards;
using EcomIntel.IntegrationTests.Database.ClickHouse;
using EcomIntel.Tests.Dashboards;

namespace EcomIntel.IntegrationTests.Kpis;

/// <summary>Open cases, of cases few enough to count by hand, and the dashboard that shows them.</summary>
public sealed class OpenCasesTests(ClickHouseServer server) : IClassFixture<ClickHouseServer>
{
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string[]> All = new() { ["alert"] = ["hot"] };

    [ClickHouseFact]
    public async Task A_case_is_open_from_when_it_was_detected()
    {
        await using var database = await NewAsync("open_cases");
        Assert.Equal([": 4 of 4/4"], await database.AskAsync(OpenCasesKpi.Contract));
        Assert.Equal(["carrier.exception: 2 of 2/4", "inventory.variance: 1 of 1/4", "of.another: 1 of 1/4"],
            (await database.AskAsync(OpenCasesKpi.Contract, by: "category")).Order(StringComparer.Ordinal));
        Assert.Equal([": 1 of 1/4", "bergen: 1 of 1/4", "oslo: 2 of 2/4"],
            (await database.AskAsync(OpenCasesKpi.Contract, by: "location")).Order(StringComparer.Ordinal).Select(line => line.TrimStart()));
        // One that was detected at midnight is one of the day that ends then, and one that was resolved at midnight none of it.
        Assert.Equal(["2026-01-01: 1 of 1/1", "2026-01-02: 4 of 4/4", "2026-01-03: 3 of 3/3", "2026-01-04: 3 of 3/3", "2026-01-05: 4 of 4/4"],
            (await database.AskAsync(OpenCasesKpi.Contract, "2026-01-01", "2026-01-06", KpiGrain.Day))
                .Select(line => line.Replace(" :", ":", StringComparison.Ordinal)));
        Assert.Equal(["2-4d: 2 of 2/4", "4-7d: 1 of 1/4", "<4h: 1 of 1/4"],
            (await database.AskAsync(OpenCasesKpi.Contract, by: "age")).Order(StringComparer.Ordinal));
        var rows = await database.Kpis.RowsAsync(new(OpenCasesKpi.Contract), 10, 0, CancellationToken.None);
        Assert.Equal(["b 1250.5", "a 20", "d ", "c "],
            rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row["case_id"]} {row["money_at_risk"]:0.##}")));
    }

    [ClickHouseFact]
    public async Task How_long_they_take_is_of_those_that_were_resolved()
    {
        await using var database = await NewAsync("resolved_cases");
        async Task<List<string>> ToldAsync(KpiContract kpi, params string[] by) =>
            [.. (await database.Kpis.QueryAsync(new(kpi, GroupBy: by), CancellationToken.None)).Select(point => string.Create(
                CultureInfo.InvariantCulture, $"{string.Join(' ', point.Dimensions)} {string.Join(' ', point.Measures.Select(each => $"{each.Value:0.##}"))}"))
                .Order(StringComparer.Ordinal)];
        Assert.Equal([" 18"], await ToldAsync(CaseResolutionTimeKpi.Contract));
        Assert.Equal(["care 7", "office 40"], await ToldAsync(CaseResolutionTimeKpi.Contract, "team"));
        Assert.Equal([" 10 34"], await ToldAsync(CaseResolutionQuantilesKpi.Contract)); // 4, 10, 40: at 0.8 of the way from 10 to 40
        Assert.Equal(["care 0", "office 1"], await ToldAsync(CasePastDueRateKpi.Contract, "team"));
        Assert.Equal([" 0.33"], await ToldAsync(CasePastDueRateKpi.Contract));
    }

    [ClickHouseFact]
    public async Task Every_panel_shows_them()
    {
        await using var database = await NewAsync("cases_dashboard");
        await KpiViews.PublishAsync(database.Connection, CancellationToken.None);
        var panels = DashboardFile.All.Single(file => file.Uid == "ecomintel-exceptions").Panels.Where(panel => panel.IsSql).ToList();
        Task<List<string>> ShownAsync(string title, Dictionary<string, string[]> chosen) => ShownOfAsync(database, title, chosen);
        // Of alerts there is none: what counts them says so, what lists them is empty.
        foreach (var panel in panels)
            Assert.Equal(panel.Title is not ("Open alerts by model over time" or "Open alerts now by team and state" or "Ten alerts that cost most now"
                or "What was seen beside what was to be expected, of one alert" or "Findings of the range by model and fate"),
                (await ShownAsync(panel.Title, All)).Count > 0);
        Assert.Equal(["4"], await ShownAsync("Open cases", All));
        Assert.Equal(["3"], await ShownAsync("Open over a day", All));
        Assert.Equal(["1"], await ShownAsync("Open cases", new() { ["category"] = ["carrier.exception"], ["location"] = ["bergen", "nowhere"] }));
        Assert.Equal(["0"], await ShownAsync("Open cases", new() { ["team"] = ["nobody"] }));
        Assert.Equal(["carrier.exception|0|0|0|1|1|0", "inventory.variance|1|0|0|0|0|0", "of.another|0|0|0|1|0|0"],
            await ShownAsync("Open now by category and age", All));
        Assert.Equal(
            ["carrier.exception|1", "carrier.exception|2", "carrier.lost|1", "of.another|1",
                "carrier.exception|2", "of.another|1", "carrier.exception|2", "of.another|1",
                "carrier.exception|2", "inventory.variance|1", "of.another|1"],
            (await ShownAsync("Open cases by category over time", All)).Select(line => line[(line.IndexOf('|', StringComparison.Ordinal) + 1)..]));
        Assert.Equal(["b", "a", "d", "c"], (await ShownAsync("Ten cases that cost most now", All)).Select(line => line.Split('|')[^1]));
        Assert.Equal(["1,000 to 10,000|0|0|0|1|0|0", "under 100|0|0|0|0|1|0", "not told|1|0|0|1|0|0"],
            await ShownAsync("Open now by money at risk and age", All));
        Assert.Equal(["nobody|4|0|0|0|0|0"], await ShownAsync("Open cases now by team and state", All));
        Assert.Equal(["d", "c", "b", "a"], (await ShownAsync("Newest open cases now", All)).Select(line => line.Split('|')[^1]));
    }

    [ClickHouseFact]
    public async Task What_models_found_is_shown_with_whose_it_is_and_what_they_saw()
    {
        await using var database = await NewAsync("alerts_dashboard");
        await database.RunAsync("""
            INSERT INTO alerts (alert_id, version, status, kind, model, detail, money_at_risk, currency, raised_at, team, severity, assignee, due_at,
                decided_at, action, dismissed_as, ended_at, sequence)
            SELECT id, 1, status, 'demand_anomaly', model, 'more than expected', money, 'GBP', at, team, 'HIGH', person, due, decided, action, dismissed,
                decided, 1
            FROM values('id String, status String, model String, money Decimal(38, 4), at DateTime64(6, \'UTC\'), team String, person String,
                due Nullable(DateTime64(6, \'UTC\')), decided Nullable(DateTime64(6, \'UTC\')), action String, dismissed String',
                ('hot', 'RAISED', 'demand', 900, '2026-01-04 12:00:00', 'purchasing', '', '2026-01-05 08:00:00', NULL, '', ''),
                ('mild', 'ACKNOWLEDGED', 'demand', 50, '2026-01-05 10:00:00', 'purchasing', 'ann', NULL, NULL, '', ''),
                ('done', 'ACTIONED', 'shrinkage', 70, '2026-01-02 10:00:00', 'warehouse', 'bob', NULL, '2026-01-03 10:00:00', 'note', ''),
                ('not', 'DISMISSED', 'shrinkage', 70, '2026-01-02 10:00:00', 'warehouse', 'bob', NULL, '2026-01-03 11:00:00', '', 'false'))
            """);
        await database.RunAsync("""
            INSERT INTO findings (finding_id, kind, model, model_version, raised_at, outcome, sequence)
            SELECT id, 'demand_anomaly', 'demand', '7', at, outcome, 1
            FROM values('id String, at DateTime64(6, \'UTC\'), outcome String', ('hot', '2026-01-04 12:00:00', 'RAISED'),
                ('part', '2026-01-04 12:00:00', 'FOLDED'), ('small', '2026-01-03 12:00:00', 'HELD'), ('early', '2025-12-03 12:00:00', 'HELD'))
            """);
        await database.RunAsync("""
            INSERT INTO finding_points (finding_id, at, actual, expected, low, high, sequence)
            SELECT id, at, actual, expected, low, high, sequence
            FROM values('id String, at DateTime64(6, \'UTC\'), actual Float64, expected Float64, low Float64, high Float64, sequence UInt64',
                ('hot', '2026-01-04 00:00:00', 41, 12, 9, 15, 1), ('hot', '2026-01-04 00:00:00', 42, 12, 9, 15, 2),
                ('hot', '2026-01-03 00:00:00', 12, 11, 8, 14, 1), ('small', '2026-01-03 00:00:00', 5, 4, 3, 6, 1))
            """);
        await KpiViews.PublishAsync(database.Connection, CancellationToken.None);
        Task<List<string>> ShownAsync(string title, Dictionary<string, string[]>? chosen = null) => ShownOfAsync(database, title, chosen ?? All);
        Assert.Equal(["2"], await ShownAsync("Open alerts"));
        Assert.Equal(["0.5"], await ShownAsync("Alert precision"));
        Assert.Equal(["purchasing|0|1|1"], await ShownAsync("Open alerts now by team and state"));
        Assert.Equal(["0"], await ShownAsync("Open alerts", new() { ["team"] = ["warehouse"] }));
        Assert.Equal(["hot", "mild"], (await ShownAsync("Ten alerts that cost most now")).Select(line => line.Split('|')[^1]));
        Assert.Equal(["purchasing", "purchasing (ann)"], (await ShownAsync("Ten alerts that cost most now")).Select(line => line.Split('|')[4]));
        Assert.Equal(["12|11|8|14", "42|12|9|15"],
            (await ShownAsync("What was seen beside what was to be expected, of one alert"))
                .Select(line => line[(line.IndexOf('|', StringComparison.Ordinal) + 1)..]));
        Assert.Equal(["demand|1|1|1|7"], await ShownAsync("Findings of the range by model and fate"));
    }

    private static async Task<List<string>> ShownOfAsync(KpiDatabase database, string title, Dictionary<string, string[]> chosen)
    {
        var panel = DashboardFile.All.Single(file => file.Uid == "ecomintel-exceptions").Panels.Single(panel => panel.Title == title);
        var rows = await OverviewTests.ReadAsync(database.Connection, PanelSql.Expand(PanelSql.Interpolate(panel.Sql, chosen), From, To));
        return [.. rows.Select(row => string.Join('|', row.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture))))];
    }

    /// <summary>As of 2026-01-05 12:00.</summary>
    private async Task<KpiDatabase> NewAsync(string name)
    {
        var database = await KpiDatabase.CreateAsync(server, name, "2026-01-05 12:00:00");
        await database.RunAsync("""
            INSERT INTO exception_cases (case_id, category, subject, location, money_at_risk, detail, detected_at, sequence)
            SELECT id, category, subject, location, money, 'what to do', at, 1
            FROM values('id String, category String, subject String, location String, money Nullable(Decimal(38, 4)), at DateTime64(6, \'UTC\')',
                ('a', 'carrier.exception', 'S-1', 'oslo', 20, '2026-01-01 10:00:00'),
                ('b', 'carrier.exception', 'S-2', 'bergen', 1250.5, '2026-01-02 09:00:00'),
                ('c', 'of.another', 'lamp', '', NULL, '2026-01-03 00:00:00'), ('d', 'inventory.variance', 'lamp', 'oslo', NULL, '2026-01-05 11:00:00'))
            """);
        // Resolved after 4, 10 and 40 hours; the last past its clock. A duplicate is not resolved.
        await database.RunAsync("""
            INSERT INTO exception_cases (case_id, status, category, subject, location, detail, team, severity, detected_at, ended_at, past_due, sequence)
            SELECT id, status, 'carrier.lost', id, 'oslo', 'what to do', team, 'HIGH', at, ended, past, 1
            FROM values('id String, status String, team String, at DateTime64(6, \'UTC\'), ended DateTime64(6, \'UTC\'), past Bool',
                ('r', 'RESOLVED', 'care', '2026-01-02 02:00:00', '2026-01-02 06:00:00', false),
                ('s', 'CLOSED', 'care', '2026-01-02 04:00:00', '2026-01-02 14:00:00', false),
                ('t', 'CLOSED', 'office', '2026-01-02 08:00:00', '2026-01-04 00:00:00', true),
                ('u', 'DUPLICATE', 'care', '2026-01-02 09:00:00', '2026-01-02 09:30:00', false))
            """);
        return database;
    }
}
