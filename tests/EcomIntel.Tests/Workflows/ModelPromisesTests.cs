using EcomIntel.Core.Events;
using EcomIntel.Core.Models;
using EcomIntel.Core.Processing;
using EcomIntel.Ingest.Workflows;

namespace EcomIntel.Tests.Workflows;

/// <summary>In a replay the models promise beside the source that is replayed: a partition has passed what both have.</summary>
public sealed class ModelPromisesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Time_passes_as_far_as_both_have_promised()
    {
        var feed = Feed(Start);
        Tick(feed, 0, ModelSource.Name, Start.AddDays(7));
        Assert.Equal((Start, false), (feed.Watermark, feed.WaitsForModels));
        Tick(feed, 1, "replay", Start.AddDays(3));
        Assert.Equal((Start.AddDays(3), false), (feed.Watermark, feed.WaitsForModels));
        Tick(feed, 2, "replay", Start.AddDays(9));
        Assert.Equal((Start.AddDays(7), true), (feed.Watermark, feed.WaitsForModels));
        Tick(feed, 3, ModelSource.Name, Start.AddDays(14));
        Assert.Equal((Start.AddDays(9), false), (feed.Watermark, feed.WaitsForModels));
    }

    [Fact]
    public void A_promise_said_again_or_taken_back_changes_nothing()
    {
        var feed = Feed(Start);
        Tick(feed, 0, "replay", Start.AddDays(9));
        Tick(feed, 1, ModelSource.Name, Start.AddDays(7));
        Tick(feed, 2, ModelSource.Name, Start.AddDays(7));
        Tick(feed, 3, ModelSource.Name, Start.AddDays(1));
        Assert.Equal(Start.AddDays(7), feed.Watermark);
    }

    [Fact]
    public void A_stream_begins_without_the_models_which_do_not_know_yet_when()
    {
        var feed = Feed(null);
        Assert.Null(feed.Watermark);
        Tick(feed, 0, "replay", Start);
        Assert.Equal(Start, feed.Watermark);
        Tick(feed, 1, "replay", Start.AddHours(1));
        Assert.Equal((Start, true), (feed.Watermark, feed.WaitsForModels)); // they have not said how far
        Tick(feed, 2, ModelSource.Name, Start.AddHours(5));
        Assert.Equal(Start.AddHours(1), feed.Watermark);
    }

    [Fact]
    public void What_models_left_on_a_topic_begins_no_stream()
    {
        var feed = Feed(null);
        Tick(feed, 0, ModelSource.Name, Start);
        Assert.Null(feed.Watermark);
    }

    [Fact]
    public void Where_models_take_no_part_their_ticks_are_anybody_s()
    {
        var feed = new PartitionFeed(Topics.Findings, 0, 0, Start);
        Tick(feed, 0, "replay", Start.AddDays(3));
        Assert.Equal((Start.AddDays(3), false), (feed.Watermark, feed.WaitsForModels));
    }

    /// <summary>The instant at which models are due is passed by itself: what is before it is applied, then time stands there.</summary>
    [Fact]
    public void Business_time_stands_at_the_instant_that_models_are_due()
    {
        var (orders, findings) = (new PartitionFeed(Topics.Orders, 0, 0, Start), Feed(Start));
        Tick(orders, 0, "replay", Start.AddDays(9));
        Tick(findings, 0, ModelSource.Name, Start.AddDays(7));
        Tick(findings, 1, "replay", Start.AddDays(9));
        var steps = BatchForming.Replayed([orders, findings], Start);
        Assert.Equal([Start.AddDays(7)], steps.Select(each => each.Step.Tick!.Value));
        Assert.Empty(BatchForming.Replayed([orders, findings], Start.AddDays(7)));
        Tick(findings, 2, ModelSource.Name, Start.AddDays(14));
        Assert.Equal([Start.AddDays(9)], BatchForming.Replayed([orders, findings], Start.AddDays(7)).Select(each => each.Step.Tick!.Value));
    }

    private static PartitionFeed Feed(DateTimeOffset? clock) => new(Topics.Findings, 0, 0, clock, ModelSource.Name);

    private static void Tick(PartitionFeed feed, long offset, string source, DateTimeOffset time) => feed.Add(Message.Read(
        feed.Topic, 0, offset, "clock", EventCodec.Encode(new($"tick:{time:O}", source, EventCatalogue.ClockTicked, "clock", time, new ClockTicked()))));
}
