using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Schema.Live;

namespace EcomIntel.Tests.GraphQL.Api;

public sealed class OperationsFeedTests
{
    private const int Known = 20_000; // as many as may wait for one subscriber

    [Fact]
    public async Task Subscribers_that_come_and_go_lose_nothing_and_see_nothing_twice()
    {
        const int readers = 16, last = 20_000;
        var feed = new OperationsFeed();
        using var holding = feed.Subscribe(latestOnly: true); // so that it never rests
        feed.StartAt(1);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var stands = new long[readers];
        var reading = Enumerable.Range(0, readers).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            var (visits, seen, next) = (0, 0, 0L);
            while (next <= last)
            {
                using var subscriber = feed.Subscribe();
                next = await subscriber.Started;
                Volatile.Write(ref stands[number], next);
                var leaveAt = Math.Min(next + random.Next(1, 800), last + 1);
                for (visits++; next < leaveAt; seen++)
                {
                    Assert.Equal(next++, (await subscriber.ReadAsync(patience.Token)).Operation.Sequence);
                    Volatile.Write(ref stands[number], next);
                }
            }
            return (visits, seen);
        })).ToList();
        var coming = new Random(1);
        for (long next = 1; next <= last;)
        {
            // Beside the readers who come and go, but never so far ahead of them that there would be nobody left to see it.
            for (var ahead = next + 400; next <= Math.Min(ahead, last);)
            {
                var count = (int)Math.Min(coming.Next(1, 20), last - next + 1);
                feed.Publish(Batch(next, count));
                next += count;
                await Task.Yield();
            }
            while (Enumerable.Range(0, readers).Any(number => Volatile.Read(ref stands[number]) < next) && !reading.Exists(reader => reader.IsFaulted))
                await Task.Delay(1, patience.Token);
            if (reading.Find(reader => reader.IsFaulted) is { } wrong)
                await wrong;
        }
        var told = await Task.WhenAll(reading);
        Assert.True(told.Sum(reader => reader.seen) > last, $"the readers saw {told.Sum(reader => reader.seen)}: too little to mean anything");
        Assert.All(told, reader => Assert.True(reader.visits > 10, $"{reader.visits} visits"));
    }

    [Fact]
    public async Task A_subscriber_too_slow_is_given_what_waits_and_told_that_it_fell_behind()
    {
        var feed = new OperationsFeed();
        using var slow = feed.Subscribe();
        using var quick = feed.Subscribe();
        feed.StartAt(1);
        feed.Publish(Batch(1, Known));
        var read = 0;
        await foreach (var page in quick.ReadPagesAsync(CancellationToken.None))
            if ((read += page.Count) == Known)
                break;
        feed.Publish(Batch(Known + 1, 5));
        var next = 1L;
        await Assert.ThrowsAsync<FellBehindException>(async () =>
        {
            await foreach (var page in slow.ReadPagesAsync(CancellationToken.None))
                foreach (var live in page)
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
        feed.StartAt(1);
        feed.Publish(Batch(1, Known + 500));
        Assert.Equal(Known + 500, (await subscriber.ReadAsync(CancellationToken.None)).Operation.Sequence);
        feed.Publish(Batch(Known + 501, 1));
        Assert.Equal(Known + 501, (await subscriber.ReadAsync(CancellationToken.None)).Operation.Sequence);
    }

    [Fact]
    public async Task It_is_wanted_only_while_somebody_listens_and_whoever_comes_first_begins_at_what_is_newest_then()
    {
        var feed = new OperationsFeed();
        Assert.False(feed.HasSubscribers.IsCompleted);
        var first = feed.Subscribe();
        Assert.True(feed.HasSubscribers.IsCompleted);
        Assert.False(first.Started.IsCompleted);
        feed.StartAt(100);
        Assert.Equal(100, await first.Started);
        using (var second = feed.Subscribe())
        {
            Assert.Equal(100, await second.Started);
            first.Dispose();
            Assert.Equal(100, feed.Next);
        }
        Assert.Null(feed.Next);
        Assert.False(feed.HasSubscribers.IsCompleted);
        feed.Publish(Batch(100, 3)); // read before the last one left

        // Begun for one who left meanwhile: the next one is not given what is old by then.
        feed.StartAt(103);
        Assert.Null(feed.Next);
        using var later = feed.Subscribe();
        Assert.True(feed.HasSubscribers.IsCompleted);
        Assert.False(later.Started.IsCompleted);
        feed.StartAt(5_000);
        Assert.Equal(5_000, await later.Started);
    }

    private static List<Operation> Batch(long from, int count) =>
        [.. Enumerable.Range(0, count).Select(offset =>
            new Operation(from + offset, DateTimeOffset.UnixEpoch, OperationEvents.ClockTickedType, "clock", "{}"u8.ToArray()))];
}
