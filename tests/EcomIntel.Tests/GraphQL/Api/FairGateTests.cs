using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Schema;
using EcomIntel.GraphQL.Schema.Kpis;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.Tests.GraphQL.Api;

/// <summary>The work ends when the test says so: what others see meanwhile is no matter of time.</summary>
public sealed class FairGateTests
{
    [Fact]
    public async Task Whoever_comes_beside_a_caller_with_190_queries_gets_a_place_at_once_and_so_does_the_next()
    {
        var gate = new FairGate(8);
        var hog = Enter(gate, "hog", 190);
        Assert.Equal(4, Running(hog));
        var second = Enter(gate, "second", 3);
        Assert.Equal(2, Running(second));
        Assert.Equal(1, Running(Enter(gate, "third", 3)));
        Assert.Equal(1, Running(Enter(gate, "fourth", 3)));
        // All places are taken now. The next that is free is of the one that has none, though the hog waited first.
        var fifth = Enter(gate, "fifth", 1);
        Assert.Equal(0, Running(fifth));
        (await hog[0]).Dispose();
        await fifth[0].WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(4, Running(hog));
    }

    [Fact]
    public async Task Busy_callers_are_served_in_turn_and_all_work_is_done()
    {
        var gate = new FairGate(6);
        var served = new List<string>();
        var all = new TaskCompletionSource();
        var work = new List<Task>();
        foreach (var (caller, count) in new[] { ("hog", 190), ("a", 5), ("b", 5) })
            for (var number = 0; number < count; number++)
                work.Add(RunAsync(caller));
        all.SetResult();
        await Task.WhenAll(work).WaitAsync(TimeSpan.FromSeconds(20));
        var order = served.ToList();
        Assert.Equal(200, order.Count);
        // While three are busy each has its turn: the two small ones are through long before the large one.
        Assert.True(order.LastIndexOf("a") < 60 && order.LastIndexOf("b") < 60, string.Join(' ', order));
        Assert.Equal(3, Running(Enter(gate, "later", 9)));

        async Task RunAsync(string caller)
        {
            using var place = await gate.EnterAsync(caller, CancellationToken.None);
            await all.Task;
            await Task.Yield();
            lock (served)
                served.Add(caller);
        }
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_place_and_leaves_none_taken()
    {
        var gate = new FairGate(2);
        using var giveUp = new CancellationTokenSource();
        var first = await gate.EnterAsync("a", CancellationToken.None);
        var waiting = gate.EnterAsync("a", giveUp.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await gate.EnterAsync("b", giveUp.Token));
        var next = gate.EnterAsync("a", CancellationToken.None).AsTask();
        Assert.False(next.IsCompleted);
        first.Dispose();
        (await next.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
        Assert.Equal(1, Running(Enter(gate, "a", 5)));
    }

    [Fact]
    public async Task What_one_caller_may_have_waiting_is_bounded_and_no_matter_to_others()
    {
        var gate = new FairGate(2);
        Enter(gate, "hog", FairGate.MaxWaiting + 1);
        var refused = await Assert.ThrowsAsync<GraphQLException>(async () => await gate.EnterAsync("hog", CancellationToken.None));
        Assert.Equal("RATE_LIMITED", refused.Code);
        Assert.Equal(1, Running(Enter(gate, "other", 1)));
    }

    [Fact]
    public async Task A_KPI_is_read_beside_190_that_another_caller_asked_for_before()
    {
        var reader = new KpiReader(new ConnectionStrings(), new(TimeSpan.FromSeconds(30)), NullLogger<KpiReader>.Instance);
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = 0;
        var hog = Enumerable.Range(0, 190).Select(_ => reader.AskAsync("hog", _ => Begin(end.Task), CancellationToken.None)).ToList();
        Assert.Equal(3, begun);
        Assert.Equal(7, await reader.AskAsync("other", _ => Task.FromResult(7), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(3, begun);
        end.SetResult(1);
        Assert.Equal(190, (await Task.WhenAll(hog).WaitAsync(TimeSpan.FromSeconds(20))).Sum());

        Task<int> Begin(Task<int> ending)
        {
            Interlocked.Increment(ref begun);
            return ending;
        }
    }

    private static List<Task<FairGate.Place>> Enter(FairGate gate, string caller, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => gate.EnterAsync(caller, CancellationToken.None).AsTask())];

    private static int Running(List<Task<FairGate.Place>> entered) => entered.Count(place => place.IsCompletedSuccessfully);
}
