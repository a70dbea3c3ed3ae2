using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>A node that did not find a line is passed over for it until something was seen there, and no longer.</summary>
public sealed class RejectedNodeTests
{
    private static readonly DateTimeOffset Short = SmallHouse.Opens.AddHours(24.5);

    [Fact]
    public void The_line_goes_elsewhere_and_the_reason_is_kept()
    {
        var house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 9).Stock("mug", "south", 9);
        var order = Rejected(house, 2);
        house.Round(25);
        Assert.Equal([("south", 2L)], Live(order));
        Assert.Equal(["rejected it on 2026-01-06 00:30, nothing was seen there since", "has it all"],
            house.Rounds.Decisions[^1].Reasons.Select(reason => reason.Reason));
    }

    public static TheoryData<string, bool> Sightings => new()
    {
        { "received", true },
        { "adjusted up", true },
        { "adjusted down", true },
        { "counted as the book says", true },
        { "counted otherwise", true },
        { "counted in quarantine", true },
        { "reported by its partner", true },
        { "moved back to available", true },
        { "moved out of available", false },
        { "received by transfer", true },
        { "dispatched to another node", false },
        { "another order there is cancelled", false },
        { "received of another item", false },
        { "received at another node", false },
        { "received before it was rejected", false },
        { "received at the instant at which it was rejected", false },
    };

    /// <summary>
    /// The north has 5 left on the book and has rejected 2: the order waits, and is served there only when the north was seen since, whether that was heard
    /// before the rejection or after.
    /// </summary>
    [Theory]
    [MemberData(nameof(Sightings))]
    public void Something_seen_there_since_lifts_the_bar_whichever_is_heard_first(string seen, bool lifts)
    {
        foreach (var heardFirst in (bool[])[false, true])
        {
            var house = new SmallHouse(["north"]).Item("mug", "lid").Stock("mug", "north", 10);
            house.Catalog.Add(new Core.Catalog.Location { Id = new("attic"), Active = false });
            house.Stock("mug", "attic", 1).Apply(EventCatalogue.TransferDispatched, "mug", new TransferDispatched("T-1", new("attic"), new("north"), 1));
            house.Place("other", [("mug", 3)]);
            house.Round(23);
            var order = house.Place("order", [("mug", 2)]);
            house.Round(24);
            if (heardFirst)
                See(house, seen);
            Reject(house, 2);
            if (!heardFirst)
            {
                house.Round(25);
                Assert.Equal(2, order.Lines[0].Waiting);
                See(house, seen);
            }
            house.Round(26);
            Assert.Equal((seen, heardFirst, lifts ? 0L : 2L), (seen, heardFirst, order.Lines[0].Waiting));
        }
    }

    [Fact]
    public void Who_was_placed_first_is_served_first_again()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 1);
        var order = Rejected(house, 1);
        house.Apply(EventCatalogue.StockCounted, "mug", new StockCounted(new("north"), 0, StockState.Quarantined), Short.AddMinutes(10));
        house.Apply(EventCatalogue.StockReceived, "mug", new StockReceived(new("north"), 1), Short.AddMinutes(40));
        var later = house.Place("later", [("mug", 1)], placedAfterHours: 25);
        house.Round(26);
        Assert.Equal((OrderStatus.RELEASED, OrderStatus.BACKORDERED), (order.Status, later.Status));
        Assert.Equal(["order-S1", "order-S2"], order.Shipments.Select(shipment => shipment.Id.Value));
    }

    [Fact]
    public void A_node_that_rejects_again_is_passed_over_again()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 9);
        var order = Rejected(house, 1);
        house.Apply(EventCatalogue.StockCounted, "mug", new StockCounted(new("north"), 8), Short.AddHours(1));
        house.Round(26);
        Assert.Equal(0, order.Lines[0].Waiting);
        house.Apply(EventCatalogue.PickShort, "mug", new PickShort(new("order"), new("order-S2"), 1, 1), Short.AddHours(3));
        house.Round(28);
        Assert.Equal(1, order.Lines[0].Waiting);
        house.Apply(EventCatalogue.StockCounted, "mug", new StockCounted(new("north"), 7), Short.AddHours(4));
        house.Round(29);
        Assert.Equal(0, order.Lines[0].Waiting);
    }

    [Fact]
    public void Only_the_line_that_was_rejected_is_kept_from_the_node()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 2);
        var order = house.Place("order", [("mug", 1), ("mug", 1), ("mug", 1)]);
        house.Round(24);
        Reject(house, 1);
        house.Apply(EventCatalogue.StockReceived, "mug", new StockReceived(new("north"), 1), Short.AddHours(-1));
        house.Round(25);
        Assert.Equal([1L, 0L, 0L], order.Lines.Select(line => line.Waiting));
    }

    private static Order Rejected(SmallHouse house, long units)
    {
        var order = house.Place("order", [("mug", units)]);
        house.Round(24);
        Reject(house, units);
        return order;
    }

    private static void Reject(SmallHouse house, long units) =>
        Assert.Null(house.Apply(EventCatalogue.PickShort, "mug", new PickShort(new("order"), new("order-S1"), 1, units), Short));

    private static void See(SmallHouse house, string seen)
    {
        var (north, after) = (new LocationId("north"), Short.AddMinutes(1));
        var book = house.Units("mug", "north", StockState.Available);
        Assert.Null(seen switch
        {
            "received" => house.Apply(EventCatalogue.StockReceived, "mug", new StockReceived(north, 1), after),
            "adjusted up" => house.Apply(EventCatalogue.StockAdjusted, "mug", new StockAdjusted(north, 1, "found"), after),
            "adjusted down" => house.Apply(EventCatalogue.StockAdjusted, "mug", new StockAdjusted(north, -1, "broken"), after),
            "counted as the book says" => house.Apply(EventCatalogue.StockCounted, "mug", new StockCounted(north, book), after),
            "counted otherwise" => house.Apply(EventCatalogue.StockCounted, "mug", new StockCounted(north, book - 1), after),
            "counted in quarantine" => house.Apply(EventCatalogue.StockCounted, "mug", new StockCounted(north, 0, StockState.Quarantined), after),
            "reported by its partner" => house.Apply(EventCatalogue.PartnerStockReported, "mug", new PartnerStockReported(north, book + 3), after),
            "moved back to available" => Damaged(StockState.Available, after),
            "moved out of available" => house.Apply(
                EventCatalogue.StockMoved, "mug", new StockMoved(north, StockState.Available, StockState.Damaged, 1), after),
            "received by transfer" => house.Apply(EventCatalogue.TransferReceived, "mug", new TransferReceived("T-1", north, 1), after),
            "dispatched to another node" => house.Apply(
                EventCatalogue.TransferDispatched, "mug", new TransferDispatched("T-2", north, new("attic"), 1), after),
            "another order there is cancelled" => house.Apply(EventCatalogue.OrderCancelled, "other", new OrderCancelled(), after),
            "received of another item" => house.Apply(EventCatalogue.StockReceived, "lid", new StockReceived(north, 1), after),
            "received at another node" => house.Apply(EventCatalogue.StockReceived, "mug", new StockReceived(new("attic"), 1), after),
            "received before it was rejected" => house.Apply(EventCatalogue.StockReceived, "mug", new StockReceived(north, 1), Short.AddMinutes(-1)),
            _ => house.Apply(EventCatalogue.StockReceived, "mug", new StockReceived(north, 1), Short),
        });

        Rejection? Damaged(StockState to, DateTimeOffset at) =>
            house.Apply(EventCatalogue.StockMoved, "mug", new StockMoved(north, StockState.Available, StockState.Damaged, 1), SmallHouse.Opens)
            ?? house.Apply(EventCatalogue.StockMoved, "mug", new StockMoved(north, StockState.Damaged, to, 1), at);
    }

    private static List<(string, long)> Live(Order order) => [.. order.Allocations.Where(a => a.IsLive).Select(a => (a.Location.Value, a.Quantity))];
}
