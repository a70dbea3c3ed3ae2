using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>Who is served where stock is short: tier, then promise, then channel, then age.</summary>
public sealed class SourcingPriorityTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "vip")]
    [InlineData(2, "vip soon")]
    [InlineData(3, "vip soon older")]
    [InlineData(4, "vip soon older newer")]
    [InlineData(5, "vip soon older newer market")]
    public void Of_five_orders_of_one_unit_the_first_are_served(int units, string served)
    {
        var house = new SmallHouse(["north"]).Item("mug");
        if (units > 0)
            house.Stock("mug", "north", units);
        house.Place("market", [("mug", 1)], channel: "market", placedAfterHours: 0);
        house.Place("newer", [("mug", 1)], placedAfterHours: 2);
        house.Place("older", [("mug", 1)], placedAfterHours: 1);
        house.Place("soon", [("mug", 1)], channel: "market", promisedInDays: 4, placedAfterHours: 3);
        house.Place("vip", [("mug", 1)], tier: 4, channel: "market", promisedInDays: 30, placedAfterHours: 4);
        house.Round();
        Assert.Equal(served, Served(house));
    }

    [Fact]
    public void A_channel_that_nothing_is_known_of_comes_after_those_that_are_known()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 1);
        house.Place("unknown", [("mug", 1)], channel: "bazaar");
        house.Place("market", [("mug", 1)], channel: "market", placedAfterHours: 1);
        house.Round();
        Assert.Equal("market", Served(house));
    }

    [Fact]
    public void The_priority_that_a_channel_has_when_the_round_runs_counts()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 1);
        house.Place("web", [("mug", 1)]);
        house.Place("market", [("mug", 1)], channel: "market");
        Assert.Null(house.Apply(EventCatalogue.ChannelUpdated, "market", new ChannelUpdated("Market", Priority: 0), SmallHouse.Opens.AddHours(1)));
        house.Round();
        Assert.Equal("market", Served(house));
    }

    [Fact]
    public void Who_comes_first_takes_what_there_is_and_waits_for_the_rest_unless_the_order_ships_complete()
    {
        foreach (var complete in (bool[])[false, true])
        {
            var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 2);
            var first = house.Place("first", [("mug", 3)], tier: 1, complete: complete);
            var second = house.Place("second", [("mug", 2)]);
            house.Round();
            Assert.Equal(complete ? (3, 0) : (1, 2), (first.Lines[0].Waiting, second.Lines[0].Waiting));
            Assert.Equal((OrderStatus.BACKORDERED, complete ? OrderStatus.RELEASED : OrderStatus.BACKORDERED), (first.Status, second.Status));
        }
    }

    [Fact]
    public void What_came_in_serves_who_waits_before_who_is_new_by_priority_alone()
    {
        var house = new SmallHouse(["north"]).Item("mug");
        house.Place("waits", [("mug", 1)], promisedInDays: 9);
        house.Round(1);
        house.Place("new", [("mug", 1)], promisedInDays: 5, placedAfterHours: 2);
        house.Stock("mug", "north", 1).Round(3);
        Assert.Equal("new", Served(house));
    }

    private static string Served(SmallHouse house) =>
        string.Join(' ', house.Emitted(OperationEvents.Allocated, OperationJson.Default.OrderAllocated).ConvertAll(allocated => allocated.Order.OrderId));
}
