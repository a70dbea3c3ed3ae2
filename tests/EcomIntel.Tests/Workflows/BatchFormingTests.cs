using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Ingest.Workflows;

namespace EcomIntel.Tests.Workflows;

/// <summary>A batch, and what is read ahead of it, is bounded in messages and in bytes.</summary>
public sealed class BatchFormingTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, 1_000, new[] { 3, 3, 3 }, new[] { 3 })]
    [InlineData(2, 1_000, new[] { 3, 3, 3 }, new[] { 2, 1 })]
    [InlineData(10, 6, new[] { 3, 3, 3 }, new[] { 2, 1 })]
    [InlineData(10, 5, new[] { 3, 3, 3 }, new[] { 1, 1, 1 })]
    [InlineData(10, 5, new[] { 1, 90, 1, 4, 1 }, new[] { 1, 1, 2, 1 })]
    public void Steps_are_cut_into_batches(int messages, int bytes, int[] payloads, int[] batches)
    {
        var steps = payloads
            .Select((size, offset) => (new Step(Of(Topics.Orders, offset, size), null), (PartitionFeed?)null, (PartitionFeed.Entry?)null)).ToList();
        var sizes = new List<int>();
        for (var from = 0; from < steps.Count; from += sizes[^1])
            sizes.Add(BatchForming.Size(steps, from, messages, bytes));
        Assert.Equal(batches, sizes);
    }

    [Fact]
    public void A_tick_weighs_nothing()
    {
        List<(Step, PartitionFeed?, PartitionFeed.Entry?)> steps = [(new(null, Start), null, null), (new(Of(Topics.Orders, 0, 9), null), null, null)];
        Assert.Equal(2, BatchForming.Size(steps, 0, 10, 9));
    }

    [Fact]
    public void A_feed_counts_what_waits_in_it()
    {
        var feed = new PartitionFeed(Topics.Orders, 0, 0, Start);
        feed.Add(Of(Topics.Orders, 0, 100));
        feed.Add(Of(Topics.Orders, 1, 30));
        Assert.Equal((2, 130L), (feed.Waiting, feed.WaitingBytes));
        feed.Take(feed.All.First());
        Assert.Equal((1, 30L), (feed.Waiting, feed.WaitingBytes));
    }

    [Theory]
    [InlineData(2_000, 1)]
    [InlineData(1, 3 << 20)]
    public void Who_is_ahead_waits_from_all_that_may_be_held_to_half_of_it(int messages, int bytes)
    {
        var options = new WorkflowOptions { MaxBuffered = 1_999, MaxBufferedBytes = 2 << 20 };
        var (behind, ahead) = (Feed(0, Start), Feed(1, Start.AddHours(1)));
        Assert.Empty(ReadAhead.Waiting([behind, ahead], 2, options, isPaused: false));
        for (var offset = 0; offset < messages; offset++)
            ahead.Add(Of(Topics.Orders, offset, bytes));
        Assert.Equal([ahead], ReadAhead.Waiting([behind, ahead], 2, options, isPaused: false));
        var half = Feed(1, Start.AddHours(1));
        for (var offset = 0; offset < (messages / 2) + 1; offset++)
            half.Add(Of(Topics.Orders, offset, bytes / 2));
        Assert.Empty(ReadAhead.Waiting([behind, half], 2, options, isPaused: false));
        Assert.Equal([half], ReadAhead.Waiting([behind, half], 2, options, isPaused: true));
    }

    /// <summary>The one that was behind has gone past the others: now business time waits for one that waits itself.</summary>
    [Fact]
    public void Whoever_is_behind_is_read_on_whatever_is_held()
    {
        var options = new WorkflowOptions { MaxBuffered = 1_000 };
        PartitionFeed[] feeds = [Feed(0, Start.AddDays(9)), Feed(1, Start.AddHours(1)), Feed(2, Start.AddHours(2)), Feed(3, Start.AddHours(1))];
        for (var offset = 0; offset < 3_000; offset++)
            feeds[0].Add(Of(Topics.Orders, offset, 1));
        Assert.Equal([feeds[0], feeds[2]], ReadAhead.Waiting(feeds, 4, options, isPaused: true));
    }

    [Fact]
    public void While_a_partition_is_not_assigned_all_wait()
    {
        var options = new WorkflowOptions { MaxBuffered = 1_000 };
        PartitionFeed[] feeds = [Feed(0, null), Feed(1, null)];
        for (var offset = 0; offset < 1_001; offset++)
            feeds[0].Add(Of(Topics.Orders, offset, 1));
        Assert.Equal(feeds, ReadAhead.Waiting(feeds, 3, options, isPaused: false));
        Assert.Empty(ReadAhead.Waiting(feeds, 2, options, isPaused: true));
    }

    private static PartitionFeed Feed(int partition, DateTimeOffset? watermark) => new(Topics.Orders, partition, 0, watermark);

    private static Message Of(string topic, long offset, int bytes) => new(topic, 0, offset, "k", new byte[bytes], new(null, null, null, null, null, null));
}
