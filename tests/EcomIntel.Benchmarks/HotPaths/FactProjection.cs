using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EcomIntel.Core;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Benchmarks.HotPaths;

/// <summary>Decisions become facts for ClickHouse.</summary>
public class FactProjection
{
    private readonly List<Operation> _operations = Samples.Operations(orders: 50);

    /// <summary>What System.Text.Json takes to read the same bytes and make nothing of them.</summary>
    [Benchmark(Baseline = true)]
    public int Parse_the_JSON_of_500_decisions()
    {
        var members = 0;
        foreach (var operation in _operations)
        {
            using var document = JsonDocument.Parse(operation.Data);
            members += document.RootElement.GetPropertyCount();
        }
        return members;
    }

    [Benchmark, AllocationBudget(1_490_000)]
    public int Facts_of_500_decisions() => FactBlock.Of(_operations, Domain.Facts).Rows;
}
