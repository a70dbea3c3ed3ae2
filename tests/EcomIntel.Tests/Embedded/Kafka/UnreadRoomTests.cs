using EcomIntel.Embedded.Kafka;

namespace EcomIntel.Tests.Embedded.Kafka;

public sealed class UnreadRoomTests
{
    private const int Half = UnreadRoom.Capacity / 2;

    private readonly UnreadRoom _room = new(["orders"], 2, "hub");

    [Fact]
    public async Task A_partition_takes_what_it_keeps_and_no_byte_more()
    {
        Assert.True(await TakeAsync(Batch(Half)));
        Assert.True(await TakeAsync(Batch(Half)));
        Assert.False(await TakeAsync(Batch(1)));
        Assert.True(await TakeAsync(Batch(1, partition: 1)));
    }

    [Fact]
    public async Task What_is_read_to_its_end_makes_room_and_what_is_half_read_does_not()
    {
        await AppendAsync(Batch(Half, records: 10), 0);
        await AppendAsync(Batch(Half, records: 10), 10);
        _room.Committed("hub", [new("orders", 0, 9)]);
        Assert.False(await TakeAsync(Batch(Half)));
        _room.Committed("somebody", [new("orders", 0, 20)]);
        Assert.False(await TakeAsync(Batch(Half)));
        _room.Committed("hub", [new("orders", 0, 10)]);
        Assert.True(await TakeAsync(Batch(Half)));
        Assert.False(await TakeAsync(Batch(1)));
    }

    [Fact]
    public async Task What_was_read_before_its_answer_came_and_what_was_not_appended_takes_no_room()
    {
        Assert.True(await TakeAsync(Batch(Half, records: 10)));
        _room.Committed("hub", [new("orders", 0, 10)]);
        _room.Appended(Batch(Half, records: 10), 0);
        Assert.True(await TakeAsync(Batch(UnreadRoom.Capacity)));
        _room.Appended(Batch(UnreadRoom.Capacity), -1);
        Assert.True(await TakeAsync(Batch(UnreadRoom.Capacity)));
    }

    [Fact]
    public async Task Answers_in_another_order_than_the_log_are_counted_all_the_same()
    {
        await AppendAsync(Batch(Half, records: 5), 5);
        await AppendAsync(Batch(Half, records: 5), 0);
        _room.Committed("hub", [new("orders", 0, 5)]);
        Assert.True(await TakeAsync(Batch(Half)));
        Assert.False(await TakeAsync(Batch(1)));
    }

    [Fact]
    public async Task The_largest_batch_is_taken_where_nothing_waits()
    {
        await AppendAsync(Batch(3 * UnreadRoom.Capacity), 0);
        Assert.False(await TakeAsync(Batch(1)));
        _room.Committed("hub", [new("orders", 0, 1)]);
        Assert.True(await TakeAsync(Batch(2 * UnreadRoom.Capacity)));
    }

    [Fact]
    public async Task A_request_for_several_partitions_takes_all_its_room_or_none()
    {
        await AppendAsync(Batch(UnreadRoom.Capacity), 0);
        Assert.False(await TakeAsync(Batch(1), Batch(1, partition: 1)));
        await AppendAsync(Batch(UnreadRoom.Capacity, partition: 1), 0);
        Assert.True(await TakeAsync(Batch(UnreadRoom.Capacity) with { Topic = "operations" }));
    }

    [Fact]
    public async Task Who_waits_goes_on_as_soon_as_there_is_room()
    {
        await AppendAsync(Batch(UnreadRoom.Capacity), 0);
        var waiting = _room.TakeAsync([Batch(1)], TimeSpan.FromMinutes(1), CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        _room.Committed("hub", [new("orders", 0, 1)]);
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private static ProducedBatch Batch(int bytes, int partition = 0, int records = 1) => new("orders", partition, bytes, records);

    private ValueTask<bool> TakeAsync(params ProducedBatch[] batches) => _room.TakeAsync(batches, TimeSpan.Zero, CancellationToken.None);

    private async Task AppendAsync(ProducedBatch batch, long baseOffset)
    {
        Assert.True(await TakeAsync(batch));
        _room.Appended(batch, baseOffset);
    }
}
