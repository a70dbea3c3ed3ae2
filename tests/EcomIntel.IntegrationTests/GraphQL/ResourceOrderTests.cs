using EcomIntel.Cli.Replay;
using EcomIntel.Core.Events;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>A planner has an order sourced again, on a hub at work.</summary>
[Collection(nameof(LiveCollection))]
public sealed class ResourceOrderTests(LiveHub hub)
{
    private const string Resource = """
        mutation ($input: ResourceOrderInput!) {
          resourceOrder(input: $input) { repeated errors { code message } order { status version } }
        }
        """;

    [Fact]
    public async Task What_is_held_comes_from_another_node_and_says_why()
    {
        await GoOnAsync("a", ("resourced", new OrderPlaced("web", [new(1, new("20000"), 3, 2.5m)])), ("resourced", new OrderFlagged("looks odd")));
        var (from, version) = await PromisedAsync();
        Assert.Equal("VERSION_CHANGED",
            await AskAsync(new { orderId = "resourced", withoutLocation = from, reason = "flooded", expectedVersion = version + 7 }));
        Assert.Equal("NOT_FOUND", await AskAsync(new { orderId = "resourced", withoutLocation = "no-such-node", reason = "flooded" }));
        Assert.Equal("NOT_FOUND", await AskAsync(new { orderId = "no-such-order", reason = "flooded" }));
        Assert.Equal("", await AskAsync(new { orderId = "resourced", withoutLocation = from, reason = "flooded", expectedVersion = version }));
        await GoOnAsync("b");
        var (now, _) = await PromisedAsync();
        Assert.NotEqual(from, now);
        Assert.Equal(["done|flooded"],
            await hub.Tables.QueryAsync("SELECT outcome, reason FROM audit_log WHERE subject = 'resourced' AND outcome = 'done'"));
        Assert.Equal("WRONG_STATE", await AskAsync(new { orderId = (await hub.PlaceAsync(1))[0], reason = "it is released" }));
    }

    private async Task<(string Location, long Version)> PromisedAsync()
    {
        var data = await hub.Api.DataAsync(
            """{ order(orderId: "resourced") { version allocations { status reason location { location reopensAt } } } }""");
        var order = data.GetProperty("order");
        var live = order.GetProperty("allocations").EnumerateArray().Single(promise => promise.GetProperty("status").GetString() == "ALLOCATED");
        Assert.Equal("has it all", live.GetProperty("reason").GetString());
        return (live.GetProperty("location").GetProperty("location").GetString()!, order.GetProperty("version").GetInt64());
    }

    private async Task<string> AskAsync(object input) => LiveHub.CodeOf(await hub.Api.AskAsync(Resource, new { input }));

    /// <summary>Two nodes have plenty; then orders are placed and flagged, and a round passes.</summary>
    private Task GoOnAsync(string name, params (string Order, IEventData Data)[] facts) => hub.Hub.GoOnAsync(TimeSpan.FromHours(3), now =>
    [
        .. ((string[])["wh-north", "wh-midlands"]).Select(node => ReplayMessage.Of(new($"{name}/{node}", "resourcing", EventCatalogue.StockReceived, "20000",
            now.AddMinutes(1), new StockReceived(new(node), 10_000)))),
        .. facts.Select((fact, number) => ReplayMessage.Of(new($"{name}/{number}", "resourcing",
            fact.Data is OrderPlaced ? EventCatalogue.OrderPlaced : EventCatalogue.OrderFraudFlagged, fact.Order, now.AddMinutes(5 + number), fact.Data))),
    ]);
}
