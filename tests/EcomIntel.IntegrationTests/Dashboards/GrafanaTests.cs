using System.Globalization;
using System.Text.Json;
using ClickHouse.Driver.ADO;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.IntegrationTests.Pipeline;
using EcomIntel.Tests.Dashboards;

namespace EcomIntel.IntegrationTests.Dashboards;

/// <summary>The files as a real Grafana reads them.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class GrafanaTests(PipelineEngines engines)
{
    private const string Source = "ecomintel-clickhouse";

    [GrafanaFact]
    public async Task It_loads_the_dashboards_and_every_panel_shows_what_the_contracts_say()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(13);
        await history.WriteAsync(hub.Postgres, 1_500);
        await hub.StartAsync("sink");
        Assert.True((await hub.CheckAsync()).Ok);
        await using var grafana = await GrafanaServer.StartAsync(new ClickHouseConnectionStringBuilder(hub.ClickHouseString));
        Assert.Equal("OK", (await grafana.GetAsync($"/api/datasources/uid/{Source}/health")).GetProperty("status").GetString());
        Assert.Equal(DashboardFile.All.Select(file => file.Uid).Order(StringComparer.Ordinal), await LoadedAsync(grafana));

        // As a reader who opens the page years after the stream's time: the range ends now, and the panels' time shift brings it back.
        var overview = DashboardFile.All.Single(file => file.Uid == "ecomintel-overview");
        var to = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var from = to.AddDays(-28);
        var target = overview.Panels[0].Target;
        var lag = Assert.Single(Rows(await grafana.AskAsync(Source, target, overview.Variable("lag").GetProperty("query").GetString()!, from, to)))[0];
        var back = TimeSpan.FromSeconds(double.Parse((string)lag!, CultureInfo.InvariantCulture));
        Assert.Equal(to - history.Now, back);
        (from, to) = (from - back, to - back);

        await using var clickHouse = ClickHouseDatabase.Connection(hub.ClickHouseString);
        await clickHouse.OpenAsync(CancellationToken.None);
        var figures = new OverviewFigures(clickHouse, from, to, new Dictionary<string, string[]>());
        foreach (var panel in overview.Panels)
        {
            var frames = await grafana.AskAsync(Source, panel.Target, PanelSql.Interpolate(panel.Sql, new Dictionary<string, string[]>()), from, to);
            var wanted = await figures.OfAsync(panel.Title);
            if (panel.IsTimeSeries)
                Assert.Equal(Sum(wanted), Sum(Rows(frames)), 6);
            else
                Figures.AssertSame(panel.Title, wanted, Rows(frames));
        }
        foreach (var name in new[] { "channel", "location" })
            Assert.NotEmpty(Rows(await grafana.AskAsync(Source, target, overview.Variable(name).GetProperty("query").GetString()!, from, to)));
    }

    /// <summary>What Grafana finds, once it finds as many as there are: it reads the folder, and makes its index, after it has first answered.</summary>
    private static async Task<List<string>> LoadedAsync(GrafanaServer grafana)
    {
        for (var tries = 0; ; tries++)
        {
            var found = (await grafana.GetAsync("/api/search?type=dash-db")).EnumerateArray().Select(each => each.GetProperty("uid").GetString()!).ToList();
            if (found.Count >= DashboardFile.All.Count || tries == 60)
                return [.. found.Order(StringComparer.Ordinal)];
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    /// <summary>Grafana makes series of a time series' rows; the sum of all their values stays.</summary>
    private static double Sum(IReadOnlyList<object?[]> rows) =>
        rows.Sum(row => row[1..].Where(value => value is not (null or string)).Sum(value => Convert.ToDouble(value, CultureInfo.InvariantCulture)));

    private static List<object?[]> Rows(IReadOnlyList<JsonElement> frames)
    {
        var rows = new List<object?[]>();
        foreach (var frame in frames)
        {
            var columns = frame.GetProperty("data").GetProperty("values").EnumerateArray().Select(column => column.EnumerateArray().ToList()).ToList();
            for (var row = 0; row < (columns.Count == 0 ? 0 : columns[0].Count); row++)
                rows.Add([.. columns.Select(column => Value(column[row]))]);
        }
        return rows;
    }

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetDouble(),
        _ => value.GetBoolean(),
    };
}
