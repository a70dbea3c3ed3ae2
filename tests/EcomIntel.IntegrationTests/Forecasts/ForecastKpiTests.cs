using System.Globalization;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.ForecastBias;
using EcomIntel.Core.Kpis.ForecastError;
using EcomIntel.IntegrationTests.Database.ClickHouse;
using EcomIntel.IntegrationTests.Dashboards;
using EcomIntel.IntegrationTests.Kpis;
using EcomIntel.Tests.Dashboards;

namespace EcomIntel.IntegrationTests.Forecasts;

/// <summary>
/// Forecasts few enough to count by hand. Of a 10 are expected from the 1st to the 7th, and 4 on the first day and 2 on the last are ordered; 5 on the 8th come
/// after it. Of b 1 is expected and 5 are ordered, of c 3 and none. Of a 10 were expected in the 28 days from 1 December, and 8 ordered; the
/// other forecast for 28 days is not over.
/// </summary>
public sealed class ForecastKpiTests(ClickHouseServer server) : IClassFixture<ClickHouseServer>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 8, 12, 0, 0, TimeSpan.Zero);

    [ClickHouseFact]
    public async Task Error_and_bias_are_of_what_was_ordered_on_the_days_that_a_forecast_was_for()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "forecasts", "2026-01-08 12:00:00");
        await database.RunAsync("""
            INSERT INTO forecast_sums (sku, as_of, days, first_day, units, model, model_version, time, sequence)
            SELECT sku, '2026-01-01 05:00:00', days, '2026-01-01', units, model, '1', '2026-01-01 05:00:00', sequence
            FROM values('sku String, days UInt16, units Decimal(38, 4), model String, sequence UInt64',
                ('a', 7, 9, 'tsb', 1), ('a', 7, 10, 'tsb', 2), ('b', 7, 1, 'ets', 1), ('c', 7, 3, 'tsb', 1), ('a', 28, 40, 'tsb', 1))
            """);
        await database.RunAsync("""
            INSERT INTO forecast_sums (sku, as_of, days, first_day, units, model, model_version, time, sequence)
            VALUES ('a', '2025-12-01 05:00:00', 28, '2025-12-01', 10, 'tsb', '1', '2025-12-01 05:00:00', 1)
            """);
        await database.RunAsync("""
            INSERT INTO line_facts (order_id, line, sku, channel, promised_at, due, filled, quantity, location, time, sequence)
            SELECT id, 1, sku, 'web', '2026-01-20 00:00:00', due, 0, quantity, location, time, 1
            FROM values('id String, sku String, due Int8, quantity Int64, location String, time DateTime64(6, \'UTC\')',
                ('1', 'a', 1, 4, '', '2026-01-01 00:00:00'), ('2', 'a', 1, 2, '', '2026-01-07 23:59:59'), ('3', 'a', 1, 5, '', '2026-01-08 00:00:00'),
                ('4', 'b', 1, 5, '', '2026-01-03 10:00:00'), ('0', 'a', 1, 7, '', '2025-12-31 10:00:00'), ('1', 'a', -1, 4, '', '2026-01-02 00:00:00'),
                ('2', 'a', 1, 2, 'DC-1', '2026-01-07 23:59:59'), ('8', 'a', 1, 8, '', '2025-12-10 10:00:00'))
            """);
        Assert.Equal(["28: 0.25 of 2/8", "7: 1 of 11/11"],
            (await database.AskAsync(ForecastErrorKpi.Contract, by: "horizon")).Order(StringComparer.Ordinal));
        Assert.Equal(["28: 0.25 of 2/8", "7: 0.272727 of 3/11"],
            (await database.AskAsync(ForecastBiasKpi.Contract, by: "horizon")).Order(StringComparer.Ordinal));
        Assert.Equal(["28 tsb: 0.25 of 2/8", "7 ets: 0.8 of 4/5", "7 tsb: 1.166667 of 7/6"],
            (await database.AskAsync(ForecastErrorKpi.Contract, by: "horizon,model")).Order(StringComparer.Ordinal));
        Assert.Equal("a 4", await database.TextAsync("""
            SELECT concat(sku, ' ', toString(error)) FROM kpi_forecast_error_rows ORDER BY error DESC, sku LIMIT 1
            """.Replace("kpi_forecast_error_rows", $"({ForecastErrorKpi.Contract.RowsSql.Replace(
                "{now:DateTime64(6, 'UTC')}", "toDateTime64('2026-01-08 12:00:00', 6, 'UTC')", StringComparison.Ordinal)})", StringComparison.Ordinal)));

        await KpiViews.PublishAsync(database.Connection, CancellationToken.None);
        var panels = DashboardFile.All.Single(file => file.Uid == "ecomintel-procurement").Panels
            .Where(panel => panel.Title.StartsWith("Forecast", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, panels.Count);
        foreach (var panel in panels)
        {
            var sql = PanelSql.Expand(PanelSql.Interpolate(panel.Sql, new Dictionary<string, string[]>()), Now.AddDays(-28), Now);
            Assert.Equal(0.25, Convert.ToDouble((await OverviewTests.ReadAsync(database.Connection, sql)).Single()[^1], CultureInfo.InvariantCulture));
        }
    }
}
