using System.Text.Json;
using EcomIntel.Cli.Commands;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.Cli.Commands;

public sealed class DemoReportTests
{
    [Fact]
    public void A_report_is_one_JSON_object_of_these_members()
    {
        var report = new DemoReport(
            new(3, 2, new Dictionary<string, long> { ["duplicate"] = 1 }), new(10, 10, new Dictionary<string, long>()), 1, 2, 1.5, 6.7,
            new Dictionary<string, object?> { ["lineFillRate"] = new { value = 0.5, numerator = 1, denominator = 2 } },
            [new Dictionary<string, object?> { ["month"] = "2026-01", ["lineFillRate"] = null }], new(true, []));
        using var written = JsonDocument.Parse(JsonSerializer.Serialize(report, JsonFile.Format));
        Assert.Equal(
            ["lines", "events", "orders", "units", "seconds", "eventsPerSecond", "kpis", "months", "check"],
            written.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("2026-01", written.RootElement.GetProperty("months")[0].GetProperty("month").GetString());
    }
}
