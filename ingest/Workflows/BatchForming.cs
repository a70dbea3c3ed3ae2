using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Ingest.Workflows;

/// <summary>Puts what was read into the order in which it counts. Pure: the same messages, however they were delivered, give the same order.</summary>
internal static class BatchForming
{
    private static readonly Dictionary<string, int> Rank =
        Topics.Incoming.Select((topic, rank) => (topic, rank)).ToDictionary(pair => pair.topic, pair => pair.rank, StringComparer.Ordinal);

    /// <summary>
    /// Replay: all messages before the instant that every partition has passed, by time, topic, subject and, within one subject, as they were sent; between
    /// them the instants that the source ticked. A tick comes before the messages of its instant.
    /// </summary>
    public static List<(Step Step, PartitionFeed? Feed, PartitionFeed.Entry? Entry)> Replayed(IReadOnlyCollection<PartitionFeed> feeds, DateTimeOffset? clock)
    {
        if (feeds.Count == 0 || feeds.Any(feed => feed.Watermark is null))
            return [];
        var passed = feeds.Min(feed => feed.Watermark!.Value);
        if (passed <= clock && !feeds.Any(feed => feed.HasBefore(passed)))
            return [];
        var ordered =
            new List<(DateTimeOffset Time, int Rank, string Subject, Guid Broken, long Offset, PartitionFeed? Feed, PartitionFeed.Entry? Entry)>();
        foreach (var feed in feeds)
        {
            if (!feed.HasBefore(passed))
                continue;
            foreach (var entry in feed.Before(passed))
            {
                var subject = entry.Message.Decoded.Event?.Subject;
                var broken = subject is null ? entry.Message.Fingerprint : Guid.Empty;
                ordered.Add((entry.Time, Rank[feed.Topic], subject ?? "", broken, entry.Message.Offset, feed, entry));
            }
        }
        foreach (var tick in feeds.SelectMany(feed => feed.TicksAfter(clock)).Where(tick => tick <= passed).Distinct())
            ordered.Add((tick, -1, "", Guid.Empty, 0, null, null));
        ordered.Sort(static (a, b) =>
            a.Time != b.Time ? a.Time.CompareTo(b.Time)
            : a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank)
            : string.CompareOrdinal(a.Subject, b.Subject) is not 0 and var bySubject ? bySubject
            : a.Broken != b.Broken ? a.Broken.CompareTo(b.Broken)
            : a.Offset.CompareTo(b.Offset));
        return ordered.ConvertAll(item => (new Step(item.Entry?.Message, item.Entry is null ? item.Time : null), item.Feed, item.Entry));
    }

    /// <summary>Live: by time, but never before what the same partition sent earlier; a tick has no place here and is refused.</summary>
    public static List<(Step Step, PartitionFeed? Feed, PartitionFeed.Entry? Entry)> Live(IReadOnlyCollection<PartitionFeed> feeds)
    {
        var ordered = new List<(DateTimeOffset Time, int Rank, int Partition, long Offset, PartitionFeed Feed, PartitionFeed.Entry Entry)>();
        foreach (var feed in feeds)
        {
            var latest = DateTimeOffset.MinValue;
            foreach (var entry in feed.All)
            {
                latest = entry.Time > latest ? entry.Time : latest;
                ordered.Add((latest, Rank[feed.Topic], feed.Partition, entry.Message.Offset, feed, entry));
            }
        }
        ordered.Sort(static (a, b) =>
            a.Time != b.Time ? a.Time.CompareTo(b.Time)
            : a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank)
            : a.Partition != b.Partition ? a.Partition.CompareTo(b.Partition)
            : a.Offset.CompareTo(b.Offset));
        return ordered.ConvertAll(item => (new Step(Refused(item.Entry.Message), null), (PartitionFeed?)item.Feed, (PartitionFeed.Entry?)item.Entry));
    }

    /// <summary>How many of the steps from one on make the next batch: at least one, of no more messages and bytes than given.</summary>
    public static int Size(IReadOnlyList<(Step Step, PartitionFeed? Feed, PartitionFeed.Entry? Entry)> steps, int from, int messages, int bytes)
    {
        var most = Math.Min(messages, steps.Count - from);
        long sum = 0;
        for (var size = 0; size < most; size++)
        {
            sum += steps[from + size].Step.Message?.Payload.Length ?? 0;
            if (sum > bytes && size > 0)
                return size;
        }
        return most;
    }

    private static readonly Rejection NoReplay = new(
        RejectionCodes.ClockNotReplayed, "business time is the wall clock here; start the hub with Clock:Mode=stream to replay");

    /// <summary>
    /// A message whose time is not believed is refused where it stands in its partition: in a replay nothing would wait for it but its partition's position.
    /// </summary>
    /// <param name="watermark">In a replay: what its partition has passed.</param>
    public static Message Believed(Message message, bool live, DateTimeOffset? watermark, TimeBounds? bounds) =>
        message.Decoded.Event is { } e && bounds?.Refuse(e.Type, e.Time, live, watermark) is { } rejection ? Refused(message, rejection) : message;

    private static Message Refused(Message message) => message.IsTick ? Refused(message, NoReplay) : message;

    private static Message Refused(Message message, Rejection rejection) =>
        message with { Decoded = message.Decoded with { Event = null, Rejection = rejection } };
}
