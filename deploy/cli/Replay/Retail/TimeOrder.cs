namespace EcomIntel.Cli.Replay.Retail;

/// <summary>Puts nearly sorted streams in order of time without reading them whole.</summary>
internal static class TimeOrder
{
    /// <summary>How many items are looked ahead: a busy day of a retailer twice over.</summary>
    public const int LookAhead = 10_000;

    /// <summary>
    /// In order of time, equal times in order of arrival. An item earlier than one already passed on goes to <paramref name="tooLate"/> instead.
    /// </summary>
    public static IEnumerable<T> Sort<T>(IEnumerable<T> items, Func<T, DateTimeOffset> time, Action<T> tooLate, int lookAhead = LookAhead)
    {
        var waiting = new PriorityQueue<T, (long Ticks, long Arrival)>();
        var passed = long.MinValue;
        long arrival = 0;
        foreach (var item in items)
        {
            var ticks = time(item).UtcTicks;
            if (ticks < passed)
            {
                tooLate(item);
                continue;
            }
            waiting.Enqueue(item, (ticks, arrival++));
            if (waiting.Count > lookAhead)
            {
                var next = waiting.Dequeue();
                passed = time(next).UtcTicks;
                yield return next;
            }
        }
        while (waiting.TryDequeue(out var next, out _))
            yield return next;
    }

    /// <summary>Several streams as one: always the earliest head; of equal ones, the stream named first.</summary>
    public static IEnumerable<T> Merge<T>(IReadOnlyList<IEnumerable<T>> streams, Func<T, DateTimeOffset> time)
    {
        var heads = new PriorityQueue<IEnumerator<T>, (long Ticks, int Stream)>();
        var open = new List<IEnumerator<T>>();
        try
        {
            for (var i = 0; i < streams.Count; i++)
            {
                open.Add(streams[i].GetEnumerator());
                if (open[i].MoveNext())
                    heads.Enqueue(open[i], (time(open[i].Current).UtcTicks, i));
            }
            while (heads.TryDequeue(out var head, out var place))
            {
                yield return head.Current;
                if (head.MoveNext())
                    heads.Enqueue(head, (time(head.Current).UtcTicks, place.Stream));
            }
        }
        finally
        {
            foreach (var stream in open)
                stream.Dispose();
        }
    }
}
