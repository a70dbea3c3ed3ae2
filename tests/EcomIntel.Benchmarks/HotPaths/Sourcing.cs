using System.Globalization;
using BenchmarkDotNet.Attributes;
using EcomIntel.Core.Allocation;
using EcomIntel.Core.Events;

namespace EcomIntel.Benchmarks.HotPaths;

/// <summary>One order is given to nodes.</summary>
public class Sourcing
{
    private static readonly LocationId[] Nodes =
        [.. Enumerable.Range(0, 10).Select(node => new LocationId(string.Create(CultureInfo.InvariantCulture, $"node-{node}")))];

    private readonly Demand[] _few = Demands(3), _many = Demands(200);

    /// <summary>It has all of three lines.</summary>
    [Benchmark(Baseline = true), AllocationBudget(2_650)]
    public object One_node() => SourcingPlan.Find(_few, Nodes[..1], static (_, _) => 10, splitLines: true, whole: null);

    /// <summary>Three lines, and no node has more than one of them.</summary>
    [Benchmark, AllocationBudget(11_300)]
    public object Five_nodes() => SourcingPlan.Find(_few, Nodes[..5], static (sku, node) => Has(sku, node, 3), splitLines: true, whole: null);

    /// <summary>200 lines, and no node has more than a tenth of them: as many sets of nodes as are looked at, and then all nodes together.</summary>
    [Benchmark, AllocationBudget(2_710_000)]
    public object Ten_nodes_of_200_lines() => SourcingPlan.Find(_many, Nodes, static (sku, node) => Has(sku, node, 10), splitLines: true, whole: null);

    private static Demand[] Demands(int lines) =>
        [.. Enumerable.Range(0, lines).Select(line => new Demand(line + 1, new(string.Create(CultureInfo.InvariantCulture, $"sku-{line:000}")), 2, None))];

    private static readonly Dictionary<LocationId, string> None = [];

    /// <summary>Each SKU lies at one node, by the last digits of both.</summary>
    private static long Has(Sku sku, LocationId node, int nodes) => (sku.Value[^1] - '0') % nodes == node.Value[^1] - '0' ? 10 : 0;
}
