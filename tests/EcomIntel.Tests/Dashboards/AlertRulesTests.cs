using System.Text.RegularExpressions;
using EcomIntel.Cli.Supervisor.Services;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Tests.Docker;
using EcomIntel.Tests.Hosting;

namespace EcomIntel.Tests.Dashboards;

/// <summary>Prometheus' rules against the programs whose metrics they read, and the runbooks they point to.</summary>
public sealed partial class AlertRulesTests
{
    private static readonly string Folder = Path.Combine(Home.Find().Root, "dashboards/prometheus");

    private static readonly List<Dictionary<object, object>> Rules =
        [.. from file in Directory.GetFiles(Path.Combine(Folder, "rules"), "*.yml")
            from groups in Yaml.Read(file).Items("groups").Cast<Dictionary<object, object>>()
            from rule in groups.Items("rules").Cast<Dictionary<object, object>>()
            select rule];

    [Fact]
    public void Every_metric_that_a_rule_reads_is_one_that_a_program_prints()
    {
        var printed = Printed();
        var read = Rules.SelectMany(rule => Metric().Matches((string)rule["expr"])).Select(match => match.Value).ToHashSet();
        Assert.NotEmpty(read);
        Assert.Empty(read.Except(printed));
    }

    [Fact]
    public void Every_recorded_figure_that_a_rule_reads_is_recorded()
    {
        var recorded = Rules.Where(rule => rule.ContainsKey("record")).Select(rule => (string)rule["record"]).ToHashSet();
        Assert.Empty(Rules.SelectMany(rule => Recorded().Matches((string)rule["expr"])).Select(match => match.Value).Except(recorded));
    }

    [Fact]
    public void Every_alert_is_tested_and_has_a_runbook_of_its_name()
    {
        var alerts = Rules.Where(rule => rule.ContainsKey("alert")).ToDictionary(rule => (string)rule["alert"]);
        var runbooks = File.ReadLines(Path.Combine(Home.Find().Root, "deploy/runbooks/README.md"))
            .Where(line => line.StartsWith("## EcomIntel", StringComparison.Ordinal)).Select(line => line[3..]);
        Assert.Equal(alerts.Keys.Order(StringComparer.Ordinal), runbooks.Order(StringComparer.Ordinal));
        Assert.All(alerts, alert => Assert.Equal($"deploy/runbooks/README.md#{alert.Key.ToLowerInvariant()}", alert.Value.Map("annotations")["runbook"]));

        var fired = from test in Yaml.Read(Path.Combine(Folder, "tests/alerts.yml")).Items("tests").Cast<Dictionary<object, object>>()
                    from check in test.Items("alert_rule_test").Cast<Dictionary<object, object>>()
                    where check.ContainsKey("exp_alerts")
                    select (string)check["alertname"];
        Assert.Equal(alerts.Keys.Order(StringComparer.Ordinal), fired.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_role_is_scraped_and_missed_when_it_is_gone()
    {
        var scraped = Yaml.Read(Path.Combine(Folder, "prometheus.yml")).Items("scrape_configs").Cast<Dictionary<object, object>>()
            .SelectMany(job => job.Items("dns_sd_configs")).Cast<Dictionary<object, object>>().SelectMany(found => found.Texts("names"));
        var roles = Role.All.Select(role => role.Name).ToList();
        Assert.Equal(roles, scraped);
        var down = (string)Rules.Single(rule => rule.GetValueOrDefault("alert") is "EcomIntelRoleDown")["expr"];
        Assert.All(roles, role => Assert.Contains($"role=\"{role}\"", down, StringComparison.Ordinal));
    }

    /// <summary>Every series name on some role's /metrics, by the frozen list.</summary>
    private static HashSet<string> Printed() => [.. FrozenMetricsTests.Listed.SelectMany(metric =>
        metric.Type == "histogram" ? [$"{metric.Name}_bucket", $"{metric.Name}_sum", $"{metric.Name}_count"] : (string[])[metric.Name])];

    [GeneratedRegex(@"\becomintel_\w+", RegexOptions.None, 5000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"\becomintel:[\w:]+", RegexOptions.None, 5000)]
    private static partial Regex Recorded();
}
