using System.Text.Json;
using EcomIntel.Cli.Commands;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.Cli.Commands;

public sealed class DemoReportTests
{
    private static readonly DemoAttention.Matter Matter = new(
        "alert", "f-1", "RAISED", "demand_anomaly, drop", "sku MUG-BLUE", 1234.5m, "planning", new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
        "sells 2 a day where 9 to 14 were expected");

    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 5, 0, 0, TimeSpan.Zero);

    private static readonly DemoModels.Version Version = new(
        "demand_forecast", "v1", "CHAMPION", "beats", "rule", Monday, new Dictionary<string, double> { ["error"] = 0.25 },
        new Dictionary<string, IReadOnlyDictionary<string, double>>(), null, null);

    [Fact]
    public void What_waits_for_somebody_is_told_in_a_sentence() => Assert.Equal(
        "sells 2 a day where 9 to 14 were expected (demand_anomaly, drop, sku MUG-BLUE); 1,234.50 at risk, since 2026-03-01, RAISED with planning",
        Matter.Told);

    [Fact]
    public void A_report_is_one_JSON_object_of_these_members()
    {
        var report = new DemoReport(
            new(3, 2, new Dictionary<string, long> { ["duplicate"] = 1 }), new(10, 10, new Dictionary<string, long>()), 1, 2, 1.5, 6.7,
            new Dictionary<string, object?> { ["lineFillRate"] = new { value = 0.5, numerator = 1, denominator = 2 } },
            [new Dictionary<string, object?> { ["month"] = "2026-01", ["lineFillRate"] = null }],
            new(5, 4, 3, 2, new(1, 0), 0, new(0.5, 1, 2), new(6.5, 1.25), 30.5),
            new(new Dictionary<string, long>(), new Dictionary<string, long> { ["raised"] = 1 }, new Dictionary<string, long>(), [Matter]),
            new([Version], new(1, Monday, Monday.AddDays(7)), new Dictionary<string, long> { ["forecast"] = 3 }),
            new(new(2026, 3, 2), new(2026, 3, 12), new(new(0.9, 9, 10), 100, 5, 20), null), new(true, []));
        using var written = JsonDocument.Parse(JsonSerializer.Serialize(report, JsonFile.Format));
        Assert.Equal(
            ["lines", "events", "orders", "units", "seconds", "eventsPerSecond", "kpis", "months", "procurement", "attention", "models", "replenishment",
                "check"],
            written.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            """{"proposals":5,"purchaseOrders":4,"linesReceived":3,"unitsReceived":2,"invoices":{"matched":1,"held":0},"claims":0"""
            + ""","supplierOtif":{"value":0.5,"numerator":1,"denominator":2},"leadTimeDays":{"mean":6.5,"deviation":1.25},"daysOfCover":30.5}""",
            JsonSerializer.Serialize(written.RootElement.GetProperty("procurement")));
        var models = written.RootElement.GetProperty("models");
        Assert.Equal(["versions", "forecasts", "proposals"], models.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ["model", "name", "status", "reason", "decidedBy", "promotedAt", "metrics", "baselines", "held", "drift"],
            models.GetProperty("versions")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal((0.25, 3), (models.GetProperty("versions")[0].GetProperty("metrics").GetProperty("error").GetDouble(),
            models.GetProperty("proposals").GetProperty("forecast").GetInt32()));
        Assert.Equal(
            """{"from":"2026-03-02","to":"2026-03-12","withForecasts":{"lineFillRate":{"value":0.9,"numerator":9,"denominator":10},"unitsOnHand":100"""
            + ""","unitsOrderedADay":5,"daysOfCover":20},"withoutForecasts":null}""",
            JsonSerializer.Serialize(written.RootElement.GetProperty("replenishment")));
        Assert.Equal("2026-01", written.RootElement.GetProperty("months")[0].GetProperty("month").GetString());
    }
}
