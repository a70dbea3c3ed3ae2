namespace EcomIntel.Ingest.Relay;

/// <summary>Offsets of one partition, <paramref name="To"/> excluded.</summary>
internal readonly record struct OffsetRange(int Partition, long From, long To);

/// <summary>
/// Where the relay's own messages lie in topic <c>operations</c>. Nobody else has anything to write there, so in each partition its offsets follow one another:
/// what lies between two of them, or behind the last, came from somebody else, or from a relay that ended before it had noted what it sent.
/// </summary>
/// <param name="next">The offset expected next, by partition, -1 where it is not known; partitions beyond it begin at 0.</param>
internal sealed class OwnOffsets(IEnumerable<long> next)
{
    /// <summary>Beyond it, what others wrote is only counted.</summary>
    internal const int MaxRanges = 10_000;

    private readonly Lock _gate = new();
    private readonly List<long> _next = [.. next];
    private List<OffsetRange> _others = [];
    private long _more, _lost;

    /// <summary>The offset expected next, by partition; where others wrote something that was not taken yet, the offset of that.</summary>
    public long[] Noted
    {
        get
        {
            lock (_gate)
            {
                long[] noted = [.. _next];
                foreach (var range in _others)
                    noted[range.Partition] = Math.Min(noted[range.Partition], range.From);
                return noted;
            }
        }
    }

    /// <summary>A message of ours was stored.</summary>
    /// <param name="offset">Below 0 where the broker did not say: it then looks like another's until it is read.</param>
    public void Stored(int partition, long offset)
    {
        if (offset < 0)
            return;
        lock (_gate)
        {
            MoveTo(partition, offset);
            _next[partition] = offset + 1;
        }
    }

    /// <summary>A partition ends here while nothing of ours is on its way.</summary>
    public void EndsAt(int partition, long end)
    {
        lock (_gate)
            MoveTo(partition, end);
    }

    /// <summary>
    /// What was found since the last call: what others wrote, each partition's in order; how many messages of others there were beyond
    /// <see cref="MaxRanges"/>; how many of ours are gone.
    /// </summary>
    public (IReadOnlyList<OffsetRange> Others, long More, long Lost) Take()
    {
        lock (_gate)
        {
            var taken = (_others, _more, _lost);
            (_others, _more, _lost) = ([], 0, 0);
            return taken;
        }
    }

    private void MoveTo(int partition, long offset)
    {
        while (_next.Count <= partition)
            _next.Add(0);
        var expected = _next[partition];
        _next[partition] = offset;
        if (expected < 0 || offset == expected)
            return;
        if (offset < expected)
            _lost += expected - offset; // what had been acknowledged is not there: the topic was made anew, or its broker lost it
        else if (_others.Count < MaxRanges)
            _others.Add(new(partition, expected, offset));
        else
            _more += offset - expected;
    }
}
