using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EcomIntel.Core.Events;

namespace EcomIntel.Benchmarks.HotPaths;

/// <summary>The decisions of a batch get their numbers and are written as they go to topic operations.</summary>
public class OperationSerialization
{
    private const int Orders = 10;

    private readonly Outbox _decisions = Samples.Decisions(Orders);
    private readonly OperationEvents.OrderStatusChanged _change = new(Samples.State(new("ORDER-0000001"), 1, "SOURCING", 6), "CAPTURED");

    /// <summary>One decision's data, without envelope and number.</summary>
    [Benchmark(Baseline = true)]
    public int Write_the_JSON_of_one_status_change() =>
        JsonSerializer.SerializeToUtf8Bytes(_change, OperationJson.Default.OrderStatusChanged).Length;

    [Benchmark, AllocationBudget(109_000)]
    public int Number_and_write_100_decisions() => _decisions.Seal(1_000_000).Count;
}
