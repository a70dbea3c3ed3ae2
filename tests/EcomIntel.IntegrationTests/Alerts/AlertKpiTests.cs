using EcomIntel.Core.Kpis.AlertPrecision;
using EcomIntel.Core.Kpis.OpenAlerts;
using EcomIntel.IntegrationTests.Database.ClickHouse;
using EcomIntel.IntegrationTests.Kpis;

namespace EcomIntel.IntegrationTests.Alerts;

/// <summary>The KPIs of alerts few enough to count by hand.</summary>
public sealed class AlertKpiTests(ClickHouseServer server) : IClassFixture<ClickHouseServer>
{
    [ClickHouseFact]
    public async Task Precision_is_of_those_that_were_decided_and_those_that_were_not_are_open()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "alert_kpis", "2026-01-05 12:00:00");
        await database.RunAsync("""
            INSERT INTO alerts (alert_id, status, kind, model, team, action, dismissed_as, raised_at, decided_at, ended_at, closed_at, sequence)
            SELECT id, status, 'demand_anomaly', model, 'plan', action, dismissed, '2026-01-01 08:00:00', decided, ended, closed, 1
            FROM values('id String, status String, model String, action String, dismissed String, decided Nullable(DateTime64(6, \'UTC\')),
                    ended Nullable(DateTime64(6, \'UTC\')), closed Nullable(DateTime64(6, \'UTC\'))',
                ('a', 'ACTIONED', 'forest', 'note', '', '2026-01-02 10:00:00', '2026-01-02 10:00:00', NULL),
                ('b', 'CLOSED', 'forest', 'policy', '', '2026-01-03 10:00:00', '2026-01-03 10:00:00', '2026-01-04 10:00:00'),
                ('c', 'DISMISSED', 'forest', '', 'known', '2026-01-03 10:00:00', '2026-01-03 10:00:00', NULL),
                ('d', 'DISMISSED', 'cusum', '', 'false', '2026-01-03 10:00:00', '2026-01-03 10:00:00', NULL),
                ('e', 'CLOSED', 'cusum', '', '', NULL, '2026-01-04 08:00:00', '2026-01-04 08:00:00'),
                ('f', 'ACKNOWLEDGED', 'forest', '', '', NULL, NULL, NULL), ('g', 'RAISED', 'cusum', '', '', NULL, NULL, NULL))
            """);
        Assert.Equal(["cusum: 0 of 0/1", "forest: 0.666667 of 2/3"],
            (await database.AskAsync(AlertPrecisionKpi.Contract, by: "model")).Order(StringComparer.Ordinal));
        Assert.Equal(["cusum: 1 of 1/2", "forest: 1 of 1/2"], (await database.AskAsync(OpenAlertsKpi.Contract, by: "model")).Order(StringComparer.Ordinal));
        Assert.Equal(["2026-01-01: 7 of 7/7", "2026-01-02: 6 of 6/6", "2026-01-03: 3 of 3/3", "2026-01-04: 2 of 2/2"],
            (await database.AskAsync(OpenAlertsKpi.Contract, "2026-01-01", "2026-01-05", Core.Kpis.KpiGrain.Day))
                .Select(line => line.Replace(" :", ":", StringComparison.Ordinal)));
    }
}
