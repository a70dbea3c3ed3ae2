using BenchmarkDotNet.Attributes;
using EcomIntel.Core.Events;
using EcomIntel.Kafka;

namespace EcomIntel.Benchmarks.HotPaths;

/// <summary>Operations of four partitions, each as far as one fetch goes, are brought into one order.</summary>
public class OperationMerge
{
    private const int Partitions = 4;

    private readonly List<Operation> _operations = Samples.Operations(orders: 100);

    /// <summary>The standard library's way, without repeats and gaps.</summary>
    [Benchmark(Baseline = true)]
    public long Merge_1000_by_PriorityQueue()
    {
        var merge = new PriorityQueue<Operation, long>();
        for (var partition = 0; partition < Partitions; partition++)
            for (var index = partition; index < _operations.Count; index += Partitions)
                merge.Enqueue(_operations[index], _operations[index].Sequence);
        var last = 0L;
        while (merge.TryDequeue(out _, out var sequence))
            last = sequence;
        return last;
    }

    [Benchmark, AllocationBudget(131_000)]
    public long Merge_1000()
    {
        var merge = new SequenceMerge(1, Partitions);
        for (var partition = 0; partition < Partitions; partition++)
            for (var index = partition; index < _operations.Count; index += Partitions)
                merge.Add(partition, _operations[index]);
        while (merge.Take(500).Count > 0)
        {
        }
        return merge.Next;
    }
}
