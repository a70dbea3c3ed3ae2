using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema;
using EcomIntel.GraphQL.Schema.Live;
using Cursor = EcomIntel.GraphQL.Schema.Paging.Cursor;

namespace EcomIntel.Tests.GraphQL.Api;

/// <summary>The subscription as the engine runs it, on a feed that the test fills.</summary>
public sealed class OrderChangesTests : LiveTests
{
    private const int MayWait = 20_000;

    [Fact]
    public async Task A_reader_too_slow_is_told_so_after_all_that_waited_for_it()
    {
        await using var changes = Subscribe("subscription { orderChanges { cursor version } }");
        var first = changes.MoveNextAsync();
        await SubscribedAsync();
        Feed.StartAt(1);
        Feed.Publish(Batch(1, 1));
        Assert.True(await first);
        Feed.Publish(Batch(2, MayWait + 1));
        for (var version = 1; version <= MayWait + 1; version++)
        {
            var change = ChangeOf(changes.Current);
            Assert.Equal((CursorOf(version), version), (change.GetProperty("cursor").GetString(), change.GetProperty("version").GetInt32()));
            changes.Current.Dispose();
            Assert.True(await changes.MoveNextAsync());
        }
        Assert.Equal("FELL_BEHIND", Code(changes.Current));
        Assert.False(await changes.MoveNextAsync());
        await GoneAsync();
    }

    [Fact]
    public async Task One_who_comes_from_a_copy_that_was_further_on_sees_nothing_twice()
    {
        await using var changes = Subscribe("subscription ($after: String) { orderChanges(after: $after) { version } }", new { after = CursorOf(107) });
        var first = changes.MoveNextAsync();
        await SubscribedAsync();
        Feed.StartAt(100);
        Feed.Publish(Batch(100, 20));
        Assert.True(await first);
        Assert.Equal("""{"data":{"orderChanges":{"version":108}}}""", changes.Current.ToString());
    }

    [Fact]
    public async Task A_filter_lets_through_what_it_says_and_the_callers_channels_and_places_bound_it()
    {
        foreach (var (filter, caller, wanted) in new (string, Caller, int[])[]
        {
            ("", Anybody, [1, 2, 3, 4, 5, 6]),
            ("filter: { channels: [\"c1\"] }", Anybody, [1, 3, 5]),
            ("filter: { orderIds: [\"o2\", \"o3\"] }", Anybody, [2, 3]),
            ("filter: { statuses: [PICKED] }", Anybody, [4]),
            ("filter: { events: [\"order.released\"] }", Anybody, []),
            ("filter: { locations: [\"l0\"] }", Anybody, [3, 6]),
            ("filter: { channels: [\"c1\"], locations: [\"l0\"] }", Anybody, [3]),
            ("", Anybody with { Channels = ["c0"] }, [2, 4, 6]),
            ("filter: { channels: [\"c1\"] }", Anybody with { Channels = ["c0"] }, []),
            ("", Anybody with { Locations = ["l1", "l0"] }, [1, 3, 4, 6]),
            ("", Anybody with { Channels = [] }, []),
        })
        {
            await using var changes = Subscribe($"subscription {{ orderChanges{(filter.Length > 0 ? $"({filter})" : "")} {{ version }} }}", caller: caller);
            var moving = changes.MoveNextAsync().AsTask();
            await SubscribedAsync();
            Feed.StartAt(1);
            Feed.Publish(Batch(1, 6));
            var seen = new List<int>();
            // What must come is waited for, however slow the machine; what must not come gets a moment.
            while (await Task.WhenAny(moving, Task.Delay(seen.Count < wanted.Length ? 20_000 : 300)) == moving && await moving)
            {
                seen.Add(ChangeOf(changes.Current).GetProperty("version").GetInt32());
                moving = changes.MoveNextAsync().AsTask();
            }
            await StopAsync();
            Assert.False(await moving);
            Assert.True(wanted.SequenceEqual(seen), $"{filter} for {string.Join(',', caller.Channels ?? ["any"])}: {string.Join(',', seen)}");
            await GoneAsync();
        }
    }

    [Theory]
    [InlineData("nonsense", "BAD_USER_INPUT")]
    [InlineData("", "BAD_USER_INPUT")]
    [InlineData("-1", "BAD_USER_INPUT")]
    [InlineData("9223372036854775807", "BAD_USER_INPUT")]
    [InlineData("1", "UNAVAILABLE")] // so was this, however long ago
    [InlineData("999000", "UNAVAILABLE")] // it was missed, and the database is away
    public async Task A_place_that_cannot_be_gone_on_from_is_told_with_its_reason(string place, string code)
    {
        var after = place is "nonsense" or "" ? place : Cursor.Of(ChangeStream.Sort, [place]);
        await using var changes = Subscribe("subscription ($after: String) { orderChanges(after: $after) { version } }", new { after });
        var first = changes.MoveNextAsync().AsTask();
        if (code != "BAD_USER_INPUT")
        {
            await SubscribedAsync();
            Feed.StartAt(1_000_000);
        }
        Assert.True(await first);
        Assert.Equal(code, Code(changes.Current));
        Assert.False(await changes.MoveNextAsync());
        Assert.Null(Feed.Next);
    }

    [Theory]
    [InlineData("channels: [\"c1\", \"c\"]", "there is no channel \"c\". Did you mean \"c0\" or \"c1\"?")]
    [InlineData("locations: [\"L2\"]", "there is no location \"L2\". Did you mean \"l2\"")]
    [InlineData("events: [\"order.alocated\"]", "there is no event \"order.alocated\". Did you mean \"order.allocated\"")]
    [InlineData("events: [\"stock.changed\"]", "there is no event \"stock.changed\".")]
    public async Task A_name_that_does_not_exist_is_told_with_the_one_that_was_meant(string filter, string told)
    {
        await using var changes = Subscribe($"subscription {{ orderChanges(filter: {{ {filter} }}) {{ version }} }}");
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal("BAD_USER_INPUT", Code(changes.Current));
        using var json = JsonDocument.Parse(changes.Current.Json);
        Assert.StartsWith(told, json.RootElement.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(await changes.MoveNextAsync());
    }

    [Fact]
    public void The_SDL_lists_the_events_there_are()
    {
        var input = (EcomIntel.GraphQL.Engine.TypeSystem.InputObjectType)ApiSchema.Read().Types["OrderChangeFilter"];
        var listed = input.Fields["events"].Description!.ReplaceLineEndings(" ")["Each must exist: ".Length..].TrimEnd('.').Split(", ");
        Assert.Equal(OrderStates.EventTypes.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static JsonElement ChangeOf(ExecutionResult result) => ChangeOf(result, "orderChanges");

    /// <summary>Decision N is about order N, its version is N.</summary>
    private static List<Operation> Batch(long from, int count)
    {
        var outbox = new Outbox();
        for (var number = from; number < from + count; number++)
        {
            var state = new OperationEvents.OrderState(
                new($"o{number}"), number, number == 4 ? "PICKED" : "ALLOCATED", $"c{number % 2}", null, "GBP", DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch, 1, 1, 1, 0, 0, null, [], [new($"l{number % 3}")]);
            var allocated = new OperationEvents.OrderAllocated(state, 0, [], []);
            outbox.Add(DateTimeOffset.UnixEpoch, OperationEvents.Allocated, $"o{number}", allocated, OperationJson.Default.OrderAllocated);
        }
        return outbox.Seal(from - 1).ConvertAll(row => Operation.Parse(row.Payload));
    }
}
