using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Schema.Live;

namespace EcomIntel.Tests.GraphQL.Api;

public sealed class OperationsFeedTests
{
    private const int Known = 20_000; // as many as may wait for one subscriber

    [Fact]
    public async Task Subscribers_that_come_and_go_lose_nothing_and_see_nothing_twice()
    {
        var feed = new OperationsFeed();
        feed.Subscribe();
        feed.Begin(1);
        using var published = new CancellationTokenSource();
        const long last = 40_000;
        var publishing = Task.Run(async () =>
        {
            var random = new Random(1);
            for (long next = 1; next <= last;)
            {
                var count = (int)Math.Min(random.Next(1, 40), last - next + 1);
                feed.Publish(Batch(next, count));
                next += count;
                if (random.Next(4) == 0)
                    await Task.Yield();
            }
            await published.CancelAsync();
        });
        var readers = Enumerable.Range(0, 16).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            var (visits, seen) = (0, 0L);
            do
            {
                using var subscriber = feed.Subscribe();
                var next = await subscriber.Began;
                Assert.InRange(next, 1, last + 1);
                var leaveAt = next + random.Next(1, 3_000);
                visits++;
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(published.Token);
                try
                {
                    await foreach (var live in subscriber.ReadAllAsync(patience.Token))
                    {
                        Assert.Equal(next++, live.Operation.Sequence);
                        seen++;
                        if (next >= leaveAt)
                            break;
                    }
                }
                catch (OperationCanceledException) when (published.IsCancellationRequested)
                {
                    // Nothing comes any more.
                }
            }
            while (!published.IsCancellationRequested);
            return (visits, seen);
        })).ToList();
        await publishing;
        var told = await Task.WhenAll(readers);
        Assert.True(told.Sum(reader => reader.seen) > last, "the readers saw too little for the test to mean anything");
        Assert.True(told.Sum(reader => reader.visits) > readers.Count, "nobody came again");
        Assert.Equal(last + 1, feed.Next);
    }

    [Fact]
    public async Task A_subscriber_too_slow_is_given_what_waits_and_told_that_it_fell_behind()
    {
        var feed = new OperationsFeed();
        using var slow = feed.Subscribe();
        using var quick = feed.Subscribe();
        feed.Begin(1);
        feed.Publish(Batch(1, Known));
        var read = 0;
        await foreach (var live in quick.ReadAllAsync(CancellationToken.None))
            if (++read == Known)
                break;
        feed.Publish(Batch(Known + 1, 5));
        var next = 1L;
        await Assert.ThrowsAsync<FellBehindException>(async () =>
        {
            await foreach (var live in slow.ReadAllAsync(CancellationToken.None))
                Assert.Equal(next++, live.Operation.Sequence);
        });
        Assert.Equal(Known + 1, next);
        Assert.Equal(Known + 1, (await quick.ReadAsync(CancellationToken.None)).Operation.Sequence);
    }

    [Fact]
    public async Task Where_only_the_latest_matters_nothing_piles_up()
    {
        var feed = new OperationsFeed();
        using var subscriber = feed.Subscribe(latestOnly: true);
        feed.Begin(1);
        feed.Publish(Batch(1, Known + 500));
        Assert.Equal(Known + 500, (await subscriber.ReadAsync(CancellationToken.None)).Operation.Sequence);
        feed.Publish(Batch(Known + 501, 1));
        Assert.Equal(Known + 501, (await subscriber.ReadAsync(CancellationToken.None)).Operation.Sequence);
    }

    [Fact]
    public async Task It_is_wanted_only_while_somebody_listens_and_whoever_comes_first_begins_at_what_is_newest_then()
    {
        var feed = new OperationsFeed();
        Assert.False(feed.Wanted.IsCompleted);
        var first = feed.Subscribe();
        Assert.True(feed.Wanted.IsCompleted);
        Assert.False(first.Began.IsCompleted);
        feed.Begin(100);
        Assert.Equal(100, await first.Began);
        using (var second = feed.Subscribe())
        {
            Assert.Equal(100, await second.Began);
            first.Dispose();
            Assert.Equal(100, feed.Next);
        }
        Assert.Null(feed.Next);
        Assert.False(feed.Wanted.IsCompleted);
        feed.Publish(Batch(100, 3)); // read before the last one left

        // Begun for one who left meanwhile: the next one is not given what is old by then.
        feed.Begin(103);
        Assert.Null(feed.Next);
        using var later = feed.Subscribe();
        Assert.True(feed.Wanted.IsCompleted);
        Assert.False(later.Began.IsCompleted);
        feed.Begin(5_000);
        Assert.Equal(5_000, await later.Began);
    }

    private static List<Operation> Batch(long from, int count) =>
        [.. Enumerable.Range(0, count).Select(offset => new Operation(from + offset, DateTimeOffset.UnixEpoch, OperationEvents.ClockTickedType, "clock", "{}"u8.ToArray()))];
}
