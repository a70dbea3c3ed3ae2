using EcomIntel.Core.Events;

namespace EcomIntel.Kafka;

/// <summary>
/// Brings the operations of all partitions into one order. Each partition has its own in rising order, except that a restarted relay repeats some;
/// each number is taken once.
/// </summary>
internal sealed class SequenceMerge(long next, int partitions)
{
    private readonly Dictionary<long, Operation> _waiting = [];
    private readonly long[] _latest = new long[partitions];

    /// <summary>The next number to return.</summary>
    public long Next { get; private set; } = next;

    /// <summary>Of what waits for <see cref="Next"/>.</summary>
    public long WaitingBytes { get; private set; }

    /// <summary>Something later is here, and what comes next is not.</summary>
    public bool HasGap => _waiting.Count > 0 && !_waiting.ContainsKey(Next);

    /// <summary>Every partition has gone past <see cref="Next"/>: none will bring it.</summary>
    public bool GapIsFinal => HasGap && Array.TrueForAll(_latest, latest => latest > Next);

    /// <summary>The highest number seen, whatever became of it.</summary>
    public long Highest { get; private set; }

    public bool IsAhead(int partition) => _latest[partition] > Next;

    public void Add(int partition, Operation operation)
    {
        _latest[partition] = operation.Sequence;
        Highest = Math.Max(Highest, operation.Sequence);
        if (operation.Sequence >= Next && _waiting.TryAdd(operation.Sequence, operation))
            WaitingBytes += Size(operation);
    }

    /// <summary>Returns what is next in order, at most <paramref name="limit"/>.</summary>
    public List<Operation> Take(int limit)
    {
        var batch = new List<Operation>();
        while (batch.Count < limit && _waiting.Remove(Next, out var operation))
        {
            WaitingBytes -= Size(operation);
            batch.Add(operation);
            Next++;
        }
        return batch;
    }

    /// <summary>Everything before <paramref name="sequence"/> was returned from elsewhere.</summary>
    public void AdvanceTo(long sequence)
    {
        for (; Next < sequence; Next++)
            if (_waiting.Remove(Next, out var operation))
                WaitingBytes -= Size(operation);
    }

    private static int Size(Operation operation) => operation.Data.Length + 200;
}
