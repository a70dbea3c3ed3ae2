using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Returns;
using EcomIntel.Tests.Fulfillment;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Returns;

/// <summary>A node did not find units, and that is heard after the parcel has left and a customer has returned some of it: what came back had left.</summary>
public sealed class ShortAfterReturnTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    /// <summary>Of three units one was not found and two left; one of them comes back.</summary>
    [Fact]
    public void What_was_not_found_and_what_comes_back_are_different_units_in_every_order()
    {
        foreach (var order in Permutations.Of(4))
        {
            var house = Released();
            foreach (var index in order)
                house.Hear(Of(index, notFound: 1, returned: 1));
            Assert.Empty(house.NotApplied);
            var line = house.Orders.Find(new OrderId("order-1"))!.Lines[0];
            Assert.Equal((1L, 2L), (line.Waiting, line.Sourced));
            Assert.Equal((1L, 1L, 0L), (house.Units("mug", "north", StockState.Quarantined), house.Units("mug", "north", StockState.ReturnPending),
                house.Units("mug", "north", StockState.Allocated)));
            Assert.Equal([CaseCategory.PickShort], house.House.Get<ExceptionBook>().Opened.Select(opened => opened.Category));
        }
    }

    /// <summary>Two are said not to be there, and two of the three come back: at least one of those that were missed had left.</summary>
    [Fact]
    public void The_customer_is_believed_where_more_came_back_than_can_have_left()
    {
        var house = Released();
        foreach (var index in (int[])[1, 2, 3, 0])
            Assert.Null(house.Hear(Of(index, notFound: 2, returned: 2)));
        var order = house.Orders.Find(new OrderId("order-1"))!;
        Assert.Equal((1L, 2L), (order.Lines[0].Waiting, order.Shipped(order.Lines[0])));
        Assert.Equal((1L, 2L), (house.Units("mug", "north", StockState.Quarantined), house.Units("mug", "north", StockState.ReturnPending)));
        Assert.Equal(0, house.House.Get<ReturnBook>().Unclaimed(order, order.Lines[0]));
        var opened = Assert.Single(house.House.Get<ExceptionBook>().Opened);
        Assert.Equal((CaseCategory.PickShort, 1m), (opened.Category, opened.MoneyAtRisk));
        Assert.Contains("1 of them count as sent", opened.Detail, StringComparison.Ordinal);
        Assert.Contains("1 of them did not leave with it", opened.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_all_of_it_comes_back_all_of_it_had_left()
    {
        var house = Released();
        foreach (var index in (int[])[1, 2, 3, 0])
            Assert.Null(house.Hear(Of(index, notFound: 2, returned: 3)));
        var order = house.Orders.Find(new OrderId("order-1"))!;
        Assert.Equal((0L, 3L, 0L), (order.Lines[0].Waiting, order.Shipped(order.Lines[0]), house.Units("mug", "north", StockState.Quarantined)));
        Assert.Equal(2m, Assert.Single(house.House.Get<ExceptionBook>().Opened).MoneyAtRisk);
    }

    private static CloudEvent Of(int index, long notFound, long returned) => index switch
    {
        0 => Event(2, EventCatalogue.PickShort, "mug", new PickShort(new("order-1"), new("order-1-S1"), 1, notFound)),
        1 => Event(3, EventCatalogue.ShipmentPickedUp, "order-1-S1", new ShipmentMoved()),
        2 => Event(10, EventCatalogue.ReturnRequested, "order-1", new ReturnRequested(new("R-1"), [new(1, returned)])),
        _ => Event(20, EventCatalogue.ReturnReceived, "order-1", new ReturnReceived(new("R-1"), new("north"), [new(1, returned)])),
    };

    private static CloudEvent Event(int hour, EventType type, string subject, IEventData data) =>
        new($"{type.Name}/{hour}", "tests", type, subject, Opens.AddHours(hour), data);

    private static SmallHouse Released()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 3);
        house.Place("order-1", [("mug", 3)]);
        return house.Round(1);
    }
}
