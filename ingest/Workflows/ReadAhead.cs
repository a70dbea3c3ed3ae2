namespace EcomIntel.Ingest.Workflows;

/// <summary>
/// In a replay, partitions that are ahead wait for the one that holds business time back, so that memory holds little more than a tick. Pure.
/// </summary>
internal static class ReadAhead
{
    /// <summary>The partitions that are to wait now.</summary>
    /// <param name="feeds">Those assigned.</param>
    /// <param name="partitions">How many there are: while one of them is not assigned nothing can be applied.</param>
    /// <param name="isPaused">Whether any waits already: then they do until half of what may be held is free.</param>
    public static HashSet<PartitionFeed> Waiting(IReadOnlyCollection<PartitionFeed> feeds, int partitions, WorkflowOptions options, bool isPaused)
    {
        int messages = 0;
        long bytes = 0;
        foreach (var feed in feeds)
            (messages, bytes) = (messages + feed.Waiting, bytes + feed.WaitingBytes);
        var share = isPaused ? 2 : 1;
        if (messages <= options.MaxBuffered / share && bytes <= options.MaxBufferedBytes / share)
            return [];
        if (feeds.Count < partitions)
            return [.. feeds];
        var behind = feeds.Min(feed => feed.Watermark ?? DateTimeOffset.MinValue);
        return [.. feeds.Where(feed => feed.Watermark > behind)];
    }
}
