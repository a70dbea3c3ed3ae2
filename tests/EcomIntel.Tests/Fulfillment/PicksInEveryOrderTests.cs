using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Fulfillment;

/// <summary>Picks and packs of parts of a line come over topics of their own: a unit counts once, whichever report of it is heard first.</summary>
public sealed class PicksInEveryOrderTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    private static readonly (EventType Type, long Units)[] InParts =
    [
        (EventCatalogue.PickConfirmed, 1), (EventCatalogue.PackConfirmed, 1), (EventCatalogue.PickConfirmed, 2), (EventCatalogue.PackConfirmed, 2),
    ];

    [Fact]
    public void Parts_that_are_picked_and_packed_count_once_in_every_order()
    {
        foreach (var order in Permutations.Of(InParts.Length))
        {
            var (house, placed) = Released(3);
            var (picks, packs) = (0L, 0L);
            foreach (var (type, units) in order.Select(index => InParts[index]))
            {
                Assert.Null(Report(house, type, units));
                (picks, packs) = type == EventCatalogue.PickConfirmed ? (picks + units, packs) : (picks, packs + units);
                // What is packed was picked; a pick that is heard after its pack says it again.
                Assert.Equal((Math.Max(picks, packs), packs), (placed.Allocations.Sum(part => part.Picked), placed.Allocations.Sum(part => part.Packed)));
                Assert.Equal(Math.Max(picks, packs), house.Units("jug", "north", StockState.Picked));
            }
            Assert.Equal((ShipmentStatus.PACKED, 0L), (placed.Shipments[0].Status, placed.Allocations.Sum(part => part.PickOwed)));
            Assert.Equal(RejectionCodes.QuantityExceeded, Report(house, EventCatalogue.PickConfirmed, 1)!.Code);
        }
    }

    /// <summary>One of three is picked and packed, the others are not found: none is left to pick, and none too many was.</summary>
    [Fact]
    public void What_is_not_found_is_not_picked_by_a_pack_that_is_heard_first()
    {
        foreach (var order in Permutations.Of(3))
        {
            var (house, placed) = Released(3);
            foreach (var index in order)
                Assert.Null(index switch
                {
                    0 => Report(house, EventCatalogue.PickConfirmed, 1),
                    1 => Report(house, EventCatalogue.PackConfirmed, 1),
                    _ => house.Apply(EventCatalogue.PickShort, "jug", new PickShort(placed.Id, placed.Shipments[0].Id, 1, 2), Opens.AddHours(25)),
                });
            Assert.Equal((ShipmentStatus.PACKED, 2L), (placed.Shipments[0].Status, placed.Lines[0].Waiting));
            Assert.Equal((1L, 2L, 0L), (house.Units("jug", "north", StockState.Picked), house.Units("jug", "north", StockState.Quarantined),
                house.Units("jug", "north", StockState.Allocated)));
        }
    }

    [Fact]
    public void Two_lots_are_picked_and_packed_alike()
    {
        foreach (var order in Permutations.Of(InParts.Length))
        {
            var house = new SmallHouse(["north"]).Item("jug").Stock("jug", "north", 2, "A").Stock("jug", "north", 1, "B");
            var placed = house.Place("order-1", [("jug", 3)]);
            house.Round();
            foreach (var (type, units) in order.Select(index => InParts[index]))
                Assert.Null(Report(house, type, units));
            Assert.Equal(["A 2 2 2", "B 1 1 1"], placed.Allocations.Select(part => $"{part.Lot} {part.Quantity} {part.Picked} {part.Packed}"));
        }
    }

    private static (SmallHouse House, Order Order) Released(long units)
    {
        var house = new SmallHouse(["north"]).Item("jug").Stock("jug", "north", units);
        var order = house.Place("order-1", [("jug", units)]);
        house.Round();
        return (house, order);
    }

    private static Rejection? Report(SmallHouse house, EventType type, long units) =>
        house.Apply(type, "jug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, units), Opens.AddHours(25));
}
