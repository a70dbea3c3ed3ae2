using System.Text.RegularExpressions;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Arithmetic;
using EcomIntel.IntegrationTests.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Kpis;

public sealed class KpiViewsTests(ClickHouseServer server) : IClassFixture<ClickHouseServer>
{
    private const string Views =
        """
        SELECT arrayStringConcat(arraySort(groupArray(name)), ',') FROM system.tables
        WHERE database = currentDatabase() AND startsWith(name, 'kpi_') AND engine = 'View'
        """;

    [ClickHouseFact]
    public async Task Every_contract_publishes_its_state_and_rows_and_a_second_time_nothing_changes()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "views", "2026-01-10 00:00:00");
        var published = await KpiViews.PublishAsync(database.Connection, CancellationToken.None);
        var names = KpiCatalogue.All.SelectMany(kpi => new[] { KpiViews.NameOf(kpi), KpiViews.RowsNameOf(kpi) }).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(names, published.Order(StringComparer.Ordinal));
        Assert.Equal(string.Join(',', names), await database.TextAsync(Views));
        Assert.Empty(await KpiViews.PublishAsync(database.Connection, CancellationToken.None));
        foreach (var kpi in KpiCatalogue.All)
        {
            string[] wanted = [.. kpi.Arithmetic.HasDays ? ["day"] : Array.Empty<string>(), .. kpi.Dimensions.Select(dimension => dimension.Column),
                .. kpi.Arithmetic.State];
            Assert.Equal(string.Join(',', wanted.Order(StringComparer.Ordinal)), await database.TextAsync(
                $"""
                SELECT arrayStringConcat(arraySort(groupArray(name)), ',') FROM system.columns
                WHERE database = currentDatabase() AND table = '{KpiViews.NameOf(kpi)}'
                """));
            // Over nothing: each measure is nothing, or none of it. The days of a range are whoever asks' to know.
            foreach (var (_, sql) in kpi.Arithmetic.Measures)
            {
                var measured = Regex.Replace(sql, @"\bdays\b", "uniqExact(day)", RegexOptions.None, TimeSpan.FromSeconds(5));
                Assert.Contains(await database.TextAsync($"SELECT ifNull(toString({measured}), '') FROM {KpiViews.NameOf(kpi)}"), (string[])["", "0"]);
            }
            Assert.Equal("0", await database.TextAsync($"SELECT count() FROM {KpiViews.RowsNameOf(kpi)}"));
            Assert.Contains($"version {kpi.Version}",
                await database.TextAsync($"SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = '{KpiViews.NameOf(kpi)}'"),
                StringComparison.Ordinal);
        }
    }

    [ClickHouseFact]
    public async Task An_older_program_undoes_nothing_and_a_newer_one_replaces_and_drops()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "editions", "2026-01-10 00:00:00");
        Task<IReadOnlyList<string>> PublishAsync(int edition, string[] retired, params KpiContract[] kpis) =>
            KpiViews.PublishAsync(database.Connection, kpis, retired, edition, CancellationToken.None);
        var (old, changed, gone) = (Contract("shown", 1), Contract("shown", 2), Contract("gone", 1));
        Assert.Equal(["kpi_shown", "kpi_shown_rows", "kpi_gone", "kpi_gone_rows"], await PublishAsync(2, [], old, gone));
        Assert.Equal("1", await database.TextAsync("SELECT sum(numerator) FROM kpi_shown"));

        Assert.Equal(["kpi_shown", "kpi_shown_rows", "kpi_gone", "kpi_gone_rows"], await PublishAsync(4, ["gone"], changed));
        Assert.Equal("2", await database.TextAsync("SELECT sum(numerator) FROM kpi_shown"));
        Assert.Equal("kpi_shown,kpi_shown_rows", await database.TextAsync(Views));

        Assert.Empty(await PublishAsync(2, [], old, gone));
        Assert.Empty(await PublishAsync(4, ["gone"], changed));
        Assert.Equal("2", await database.TextAsync("SELECT sum(numerator) FROM kpi_shown"));
        Assert.Equal("kpi_shown,kpi_shown_rows", await database.TextAsync(Views));
    }

    private static KpiContract Contract(string name, int version) =>
        new($"SELECT toDate32('2026-01-01') AS day, toInt64({version}) AS numerator, toInt64(4) AS denominator", $"SELECT {version} AS one", "SELECT 1")
        {
            Name = name, Version = version, Title = "It's an example", Description = "An example.", Arithmetic = new Ratio(), Unit = KpiUnit.Ratio,
                Better = Better.Higher,
            Formula = "as said", Numerator = "part", Denominator = "whole", DateMeaning = "day", Dimensions = [], Source = [], Metric = "example",
                RowsOrder = "1",
        };
}
