using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Orders;

public sealed class PromiseTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    [Fact]
    public void What_the_channel_promised_stands_whatever_the_policy_says()
    {
        var house = new SmallHouse(["north"]).Item("mug");
        house.Policy("promise", 1, Opens, """{"deliveredWithin":"3.00:00:00"}""");
        Assert.Equal(Opens.AddDays(9).AddHours(1), Promise(house, "order-1", Opens, new DateTimeOffset(2026, 1, 14, 3, 0, 0, TimeSpan.FromHours(2))));
        Assert.Equal(TimeSpan.Zero, Promise(house, "order-2", Opens, new DateTimeOffset(2026, 1, 14, 3, 0, 0, TimeSpan.FromHours(2))).Offset);
    }

    [Fact]
    public void Without_a_policy_five_days_are_promised() =>
        Assert.Equal(Opens.AddDays(5), Promise(new SmallHouse(["north"]).Item("mug"), "order-1", Opens));

    [Fact]
    public void The_policy_that_rules_when_an_order_is_placed_promises_and_no_later_one_changes_it()
    {
        var house = new SmallHouse(["north"]).Item("mug");
        Assert.Null(house.Policy("promise", 1, Opens.AddDays(1), """{"deliveredWithin":"3.00:00:00"}"""));
        Assert.Equal(Opens.AddDays(1).AddTicks(-1).AddDays(5), Promise(house, "before", Opens.AddDays(1).AddTicks(-1)));
        Assert.Equal(Opens.AddDays(4), Promise(house, "on-the-dot", Opens.AddDays(1)));
        Assert.Null(house.Policy("promise", 2, Opens.AddDays(2), """{"deliveredWithin":"1.12:00:00"}"""));
        Assert.Equal(Opens.AddDays(4), house.Orders.Find(new OrderId("on-the-dot"))!.PromisedAt);
        Assert.Equal(Opens.AddDays(3).AddHours(13), Promise(house, "after", Opens.AddDays(2).AddHours(1)));
        // An order of the time between that is heard of late.
        Assert.Equal(Opens.AddDays(4).AddHours(1), Promise(house, "late", Opens.AddDays(1).AddHours(1)));
    }

    /// <summary>Each is told at an hour, and promises a day; of two of one hour the later promise counts.</summary>
    [Theory]
    [InlineData("1:9", 9)]
    [InlineData("1:9 2:7", 7)]
    [InlineData("1:7 2:9 3:8", 8)]
    [InlineData("2:7 2:9", 9)]
    public void What_the_customer_was_told_last_counts_beside_the_first_promise(string told, int day)
    {
        foreach (var heard in HoldTests.Permutations(told.Split(' ')))
        {
            var house = new SmallHouse(["north"]).Item("mug");
            var order = house.Place("order-1", [("mug", 1)]);
            foreach (var change in heard)
                Assert.Null(house.Apply(EventCatalogue.OrderPromiseChanged, "order-1",
                    new PromiseChanged(Opens.AddDays(change[2] - '0'), "late at the dock"), Opens.AddHours(change[0] - '0')));
            Assert.Equal((Opens.AddDays(5), Opens.AddDays(day)), (order.PromisedAt, order.LatestPromise));
            var last = house.Emitted(OrderPromised.Type, OperationJson.Default.OrderPromised)[^1];
            Assert.Equal((Opens.AddDays(5), Opens.AddDays(day), "late at the dock"), (last.Order.PromisedAt, last.Promise, last.Reason));
        }
    }

    [Fact]
    public void Who_was_promised_an_earlier_time_is_served_first_from_then_on()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 1);
        var (first, second) = (house.Place("order-1", [("mug", 1)]), house.Place("order-2", [("mug", 1)]));
        Assert.Null(house.Apply(EventCatalogue.OrderPromiseChanged, "order-2", new PromiseChanged(Opens.AddDays(4)), Opens.AddHours(1)));
        house.Round(2);
        Assert.Equal((OrderStatus.BACKORDERED, OrderStatus.RELEASED), (first.Status, second.Status));
    }

    private static DateTimeOffset Promise(SmallHouse house, string id, DateTimeOffset placedAt, DateTimeOffset? promisedAt = null)
    {
        Assert.Null(house.Apply(EventCatalogue.OrderPlaced, id, new OrderPlaced("web", [new(1, new("mug"), 1, 5m)], PromisedAt: promisedAt), placedAt));
        return house.Orders.Find(new OrderId(id))!.PromisedAt;
    }
}
