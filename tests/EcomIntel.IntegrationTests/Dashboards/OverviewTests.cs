using System.Globalization;
using ClickHouse.Driver.ADO;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Kpis;
using EcomIntel.IntegrationTests.Pipeline;
using EcomIntel.Tests.Dashboards;

namespace EcomIntel.IntegrationTests.Dashboards;

/// <summary>The overview's SQL on a ClickHouse that the sink has filled: each panel shows what the KPI contracts say.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class OverviewTests(PipelineEngines engines)
{
    private static readonly Dictionary<string, string[]> All = [];

    [Fact]
    public async Task Every_panel_shows_what_the_contracts_say()
    {
        await using var hub = await engines.CreateAsync();
        // An order every seven minutes: after 2,880 of them business time is a midnight to the second.
        var history = new SyntheticHistory(11);
        await history.WriteAsync(hub.Postgres, 2_880);
        await hub.StartAsync("sink");
        Assert.True((await hub.CheckAsync()).Ok);
        Assert.Equal(TimeSpan.Zero, history.Now.TimeOfDay);
        await AgreeAsync(hub, history.Now.AddDays(-28), history.Now, All);

        await history.WriteAsync(hub.Postgres, 100);
        Assert.True((await hub.CheckAsync()).Ok);
        var now = history.Now;
        await AgreeAsync(hub, now.AddDays(-28), now, All);
        await AgreeAsync(hub, now.AddDays(-6), now, new() { ["location"] = ["DC-2"] });
        await AgreeAsync(hub, now.AddDays(-200), now, new() { ["channel"] = ["web", "market \"ü\""], ["location"] = ["DC-1", "DC-2"] });
        await AgreeAsync(hub, now.AddDays(-1_200), now, All);
        await AgreeAsync(hub, new(2025, 1, 3, 5, 0, 0, TimeSpan.Zero), new(2025, 1, 9, 0, 0, 0, TimeSpan.Zero), new() { ["channel"] = ["store"] });
    }

    [Fact]
    public async Task A_range_that_begins_after_business_time_is_moved_back_to_end_there()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(12);
        await history.WriteAsync(hub.Postgres, 300);
        await hub.StartAsync("sink");
        Assert.True((await hub.CheckAsync()).Ok);
        var lag = DashboardFile.All.Single(file => file.Uid == "ecomintel-overview").Variable("lag").GetProperty("query").GetString()!;
        Task<string> LagAsync(DateTimeOffset from, DateTimeOffset to) => hub.AskAsync<string>(PanelSql.Expand(lag, from, to));

        var wall = new DateTimeOffset(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);
        Assert.Equal((wall - history.Now).TotalSeconds.ToString(CultureInfo.InvariantCulture), await LagAsync(wall.AddDays(-28), wall));
        Assert.Equal("0", await LagAsync(history.Now.AddDays(-28), history.Now));
        Assert.Equal("0", await LagAsync(history.Now.AddDays(-1), wall));
    }

    private static async Task AgreeAsync(PipelineInstance hub, DateTimeOffset from, DateTimeOffset to, Dictionary<string, string[]> chosen)
    {
        await using var clickHouse = ClickHouseDatabase.Connection(hub.ClickHouseString);
        await clickHouse.OpenAsync(CancellationToken.None);
        var figures = new OverviewFigures(clickHouse, from, to, chosen);
        foreach (var panel in DashboardFile.All.Single(file => file.Uid == "ecomintel-overview").Panels)
        {
            var wanted = await figures.OfAsync(panel.Title);
            Assert.NotEmpty(wanted);
            Figures.AssertSame($"{panel.Title}, {from:u} to {to:u}", wanted,
                await ReadAsync(clickHouse, PanelSql.Expand(PanelSql.Interpolate(panel.Sql, chosen), from, to)));
        }
    }

    internal static async Task<List<object?[]>> ReadAsync(ClickHouseConnection clickHouse, string sql)
    {
        await using var command = clickHouse.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))]);
        return rows;
    }
}

/// <summary>Compares figures whatever number type carries them.</summary>
internal static class Figures
{
    public static void AssertSame(string what, IReadOnlyList<object?[]> wanted, IReadOnlyList<object?[]> shown)
    {
        Assert.True(wanted.Count == shown.Count, $"{what}: {shown.Count} rows, and {wanted.Count} by the contract");
        for (var row = 0; row < wanted.Count; row++)
        {
            Assert.Equal(wanted[row].Length, shown[row].Length);
            for (var column = 0; column < wanted[row].Length; column++)
                Assert.True(Same(wanted[row][column], shown[row][column]),
                    $"{what}: row {row + 1}, column {column + 1} is {shown[row][column] ?? "empty"}, and {wanted[row][column] ?? "empty"} by the contract");
        }
    }

    private static bool Same(object? wanted, object? shown) => (wanted, shown) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (IEnumerable<string> either, string one) when wanted is not string => either.Contains(one),
        (string text, _) => text == Convert.ToString(shown, CultureInfo.InvariantCulture),
        (DateTime at, DateTime other) => at == other,
        _ => Math.Abs(Convert.ToDouble(wanted, CultureInfo.InvariantCulture) - Convert.ToDouble(shown, CultureInfo.InvariantCulture)) < 1e-9,
    };
}
