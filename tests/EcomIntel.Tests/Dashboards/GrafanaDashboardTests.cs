using System.Text.Json;
using System.Text.RegularExpressions;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Kpis;
using EcomIntel.Tests.Docker;
using EcomIntel.Tests.Hosting;

namespace EcomIntel.Tests.Dashboards;

/// <summary>Grafana's files against Grafana's form and against the KPI contracts. Whether the figures are right is told by real engines.</summary>
public sealed partial class GrafanaDashboardTests
{
    private static readonly string[] PanelKeys =
        ["id", "type", "title", "description", "datasource", "gridPos", "timeShift", "hideTimeOverride", "targets", "fieldConfig", "options"];

    /// <summary>Facts that are shown as they were told: what models see, which is no figure of the business.</summary>
    private static readonly string[] Told = ["finding_points", "findings"];

    private static readonly string[] PanelTypes = ["stat", "timeseries", "bargauge", "barchart", "table"];

    private static readonly string[] DashboardKeys =
        ["uid", "title", "description", "tags", "schemaVersion", "version", "editable", "graphTooltip", "fiscalYearStartMonth", "timezone", "weekStart",
            "refresh", "time", "timepicker", "liveNow", "links", "annotations", "templating", "panels"];

    public static TheoryData<string> EveryDashboard => new(DashboardFile.All.Select(file => Path.GetFileName(file.Path)));

