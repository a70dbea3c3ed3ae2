using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>A person wants an order sourced again: what is not released is given back and looked for anew, without a node where one is named.</summary>
public sealed class ResourceOrderTests
{
    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 5).Stock("mug", "south", 5);

    [Fact]
    public void It_is_given_back_and_comes_from_another_node()
    {
        var order = Held();
        Assert.Null(Resource("north", 25));
        Assert.Equal((OrderStatus.SOURCING, 5L), (order.Status, _house.Units("mug", "north", StockState.Available)));
        Assert.Equal("the north is flooded", _house.Emitted(OperationEvents.Deallocated, OperationJson.Default.OrderDeallocated).Single().Reason);
        _house.Round(26);
        Assert.Equal(["south"], Live(order));
        Assert.Equal("the order is to be sourced without it", _house.Rounds.Decisions[^1].Reasons[0].Reason);
        // Any node may serve it again once that is said.
        Assert.Null(Resource(null, 27));
        _house.Round(28);
        Assert.Equal(["north"], Live(order));
    }

    [Fact]
    public void Of_two_requests_the_later_counts_whichever_is_heard_first()
    {
        foreach (var hours in (int[][])[[25, 26], [26, 25]])
        {
            var house = new ResourceOrderTests();
            var order = house.Held();
            foreach (var hour in hours)
                Assert.Null(house.Resource(hour == 25 ? "south" : "north", hour));
            house._house.Round(27);
            Assert.Equal(["south"], Live(order));
        }
    }

    [Fact]
    public void What_cannot_be_sourced_again_is_refused_and_says_why()
    {
        var order = _house.Place("order", [("mug", 1)]);
        _house.Round(24);
        Assert.Equal(RejectionCodes.WrongState, Resource(null, 25)?.Code);
        Assert.Equal(OrderStatus.RELEASED, order.Status);
        Assert.Equal((RejectionCodes.UnknownLocation, "location/attic"), Said(Resource("attic", 25)));
        Assert.Equal((RejectionCodes.UnknownOrder, "order/other"),
            Said(_house.Apply(EventCatalogue.OrderResourceRequested, "other", new OrderResourceRequested())));

        static (string?, string?) Said(Rejection? rejection) => (rejection?.Code, rejection?.Awaits);
    }

    /// <summary>It is not held: a round looks at it within seconds.</summary>
    [Fact]
    public void A_round_looks_at_it_soon()
    {
        Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, """{"release":"complete"}"""));
        var order = _house.Place("order", [("mug", 11)]);
        _house.Round(24);
        Assert.Null(Resource("north", 25));
        var at = SmallHouse.Opens.AddHours(25);
        Assert.Equal(at.AddSeconds(5), _house.Rounds.NextAfter(at));
        _house.Rounds.Run(at.AddSeconds(5));
        Assert.Equal(["south"], Live(order));
    }

    private Order Held()
    {
        var order = _house.Place("order", [("mug", 2)]);
        Assert.Null(_house.Apply(EventCatalogue.OrderFraudFlagged, "order", new OrderFlagged()));
        _house.Round(24);
        Assert.Equal(["north"], Live(order));
        return order;
    }

    private Rejection? Resource(string? without, int hours) => _house.Apply(EventCatalogue.OrderResourceRequested, "order",
        new OrderResourceRequested(without is null ? null : new(without), "the north is flooded"), SmallHouse.Opens.AddHours(hours));

    private static List<string> Live(Order order) => [.. order.Allocations.Where(a => a.IsLive).Select(a => a.Location.Value)];
}
