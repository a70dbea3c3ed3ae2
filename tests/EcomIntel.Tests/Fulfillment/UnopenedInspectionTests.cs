using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Fulfillment;

/// <summary>What came back unopened stands beside what came back by returns: a move takes the former, and awaits it where it is not there yet.</summary>
public sealed class UnopenedInspectionTests
{
    private static readonly DateTimeOffset Day = SmallHouse.Opens.AddHours(10);

    /// <summary>Two mugs come back by a return of order-1, three unopened of order-2 and order-3; two of the latter are sold again, one is damaged.</summary>
    private static readonly (EventType Type, string Subject, IEventData Data)[] Facts =
    [
        (EventCatalogue.ReturnReceived, "order-1", new ReturnReceived(new("R-1"), new("south"), [new(1, 2)])),
        (EventCatalogue.ShipmentReceivedBack, "order-2-S1", new ShipmentReceivedBack(new("south"), [new(1, 2)])),
        (EventCatalogue.ShipmentReceivedBack, "order-3-S1", new ShipmentReceivedBack(new("south"), [new(1, 1)])),
        (EventCatalogue.StockMoved, "mug", new StockMoved(new("south"), StockState.ReturnPending, StockState.Available, 2)),
        (EventCatalogue.StockMoved, "mug", new StockMoved(new("south"), StockState.ReturnPending, StockState.Damaged, 1)),
        (EventCatalogue.ReturnInspected, "order-1", new ReturnInspected(new("R-1"), [new(1, 2, "quarantine")], new LocationId("south"))),
    ];

    [Fact]
    public void Units_of_a_return_are_nobody_elses_to_move_in_any_order()
    {
        foreach (var order in Permutations.Of(Facts.Length))
        {
            var house = Shipped();
            foreach (var index in order)
                house.Hear(Facts[index].Type, Facts[index].Subject, Facts[index].Data, Day.AddHours(index));
            Assert.Empty(house.NotApplied);
            Assert.Equal((2L, 1L, 2L, 0L), (Units(house, StockState.Available), Units(house, StockState.Damaged), Units(house, StockState.Quarantined),
                Units(house, StockState.ReturnPending)));
            Assert.Equal(["order-2 2 2", "order-3 1 1"], Unopened(house));
            Assert.DoesNotContain(
                house.House.Get<ExceptionBook>().Opened, opened => opened.Category is CaseCategory.StockNegative or CaseCategory.StockVariance);
        }
    }

    [Fact]
    public void What_came_first_is_inspected_first_in_any_order()
    {
        foreach (var order in Permutations.Of(3))
        {
            var house = Shipped();
            foreach (var index in order)
                house.Hear(Facts[index + 1].Type, Facts[index + 1].Subject, Facts[index + 1].Data, Day.AddHours(index));
            Assert.Equal(["order-2 2 2", "order-3 1 0"], Unopened(house));
        }
    }

    [Fact]
    public void A_move_of_more_than_came_back_waits_and_says_what_is_there()
    {
        var house = Shipped();
        house.Hear(Facts[0].Type, Facts[0].Subject, Facts[0].Data, Day);
        house.Hear(Facts[2].Type, Facts[2].Subject, Facts[2].Data, Day);
        house.Hear(Facts[3].Type, Facts[3].Subject, Facts[3].Data, Day);
        var (_, why, waits) = Assert.Single(house.NotApplied);
        Assert.Equal((RejectionCodes.QuantityExceeded, "unopened/mug/south", true), (why.Code, why.Awaits, waits));
        Assert.Equal("1 units that came back unopened are left to inspect at south, 2 were moved; those of a return are moved by its inspection", why.Detail);
        Assert.Equal(3, Units(house, StockState.ReturnPending));
    }

    private static SmallHouse Shipped()
    {
        var house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 6);
        foreach (var id in (string[])["order-1", "order-2", "order-3"])
            house.Place(id, [("mug", 2)]);
        house.Round(1);
        foreach (var id in (string[])["order-1", "order-2", "order-3"])
            Assert.Null(house.Apply(EventCatalogue.ShipmentPickedUp, $"{id}-S1", new ShipmentMoved(), Day.AddHours(-8)));
        Assert.Null(house.Apply(EventCatalogue.ReturnRequested, "order-1", new ReturnRequested(new("R-1"), [new(1, 2)]), Day.AddHours(-5)));
        return house;
    }

    private static long Units(SmallHouse house, StockState state) => house.Units("mug", "south", state);

    private static List<string> Unopened(SmallHouse house) =>
    [
        .. house.Orders.All.SelectMany(order => order.Unopened.Select(units => $"{order.Id} {units.Received} {units.Inspected}")).Order(StringComparer.Ordinal),
    ];
}
