using Confluent.Kafka;
using EcomIntel.Ingest.Workflows;

namespace EcomIntel.Tests.Ingest;

public sealed class DecodeAheadTests
{
    private readonly PartitionFeed _first = new("orders", 0, 0, null), _second = new("inventory", 3, 0, null);

    [Fact]
    public async Task What_was_consumed_comes_out_once_in_its_order_with_the_feed_it_was_consumed_for()
    {
        var ahead = new DecodeAhead();
        ahead.Begin([(_first, Result("orders", 0, 7, [1])), (_second, Result("inventory", 3, 2, null)), (_first, Result("orders", 0, 8, [2]))]);
        Assert.True(ahead.HasLot);
        var lot = await ahead.TakeAsync(default);
        Assert.Equal([(_first, 7L, 1), (_second, 2L, 0), (_first, 8L, 1)], lot.Select(one => (one.Feed, one.Message.Offset, one.Message.Payload.Length)));
        Assert.All(lot, one => Assert.NotNull(one.Message.Decoded.Rejection));
        Assert.False(ahead.HasLot);
        Assert.Empty(await ahead.TakeAsync(default));
    }

    [Fact]
    public async Task No_lot_is_begun_before_the_one_before_it_was_taken_and_an_empty_one_is_none()
    {
        var ahead = new DecodeAhead();
        ahead.Begin([]);
        Assert.False(ahead.HasLot);
        ahead.Begin([(_first, Result("orders", 0, 1, [1]))]);
        Assert.Throws<InvalidOperationException>(() => ahead.Begin([(_first, Result("orders", 0, 2, [1]))]));
        Assert.Equal(1, Assert.Single(await ahead.TakeAsync(default)).Message.Offset);
    }

    private static ConsumeResult<string, byte[]> Result(string topic, int partition, long offset, byte[]? payload) => new()
    {
        Topic = topic, Partition = partition, Offset = offset, Message = new() { Key = "key", Value = payload! },
    };
}
