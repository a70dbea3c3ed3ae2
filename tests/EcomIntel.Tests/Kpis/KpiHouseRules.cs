using System.Text.RegularExpressions;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Arithmetic;
using EcomIntel.GraphQL.Schema;

namespace EcomIntel.Tests.Kpis;

/// <summary>A KPI is one folder and one line of the catalogue; whatever shows it agrees.</summary>
public sealed partial class KpiHouseRules
{
    private const string Renew = "ECOMINTEL_RENEW_KPI_DOCS";

    private static readonly string Folder = Path.Combine(Home.Find().Root, "core/Kpis");

    public static TheoryData<string> Every => new(KpiCatalogue.All.Select(kpi => kpi.Name));

    [Fact]
    public void Every_folder_with_figures_is_in_the_catalogue_once()
    {
        var folders = Directory.GetFiles(Folder, "figures.sql", SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
            .Order(StringComparer.Ordinal);
        var names = KpiCatalogue.All.Select(kpi => string.Concat(kpi.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])))
            .Order(StringComparer.Ordinal);
        Assert.Equal(folders, names);
        Assert.Equal(KpiCatalogue.All.Count, KpiCatalogue.All.Select(kpi => kpi.Name).Concat(KpiCatalogue.Retired.Select(kpi => kpi.Name)).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void A_contract_has_what_its_kind_and_unit_ask_for(string name)
    {
        var kpi = KpiCatalogue.Find(name)!;
        Assert.Matches("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", kpi.Name);
        Assert.Equal(kpi.Kind == KpiKind.Ratio, kpi.Unit == KpiUnit.Ratio);
        Assert.Equal(kpi.Unit.IsMoney, kpi.Dimension("currency") is not null);
        Assert.All(kpi.TruthBy, by => Assert.NotNull(kpi.Dimension(by)));
        Assert.True(kpi.GaugeWindow is null || kpi.Dimension(kpi.GaugeWindow)!.Values is not null);
        Assert.All(kpi.Arithmetic.Figures, column => Assert.Matches($@"\b{column}\b", kpi.FiguresSql));
        Assert.All(kpi.Dimensions, dimension =>
            Assert.Contains(dimension.Column, dimension.Sql is null ? kpi.FiguresSql : kpi.StateSql, StringComparison.Ordinal));
        Assert.All(kpi.Dimensions, dimension => Assert.Contains(dimension.Column, kpi.RowsSql, StringComparison.Ordinal));
        Assert.DoesNotContain("{from", kpi.FiguresSql, StringComparison.Ordinal);
        Assert.Equal(["$1"], Parameter().Matches(kpi.TruthSql).Select(match => match.Value).Distinct());
        if (kpi.Thresholds is { } aims)
            Assert.True(kpi.Better == Better.Higher ? aims.Target > aims.Warning && aims.Warning > aims.Critical : aims.Target < aims.Warning
                && aims.Warning < aims.Critical);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void A_view_has_no_parameter_left(string name) => Assert.All(KpiViews.Statements(KpiCatalogue.Find(name)!), statement =>
    {
        Assert.DoesNotContain(":Date", statement.Sql, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\{\w+:", statement.Sql);
    });

    [Fact]
    public void Gauges_have_names_of_their_own_and_the_ones_they_always_had()
    {
        var names = KpiCatalogue.All.SelectMany(KpiGauge.Of).Select(gauge => gauge.Name).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^ecomintel_kpi_[a-z0-9_]+_[a-z]+$", name));
        string[] always =
        [
            "ecomintel_kpi_line_fill_ratio", "ecomintel_kpi_line_fill_numerator", "ecomintel_kpi_line_fill_denominator", "ecomintel_kpi_order_aging_orders",
            "ecomintel_kpi_split_shipment_ratio", "ecomintel_kpi_split_shipment_numerator", "ecomintel_kpi_split_shipment_denominator",
            "ecomintel_kpi_multi_unit_split_shipment_ratio", "ecomintel_kpi_multi_unit_split_shipment_numerator",
                "ecomintel_kpi_multi_unit_split_shipment_denominator",
            "ecomintel_kpi_on_time_delivery_ratio", "ecomintel_kpi_on_time_delivery_numerator", "ecomintel_kpi_on_time_delivery_denominator",
            "ecomintel_kpi_order_cycle_time_p50_hours", "ecomintel_kpi_order_cycle_time_p90_hours", "ecomintel_kpi_open_order_value_money",
        ];
        Assert.Empty(always.Except(names));
    }

    [Fact]
    public void The_API_knows_every_kind_and_no_other()
    {
        var told = Regex.Match(ApiSchema.Read().Sdl, @"enum KpiKind \{(?<body>[^}]*)\}", RegexOptions.None, TimeSpan.FromSeconds(5)).Groups["body"].Value
            .Split('\n').Select(line => line.Trim()).Where(line => Upper().IsMatch(line));
        Assert.Equal(Enum.GetNames<KpiKind>().Select(kind => Hump().Replace(kind, "_$0").ToUpperInvariant()).Order(StringComparer.Ordinal),
            told.Order(StringComparer.Ordinal));
    }

    /// <summary>Each contract's page is what the contract says now.</summary>
    [Fact]
    public void The_documentation_is_made_from_the_contracts()
    {
        var docs = Path.Combine(Folder, "docs");
        var wanted = KpiCatalogue.All.ToDictionary(kpi => $"{kpi.Name}.md", KpiPage.Of);
        if (Environment.GetEnvironmentVariable(Renew) == "1")
        {
            foreach (var stale in Pages())
                File.Delete(stale);
            foreach (var (name, text) in wanted)
                File.WriteAllText(Path.Combine(docs, name), text);
            Assert.Fail($"{docs} is renewed: look at the difference, and run again without {Renew}");
        }
        var held = Pages().ToDictionary(file => Path.GetFileName(file)!, File.ReadAllText);
        var hint = $"If it is meant: {Renew}=1 ./ecomintel test --fast --filter FullyQualifiedName~{nameof(KpiHouseRules)}";
        Assert.True(wanted.Keys.Order(StringComparer.Ordinal).SequenceEqual(held.Keys.Order(StringComparer.Ordinal)),
            $"core/Kpis/docs has other pages than there are KPIs. {hint}");
        Assert.All(wanted, page => Assert.True(held[page.Key] == page.Value, $"core/Kpis/docs/{page.Key} is not what the contract says. {hint}"));

        IEnumerable<string> Pages() => Directory.GetFiles(docs, "*.md").Where(file => Path.GetFileName(file) != "README.md");
    }

    [GeneratedRegex(@"\$\d", RegexOptions.None, 5000)]
    private static partial Regex Parameter();

    [GeneratedRegex("^[A-Z_]+$", RegexOptions.None, 5000)]
    private static partial Regex Upper();

    [GeneratedRegex("(?<!^)[A-Z]", RegexOptions.None, 5000)]
    private static partial Regex Hump();
}