    [Theory]
    [MemberData(nameof(EveryDashboard))]
    public void It_has_the_form_that_every_Grafana_loads(string name)
    {
        var file = Named(name);
        Assert.Equal(DashboardKeys.Order(StringComparer.Ordinal), Keys(file.Root).Order(StringComparer.Ordinal));
        Assert.Equal(39, file.Root.GetProperty("schemaVersion").GetInt32());
        Assert.Equal("utc", file.Root.GetProperty("timezone").GetString());
        Assert.Matches("^ecomintel-[a-z-]+$", file.Uid);
        Assert.Single(DashboardFile.All, other => other.Uid == file.Uid);
        var ids = file.Root.GetProperty("panels").EnumerateArray().Select(panel => panel.GetProperty("id").GetInt32()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(file.Panels, panel => Assert.Equal(PanelKeys.Order(StringComparer.Ordinal), Keys(panel.Json).Order(StringComparer.Ordinal)));
        Assert.All(file.Panels, panel => Assert.Contains(panel.Json.GetProperty("type").GetString(), PanelTypes));
    }

    [Theory]
    [MemberData(nameof(EveryDashboard))]
    public void Each_panel_says_what_it_shows_in_which_unit_and_where_from(string name)
    {
        var file = Named(name);
        Assert.Equal(file.Panels.Count, file.Panels.Select(panel => panel.Title).Distinct().Count());
        Assert.All(file.Panels, panel =>
        {
            // What fits at 1600 pixels with the menu open.
            Assert.InRange(panel.Title.Length, 2, (6 * panel.Json.GetProperty("gridPos").GetProperty("w").GetInt32()) - 4);
            Assert.InRange(panel.Description.Length, 40, 1_000);
            Assert.NotEqual("", panel.Json.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString());
            // Metrics are of the wall clock.
            Assert.Equal(panel.IsSql ? "${lag}s" : "", panel.Json.GetProperty("timeShift").GetString());
            Assert.All([panel.Json, panel.Target], from =>
            {
                var source = from.GetProperty("datasource");
                var variable = file.Variable(source.GetProperty("uid").GetString()!.TrimStart('$').Trim('{', '}'));
                Assert.Equal("datasource", variable.GetProperty("type").GetString());
                Assert.Equal(source.GetProperty("type").GetString(), variable.GetProperty("query").GetString());
            });
            if (panel.IsSql)
                Assert.Equal("sql", panel.Target.GetProperty("editorType").GetString());
            else
                Assert.True(panel.Target.GetProperty("instant").GetBoolean() && panel.Target.GetProperty("editorMode").GetString() == "code");
            Assert.Equal(panel.IsTimeSeries, panel.Json.GetProperty("type").GetString() == "timeseries");
        });
    }

    [Theory]
    [MemberData(nameof(EveryDashboard))]
    public void No_panel_lies_over_another_or_beside_the_page(string name)
    {
        var taken = new HashSet<(int, int)>();
        Assert.All(Named(name).Root.GetProperty("panels").EnumerateArray(), panel =>
        {
            var place = panel.GetProperty("gridPos");
            int Side(string side) => place.GetProperty(side).GetInt32();
            Assert.True(Side("x") >= 0 && Side("w") > 0 && Side("h") > 0 && Side("x") + Side("w") <= 24);
            for (var x = Side("x"); x < Side("x") + Side("w"); x++)
                for (var y = Side("y"); y < Side("y") + Side("h"); y++)
                    Assert.True(taken.Add((x, y)), $"{panel.GetProperty("title")} lies over another at {x}, {y}");
        });
    }

    [Theory]
    [MemberData(nameof(EveryDashboard))]
    public void Its_queries_use_variables_and_macros_that_are_there(string name)
    {
        var file = Named(name);
        var known = file.Variables.Select(variable => variable.GetProperty("name").GetString()!).Concat(["__fromTime", "__toTime", "__conditionalAll"])
            .ToHashSet();
        var queries = file.Panels.Select(panel => panel.Sql)
            .Concat(file.Variables.Where(variable => variable.GetProperty("type").GetString() == "query")
            .Select(variable => variable.GetProperty("query").GetString()!));
        Assert.All(queries, sql => Assert.Empty(Reference().Matches(sql).Select(match => match.Groups["name"].Value).Except(known)));
    }

    /// <summary>
    /// No panel states a formula of its own: each selects from a view that a contract publishes, and merges its state as the contract's kind says.
    /// </summary>
    [Theory]
    [MemberData(nameof(EveryDashboard))]
    public void Each_figure_is_a_contracts(string name) => Assert.All(Named(name).Panels.Where(panel => panel.IsSql && panel.Title != "As of"), panel =>
    {
        var view = Assert.Single(Tables(panel).Distinct());
        if (Told.Contains(view))
            return;
        var kpi = Assert.Single(KpiCatalogue.All, kpi => view == KpiViews.NameOf(kpi) || view == KpiViews.RowsNameOf(kpi));
        if (view == KpiViews.NameOf(kpi))
            Assert.All(Aggregates(panel), merge =>
                Assert.Contains(kpi.Arithmetic.Measures.Select(measure => measure.Sql).Concat(Parts(kpi)), known =>
                known.Contains(merge, StringComparison.Ordinal)));
        Assert.Contains(kpi.Description, panel.Description, StringComparison.Ordinal);
        Assert.Contains(kpi.Formula, panel.Description, StringComparison.Ordinal);
        Assert.Contains(kpi.DateMeaning, panel.Description, StringComparison.Ordinal);
        if (kpi.Thresholds is { } aims && panel.Json.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("thresholds")
            .GetProperty("steps") is var steps && steps.GetArrayLength() > 1)
        {
            double[] wanted = kpi.Better == Better.Higher ? [aims.Critical, aims.Warning, aims.Target] : [aims.Target, aims.Warning, aims.Critical];
            Assert.Equal(wanted, steps.EnumerateArray().Skip(1).Select(step => step.GetProperty("value").GetDouble()));
        }
    });

    [Theory]
    [MemberData(nameof(EveryDashboard))]
    public void Each_metric_is_one_that_a_role_prints(string name)
    {
        var printed = FrozenMetricsTests.Listed.Select(metric => metric.Name).ToHashSet();
        Assert.All(Named(name).Panels.Where(panel => !panel.IsSql), panel =>
        {
            var read = Metric().Matches(panel.Expression).Select(match => match.Value).ToList();
            Assert.NotEmpty(read);
            Assert.Empty(read.Except(printed));
        });
    }

    [Fact]
    public void Every_contract_has_a_panel() =>
        Assert.All(KpiCatalogue.All, kpi =>
            Assert.Contains(DashboardFile.All.SelectMany(file => file.Panels), panel => Tables(panel).Contains(KpiViews.NameOf(kpi))));

    [Fact]
    public void On_time_delivery_stands_first_with_its_target_and_the_change_beside_it()
    {
        var panels = Named("overview.json").Panels;
        Assert.Equal(["As of", "On-time delivery", "On-time delivery compared", "On-time delivery by promise day"], panels.Take(4)
            .Select(panel => panel.Title));
        Assert.Equal("stat", panels[1].Json.GetProperty("type").GetString());
        Assert.Contains("0.95 AS \"Target\"", panels[2].Sql, StringComparison.Ordinal);
        Assert.All(panels.Skip(4), panel => Assert.True(Place(panel) > Place(panels[1])));

        static (int, int) Corner(DashboardPanel panel) =>
            (panel.Json.GetProperty("gridPos").GetProperty("y").GetInt32(), panel.Json.GetProperty("gridPos").GetProperty("x").GetInt32());
        static int Place(DashboardPanel panel) => (Corner(panel).Item1 * 24) + Corner(panel).Item2;
    }

    [Fact]
    public void Provisioning_reads_what_docker_compose_gives_and_names_the_data_source_the_panels_ask_for()
    {
        var folder = Path.Combine(DashboardFile.Folder, "provisioning");
        var read = Directory.GetFiles(folder, "*.yml", SearchOption.AllDirectories).SelectMany(file => Variable().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["name"].Value).Distinct();
        var given = Yaml.Read(Path.Combine(Home.Find().Root, "docker-compose.yml")).Map("services").Map("grafana").Map("environment").Keys.Cast<string>()
            .Where(key => key.StartsWith("ECOMINTEL_", StringComparison.Ordinal));
        Assert.Equal(given.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));

        var sources = Yaml.Read(Path.Combine(folder, "datasources/ecomintel.yml")).Items("datasources").Cast<Dictionary<object, object>>()
            .ToDictionary(source => (string)source["uid"], source => (string)source["type"]);
        Assert.All(DashboardFile.All.SelectMany(file => file.Variables).Where(variable => variable.GetProperty("type").GetString() == "datasource"), variable =>
            Assert.Equal(variable.GetProperty("query").GetString(), sources[variable.GetProperty("current").GetProperty("value").GetString()!]));
    }

