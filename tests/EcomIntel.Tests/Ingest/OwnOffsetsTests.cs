using EcomIntel.Ingest.Relay;

namespace EcomIntel.Tests.Ingest;

public sealed class OwnOffsetsTests
{
    [Fact]
    public void Own_messages_one_after_another_show_nothing()
    {
        var offsets = new OwnOffsets([0, 40]);
        Store(offsets, 0, 0, 1, 2);
        Store(offsets, 1, 40);
        Store(offsets, 2, 0); // a partition that was added
        offsets.EndsAt(0, 3);
        AssertFound(offsets, [], 0);
        Assert.Equal([3, 41, 1], offsets.Noted);
    }

    [Fact]
    public void What_lies_between_them_and_behind_them_is_others()
    {
        var offsets = new OwnOffsets([0, 0]);
        Store(offsets, 0, 2, 3, 5);
        offsets.EndsAt(1, 7);
        Assert.Equal([0, 0], offsets.Noted); // as long as it was not taken, another relay would find it again
        AssertFound(offsets, [new(0, 0, 2), new(0, 4, 5), new(1, 0, 7)], 0);
        Assert.Equal([6, 7], offsets.Noted);
        AssertFound(offsets, [], 0);
    }

    [Fact]
    public void A_message_whose_offset_is_not_known_is_looked_at()
    {
        var offsets = new OwnOffsets([10]);
        Store(offsets, 0, -1001);
        Store(offsets, 0, 11);
        AssertFound(offsets, [new(0, 10, 11)], 0);
    }

    [Fact]
    public void An_end_before_what_was_acknowledged_is_a_loss_and_what_follows_is_judged_again()
    {
        var offsets = new OwnOffsets([100]);
        offsets.EndsAt(0, 60);
        AssertFound(offsets, [], 40);
        offsets.EndsAt(0, 61);
        AssertFound(offsets, [new(0, 60, 61)], 0);
        Store(offsets, 0, 0); // made anew
        AssertFound(offsets, [], 61);
        Assert.Equal([1], offsets.Noted);
    }

    [Fact]
    public void Where_nothing_was_noted_the_first_that_is_seen_is_the_beginning()
    {
        var offsets = new OwnOffsets([-1, -1]);
        Store(offsets, 0, 500, 501);
        offsets.EndsAt(1, 300);
        AssertFound(offsets, [], 0);
        Assert.Equal([502, 300], offsets.Noted);
    }

    [Fact]
    public void A_flood_is_counted_and_not_remembered()
    {
        var offsets = new OwnOffsets([0]);
        for (var each = 0; each < OwnOffsets.MaxRanges + 3; each++)
            Store(offsets, 0, (each * 3) + 2);
        var (others, more, lost) = offsets.Take();
        Assert.Equal((OwnOffsets.MaxRanges, 6, 0), (others.Count, more, lost));
    }

    private static void Store(OwnOffsets offsets, int partition, params long[] stored)
    {
        foreach (var offset in stored)
            offsets.Stored(partition, offset);
    }

    private static void AssertFound(OwnOffsets offsets, OffsetRange[] others, long lost)
    {
        var found = offsets.Take();
        Assert.Equal(others, found.Others);
        Assert.Equal((0, lost), (found.More, found.Lost));
    }
}
