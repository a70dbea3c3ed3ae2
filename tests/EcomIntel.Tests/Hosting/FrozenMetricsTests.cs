using System.Diagnostics.Metrics;
using System.Reflection;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Schema;
using EcomIntel.Ingest.Relay;
using EcomIntel.Ingest.Sink;
using EcomIntel.Ingest.Webhooks;
using EcomIntel.Ingest.Workflows;
using EcomIntel.Ml.Running;

namespace EcomIntel.Tests.Hosting;

/// <summary>
/// What dashboards and alerts of others read is frozen: metrics.tsv has each metric's name, type, labels, the roles that expose it and, of our own, its help. A
/// new metric is a new line there.
/// </summary>
public sealed class FrozenMetricsTests
{
    private const string Head = "name\ttype\tlabels\troles\thelp";

    private static readonly string[] Roles = ["ingest", "relay", "sink", "ml", "graphql"];

    private static readonly string[] Bounds =
        ["0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "+Inf"];

    private static readonly string List = Path.Combine(Home.Find().Root, "tests/EcomIntel.Tests/Hosting/metrics.tsv");

    internal static IEnumerable<(string Name, string Type)> Listed =>
        File.ReadLines(List).Skip(1).Select(line => line.Split('\t')).Select(cells => (cells[0], cells[1]));

    [Fact]
    public async Task Every_role_exposes_the_metrics_of_the_list_and_no_others()
    {
        var exposed = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var role in Roles)
        {
            await using var host = await RoleWithoutWorkers.StartAsync(role);
            await UseAsync(role, host);
            var (_, text) = await host.ScrapeAsync();
            foreach (var family in Exposition.Read(text).Families.Values)
            {
                if (family.Type == "histogram")
                    Assert.Equal(Bounds, family.Bounds);
                var help = family.Name.StartsWith("dotnet_", StringComparison.Ordinal) ? "" : family.Help; // the runtime's words are not ours to freeze
                var line = $"{family.Name}\t{family.Type}\t{string.Join(',', family.Labels)}\t{{0}}\t{help}";
                (exposed.TryGetValue(line, out var roles) ? roles : exposed[line] = []).Add(role);
            }
        }
        var actual = exposed.Select(each => each.Key.Replace("{0}", string.Join(',', each.Value), StringComparison.Ordinal)).Prepend(Head);
        Assert.Equal(await File.ReadAllTextAsync(List), string.Join('\n', actual) + '\n');
    }

    /// <summary>Lets every instrument measure once, with every label it has.</summary>
    private static async Task UseAsync(string role, RoleWithoutWorkers host)
    {
        GC.Collect();
        try
        {
            throw new InvalidOperationException("for the count of exceptions");
        }
        catch (InvalidOperationException)
        {
        }
        switch (role)
        {
            case "ingest":
                host.Service<WorkflowInstruments>().Applied(new BatchResult(false, 1, 1, 1, 1, 1, DateTimeOffset.UnixEpoch, false), TimeSpan.FromSeconds(1));
                host.Service<WorkflowInstruments>().Lost(1);
                host.Service<WorkflowInstruments>().WaitsForModels(true);
                break;
            case "relay":
                host.Service<RelayInstruments>().Sent(1, 1, TimeSpan.FromSeconds(1));
                host.Service<RelayInstruments>().Found(new(Malformed: 1));
                host.Service<WebhookInstruments>().Tried("pager", "delivered", TimeSpan.FromSeconds(1));
                host.Service<WebhookInstruments>().Past("pager");
                host.Service<WebhookInstruments>().Stands("pager", 1, 1, true, TimeSpan.FromSeconds(1));
                break;
            case "sink":
                ReadOperation();
                host.Service<SinkInstruments>().Stored(1, 1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1);
                foreach (var kpi in KpiCatalogue.All)
                {
                    List<KpiMeasure> measures = [.. kpi.Arithmetic.Measures.Select(measure => new KpiMeasure(measure.Name, 0.5))];
                    var point = new KpiGaugePoint(KpiGaugePoint.LabelsOf(kpi), new(null, [], 0.5, 0.5m, 1, 2, null, measures));
                    host.Service<KpiGauges>().Set(kpi, [point], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
                }
                break;
            case "ml":
                host.Service<ModelInstruments>().Answered("demand", new("demand", DateTimeOffset.UnixEpoch, new(), null!, null!, null!), true,
                    TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch);
                host.Service<ModelInstruments>().Champion("demand", DateTimeOffset.UnixEpoch);
                host.Service<ModelInstruments>().Drift("demand", 1);
                host.Service<ModelInstruments>().Stands(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
                break;
            default:
                ReadOperation();
                host.Service<ApiInstruments>().Asked();
                host.Service<ApiInstruments>().Failed("Query.orders");
                await host.AskAsync("""{"query":"{ __typename }"}""");
                await host.AskAsync("""{"query":"{ nothing }"}""");
                await host.AskAsync("""{"query":"{ __typename }"}""", accept: "text/event-stream");
                await host.AskAsync("""{"query":"{ __typename }"}""", known: false);
                break;
        }
    }

    /// <summary>The reader counts what it has read from a store; here there is none.</summary>
    private static void ReadOperation()
    {
        var counter = (Counter<long>)typeof(OperationsReader).GetField("Read", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        counter.Add(0, new KeyValuePair<string, object?>("origin", "outbox"));
    }
}
