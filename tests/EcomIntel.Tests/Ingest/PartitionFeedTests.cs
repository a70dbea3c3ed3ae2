using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Ingest.Workflows;

namespace EcomIntel.Tests.Ingest;

public sealed class PartitionFeedTests
{
    [Fact]
    public void What_is_gone_at_the_beginning_is_passed_at_once()
    {
        var feed = new PartitionFeed("orders", 0, 100, null);
        feed.Lose(100);
        Assert.False(feed.HasLost);
        feed.Lose(150);
        Assert.Equal((150, true), (feed.NextToRead, feed.HasLost));
        Assert.Equal([new(100, 149)], feed.Advance(null)!.Value.Lost!);
        Assert.False(feed.HasLost);
        Assert.Null(feed.Advance(null));
    }

    [Fact]
    public void What_is_gone_behind_a_message_is_told_when_the_position_passes_it_and_once()
    {
        var feed = new PartitionFeed("orders", 0, 10, null);
        feed.Add(Message(10));
        feed.Lose(20);
        feed.Add(Message(20));
        feed.Lose(25);
        Assert.Null(feed.Advance(null));
        var entries = feed.All.ToList();
        feed.Take(entries[0]);
        var first = feed.Advance(null)!.Value;
        Assert.Equal((10, 20), (first.From, first.To));
        Assert.Equal([new(11, 19)], first.Lost!);
        feed.Take(entries[1]);
        var second = feed.Advance(null)!.Value;
        Assert.Equal((20, 25), (second.From, second.To));
        Assert.Equal([new(21, 24)], second.Lost!);
        feed.Add(Message(25));
        feed.Take(feed.All.Single());
        Assert.Null(feed.Advance(null)!.Value.Lost);
    }

    [Fact]
    public void What_a_broker_that_died_has_noted_is_read_as_far_as_it_is_whole() => Assert.Equal(
        [("orders", 0, 12L), ("catalog", 3, 7L)],
        FormerBrokers.Parse(
            ["orders 0 00000000000000000012", "orders 1 00000000000000000000", "catalog 3 00000000000000000007", "inventory 0 000", "", "inv"]));

    private static Message Message(long offset) => new("orders", 0, offset, "key", new byte[] { 1 }, EventCodec.Decode(new byte[] { 1 }, "orders", "key"));
}