    private static DashboardFile Named(string name) => DashboardFile.All.Single(file => Path.GetFileName(file.Path) == name);

    private static IEnumerable<string> Keys(JsonElement json) => json.EnumerateObject().Select(property => property.Name);

    /// <summary>What a panel reads, but for business time and counted days.</summary>
    private static IEnumerable<string> Tables(DashboardPanel panel) =>
        From().Matches(panel.Sql).Select(match => match.Groups["name"].Value).Where(table => table is not ("business_now" or "numbers"));

    /// <summary>How a panel merges a view's state, the plain and the conditional form alike.</summary>
    private static IEnumerable<string> Aggregates(DashboardPanel panel) =>
        Merge().Matches(panel.Sql).Select(match => $"{match.Groups["function"].Value}{match.Groups["level"].Value}({match.Groups["column"].Value})");

    /// <summary>What a figure is made of may be shown beside it.</summary>
    private static IEnumerable<string> Parts(KpiContract kpi) => kpi.Arithmetic.State.Select(column => $"sum({column})");

    [GeneratedRegex(@"\$\{?(?<name>\w+)", RegexOptions.None, 5000)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\$(?<name>ECOMINTEL_\w+)", RegexOptions.None, 5000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\becomintel_\w+", RegexOptions.None, 5000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"\b(?:FROM|JOIN)\s+(?<name>\w+)", RegexOptions.None, 5000)]
    private static partial Regex From();

    [GeneratedRegex(@"\b(?<function>sum|avg|max|min|quantile\w*?|count)(?:If)?(?<level>\([\d.]+\))?\((?<column>\w+)", RegexOptions.None, 5000)]
    private static partial Regex Merge();
}
