using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Orders;

public sealed class CancelOrderTests
{
    [Theory]
    [InlineData("customer", 4, false)]
    [InlineData("customer", 5, true)] // at its promise it was due, and was not served
    [InlineData("customer", 30, true)]
    [InlineData("stock", 4, true)]
    public void A_line_is_due_no_more_only_when_it_is_withdrawn_before_its_promise(string by, int day, bool due)
    {
        var house = new SmallHouse(["north"]).Item("mug");
        var order = house.Place("order-1", [("mug", 2)], promisedInDays: 5);
        Assert.Null(house.Say(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled(by), SmallHouse.Opens.AddDays(day)));
        Assert.Equal(due, order.Lines[0].Due);
        Assert.False(order.IsFilled(order.Lines[0]));
    }
}
