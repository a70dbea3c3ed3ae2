using EcomIntel.Core.Events;
using EcomIntel.Kafka;

namespace EcomIntel.Tests.Kafka;

/// <summary>Operations of several partitions in one order.</summary>
public sealed class SequenceMergeTests
{
    [Fact]
    public void What_partitions_give_in_turns_comes_out_in_order_and_no_further_than_the_first_gap()
    {
        var merge = new SequenceMerge(1, 2);
        Add(merge, 0, 2, 3, 6);
        Assert.Empty(merge.Take(10));
        Assert.True(merge.HasGap);
        Add(merge, 1, 1, 4);
        Assert.Equal([1, 2, 3, 4], Taken(merge, 10));
        Assert.Equal((5, 6, true), (merge.Next, merge.Highest, merge.HasGap));
        Add(merge, 1, 5);
        Assert.Equal([5, 6], Taken(merge, 10));
        Assert.Equal((7, false, 0), (merge.Next, merge.HasGap, merge.WaitingBytes));
    }

    [Fact]
    public void No_more_is_taken_than_asked_for()
    {
        var merge = new SequenceMerge(10, 1);
        Add(merge, 0, 10, 11, 12);
        Assert.Equal([10, 11], Taken(merge, 2));
        Assert.False(merge.HasGap);
        Assert.Equal([12], Taken(merge, 2));
    }

    [Fact]
    public void What_a_relay_repeats_is_given_once()
    {
        var merge = new SequenceMerge(1, 1);
        Add(merge, 0, 1, 2);
        Assert.Equal([1, 2], Taken(merge, 10));
        Add(merge, 0, 1, 2, 3, 3, 4);
        Assert.Equal([3, 4], Taken(merge, 10));
        Assert.Empty(merge.Take(10));
        Assert.Equal(0, merge.WaitingBytes);
    }

    [Fact]
    public void A_gap_is_final_once_every_partition_has_gone_past_it()
    {
        var merge = new SequenceMerge(1, 3);
        Add(merge, 0, 2);
        Add(merge, 1, 3);
        Assert.False(merge.GapIsFinal); // the third partition may still bring it
        Assert.Equal((true, true, false), (merge.IsAhead(0), merge.IsAhead(1), merge.IsAhead(2)));
        Add(merge, 2, 5);
        Assert.True(merge.GapIsFinal);
        merge.AdvanceTo(2); // given out from elsewhere
        Assert.Equal([2, 3], Taken(merge, 10));
        Assert.False(merge.GapIsFinal); // 4 is missing, and the partitions that stand at 2 and 3 may bring it
    }

    [Fact]
    public void What_was_given_out_from_elsewhere_is_dropped()
    {
        var merge = new SequenceMerge(1, 1);
        Add(merge, 0, 2, 3, 5);
        merge.AdvanceTo(5);
        Assert.Equal([5], Taken(merge, 10));
        Assert.Equal((6, 0), (merge.Next, merge.WaitingBytes));
        merge.AdvanceTo(3); // never back
        Assert.Equal(6, merge.Next);
    }

    [Fact]
    public void What_waits_is_counted_in_bytes_with_two_hundred_for_each()
    {
        var merge = new SequenceMerge(1, 1);
        merge.Add(0, Operation(2, bytes: 50));
        merge.Add(0, Operation(3, bytes: 0));
        Assert.Equal(450, merge.WaitingBytes);
        merge.Add(0, Operation(1, bytes: 10));
        merge.Take(2);
        Assert.Equal(200, merge.WaitingBytes);
    }

    private static void Add(SequenceMerge merge, int partition, params long[] sequences)
    {
        foreach (var sequence in sequences)
            merge.Add(partition, Operation(sequence, bytes: 1));
    }

    private static IEnumerable<long> Taken(SequenceMerge merge, int limit) => merge.Take(limit).Select(operation => operation.Sequence);

    private static Operation Operation(long sequence, int bytes) => new(sequence, DateTimeOffset.UnixEpoch, "order.captured", "o", new byte[bytes]);
}
