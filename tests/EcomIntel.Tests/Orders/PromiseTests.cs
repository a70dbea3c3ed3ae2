using EcomIntel.Core.Events;
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

    private static DateTimeOffset Promise(SmallHouse house, string id, DateTimeOffset placedAt, DateTimeOffset? promisedAt = null)
    {
        Assert.Null(house.Apply(EventCatalogue.OrderPlaced, id, new OrderPlaced("web", [new(1, new("mug"), 1, 5m)], PromisedAt: promisedAt), placedAt));
        return house.Orders.Find(new OrderId(id))!.PromisedAt;
    }
}
