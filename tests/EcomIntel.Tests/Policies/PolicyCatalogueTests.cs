using System.Text.Json;
using EcomIntel.Core;
using EcomIntel.Core.Policies;

namespace EcomIntel.Tests.Policies;

public sealed class PolicyCatalogueTests
{
    private readonly PolicyCatalogue _policies = new(Domain.Slices);

    [Fact]
    public void Every_kind_says_all_its_settings_and_takes_them_back()
    {
        Assert.Contains("allocation", _policies.Kinds);
        Assert.Contains("lateness", _policies.Kinds);
        Assert.All(_policies.Kinds, kind =>
        {
            var whole = _policies.Whole(kind, null)!;
            Assert.NotEqual("{}", whole);
            Assert.Empty(Faults(kind, whole));
            Assert.Empty(Faults(kind, "{}"));
            Assert.Equal(whole, _policies.Whole(kind, whole));
        });
    }

    [Fact]
    public void What_a_version_leaves_out_is_said_as_built_in()
    {
        Assert.Equal("""{"releasedBy":0.2,"shippedBy":0.7,"lateAfter":"00:00:00","stuckAfter":"3.00:00:00","overdueAfter":"2.00:00:00"}""",
            _policies.Whole("lateness", """{"shippedBy":0.7}"""));
        Assert.Null(_policies.Whole("lateness", """{"ofALaterProgram":1}"""));
    }

    [Fact]
    public void Only_what_differs_is_a_difference()
    {
        var (before, after) = (_policies.Whole("allocation", null)!, _policies.Whole("allocation", """{"cadence":"02:00:00","splitLines":false}""")!);
        Assert.Equal([new("cadence", "\"01:00:00\"", "\"02:00:00\""), new("splitLines", "true", "false")], PolicyCatalogue.Differences(before, after));
        Assert.Empty(PolicyCatalogue.Differences(after, after));
    }

    [Fact]
    public void Each_setting_that_is_wrong_is_named()
    {
        Assert.Equal(["cadence: cadence must be 00:01:00 to 1.00:00:00", "waitingOrders: waitingOrders must be 1 to 100000"],
            Faults("allocation", """{"cadence":"00:00:01","waitingOrders":0,"splitLines":true}"""));
        Assert.StartsWith("cadance: policy allocation has no such setting; it has cadence, ", Faults("allocation", """{"cadance":"01:00:00"}""")[0],
            StringComparison.Ordinal);
        Assert.Equal(["splitLines: splitLines stands twice"], Faults("allocation", """{"splitLines":true,"splitLines":false}"""));
        Assert.Equal([": settings must be one JSON object"], Faults("allocation", "[1]"));
    }

    [Fact]
    public void Settings_are_judged_together_and_not_one_by_one()
    {
        Assert.Empty(Faults("lateness", """{"releasedBy":0.6,"shippedBy":0.9}"""));
        Assert.Equal(["releasedBy: releasedBy must be less than shippedBy"], Faults("lateness", """{"releasedBy":0.6}"""));
        Assert.Equal([": releasedBy must be less than shippedBy"], Faults("lateness", """{"releasedBy":0.45,"shippedBy":0.3}"""));
    }

    private List<string> Faults(string kind, string settings)
    {
        using var json = JsonDocument.Parse(settings);
        return [.. _policies.Faults(kind, json.RootElement).Select(fault => $"{fault.Setting}: {fault.Message}")];
    }
}
