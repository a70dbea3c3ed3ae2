using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory.Transfers;
using EcomIntel.Tests.Processing;
using static EcomIntel.Tests.Inventory.Arrivals;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Inventory;

/// <summary>Nothing is received that was not dispatched, and what is on its way is known by transfer.</summary>
public sealed class TransferTests
{
    private static readonly LocationId North = new("north"), South = new("south"), West = new("west");

    [Fact]
    public void A_receipt_told_twice_takes_nothing_from_another_transfer()
    {
        var house = House();
        Dispatch(house, "T-1", 6);
        Dispatch(house, "T-2", 3);
        Receive(house, "T-1", 6);
        Receive(house, "T-1", 6);
        Assert.Equal((6, 3), (Available(house, "south"), InTransit(house)));
        var over = Cases(house).Single();
        Assert.Equal((CaseCategory.TransferOver, "T-1", 120m), (over.Category, over.Subject, over.MoneyAtRisk)); // 6 that nobody sent, at 20
        house.Place("O-1", [("lamp", 9)]);
        Assert.Null(house.Apply(Types.LocationUpdated, "north", new LocationUpdated("North", Active: false), SmallHouse.Opens.AddHours(1)));
        house.Round();
        Assert.Equal(6, house.Units("lamp", "south", StockState.Allocated));
    }

    [Fact]
    public void What_was_dispatched_is_on_its_way_whatever_the_book_had()
    {
        var house = House();
        Dispatch(house, "T-1", 50);
        Assert.Equal((0, 50), (Available(house, "north"), InTransit(house)));
        Assert.Equal(CaseCategory.StockNegative, Cases(house).Single().Category);
        Receive(house, "T-1", 50);
        Assert.Equal((50, 0), (Available(house, "south"), InTransit(house)));
    }

    [Fact]
    public void What_arrives_elsewhere_is_there_with_a_case()
    {
        var house = House();
        Dispatch(house, "T-1", 5);
        Receive(house, "T-1", 5, West);
        Assert.Equal((5, 0, 0), (Available(house, "west"), Available(house, "south"), InTransit(house)));
        Assert.Equal((CaseCategory.TransferDiverted, "T-1"), (Cases(house).Single().Category, Cases(house).Single().Subject));
    }

    [Fact]
    public void What_is_lost_or_never_comes_leaves_the_book_with_its_value()
    {
        var house = House();
        Dispatch(house, "T-1", 9);
        Receive(house, "T-1", 4);
        Assert.Null(house.Apply(Types.TransferLost, "lamp", new TransferLost("T-1", 2)));
        Assert.Equal((4, 3), (Available(house, "south"), InTransit(house)));
        Assert.Null(house.Apply(Types.TransferClosed, "lamp", new TransferClosed("T-1")));
        Assert.Equal((4, 0), (Available(house, "south"), InTransit(house)));
        Assert.Equal([(CaseCategory.TransferLost, 40m), (CaseCategory.TransferShort, 60m)],
            Cases(house).Select(opened => (opened.Category, opened.MoneyAtRisk!.Value)));
        Receive(house, "T-1", 3); // it turned up
        Assert.Equal((7, 0), (Available(house, "south"), InTransit(house)));
        var transfer = house.House.Get<TransferBook>().All.Single();
        Assert.Equal((9, 7, 2, 0, 0), (transfer.Dispatched, transfer.Received, transfer.Lost, transfer.Short, transfer.Over));
    }

    [Fact]
    public void A_receipt_waits_for_its_transfer() =>
        Assert.Equal("transfer/T-1", House().Apply(Types.TransferReceived, "lamp", new TransferReceived("T-1", South, 1))?.Awaits);

    [Fact]
    public void A_transfer_ends_alike_in_every_order()
    {
        var ends = EndsOf(House, [
            At(10, Types.TransferDispatched, "lamp", new TransferDispatched("T-1", North, South, 8)),
            At(20, Types.TransferReceived, "lamp", new TransferReceived("T-1", West, 5)),
            At(30, Types.TransferReceived, "lamp", new TransferReceived("T-1", South, 5)),
            At(40, Types.TransferDispatched, "lamp", new TransferDispatched("T-1", North, South, 4)),
            At(50, Types.TransferClosed, "lamp", new TransferClosed("T-1")),
        ], Stands);
        // 8 leave; 5 come west, 3 south and 2 more than left; of the next 4 these are 2, and 2 never come.
        Assert.Equal(["north 28, south 5, west 5, in transit 0, over 0, short 2"], ends);
    }

    [Fact]
    public void Lost_units_and_receipts_told_twice_end_alike_in_every_order()
    {
        var ends = EndsOf(House, [
            At(10, Types.TransferDispatched, "lamp", new TransferDispatched("T-1", North, South, 6)),
            At(20, Types.TransferLost, "lamp", new TransferLost("T-1", 3)),
            At(30, Types.TransferReceived, "lamp", new TransferReceived("T-1", South, 4)),
            At(40, Types.TransferReceived, "lamp", new TransferReceived("T-1", South, 4)),
            At(45, Types.StockCounted, "lamp", new StockCounted(South, 5)),
        ], Stands);
        Assert.Equal(["north 34, south 5, west 0, in transit 0, over 2, short 0"], ends);
    }

    [Fact]
    public void A_count_where_it_left_ends_alike_in_every_order()
    {
        var ends = EndsOf(House, [
            At(10, Types.TransferDispatched, "lamp", new TransferDispatched("T-1", North, South, 6)),
            At(20, Types.StockCounted, "lamp", new StockCounted(North, 33)),
            At(30, Types.TransferReceived, "lamp", new TransferReceived("T-1", South, 6)),
            At(40, Types.TransferDispatched, "lamp", new TransferDispatched("T-2", North, South, 3)),
        ], Stands);
        Assert.Equal(["north 30, south 6, west 0, in transit 3, over 0, short 0"], ends);
    }

    [Fact]
    public void Lots_travel_with_their_expiry()
    {
        var house = House().Item("milk");
        foreach (var (lot, days) in new[] { ("old", 5), ("new", 50) })
            Assert.Null(house.Apply(Types.StockReceived, "milk", new StockReceived(North, 4, lot, ExpiresAt: SmallHouse.Opens.AddDays(days))));
        Assert.Null(house.Apply(Types.TransferDispatched, "milk", new TransferDispatched("T-1", North, South, 6)));
        Assert.Null(house.Apply(Types.TransferReceived, "milk", new TransferReceived("T-1", South, 5)));
        var lots = house.Stocks.Of(new("milk")).Where(position => position.Location == South)
            .Select(position => $"{position.Lot} {position[StockState.Available]} {position[StockState.InTransit]}");
        Assert.Equal(["old 4 0", "new 1 1"], lots);
    }

    private static SmallHouse House()
    {
        var house = new SmallHouse(["north", "south", "west"]);
        Assert.Null(house.Apply(Types.ItemUpdated, "lamp", new ItemUpdated("Lamp", UnitCost: 20m)));
        return house.Stock("lamp", "north", 40);
    }

    private static void Dispatch(SmallHouse house, string id, long quantity) =>
        Assert.Null(house.Apply(Types.TransferDispatched, "lamp", new TransferDispatched(id, North, South, quantity)));

    private static void Receive(SmallHouse house, string id, long quantity, LocationId? to = null) =>
        Assert.Null(house.Apply(Types.TransferReceived, "lamp", new TransferReceived(id, to ?? South, quantity)));

    private static string Stands(SmallHouse house)
    {
        var transfers = house.House.Get<TransferBook>().All.ToList();
        foreach (var place in transfers.GroupBy(transfer => transfer.To))
            Assert.Equal(house.Units("lamp", place.Key.Value, StockState.InTransit), 
                place.Sum(transfer => transfer.Dispatched - transfer.Received - transfer.Lost - transfer.Short));
        return $"north {Available(house, "north")}, south {Available(house, "south")}, west {Available(house, "west")}, in transit {InTransit(house)}, "
            + $"over {transfers.Sum(transfer => transfer.Over)}, short {transfers.Sum(transfer => transfer.Short)}";
    }

    private static long Available(SmallHouse house, string place) => house.Units("lamp", place, StockState.Available);

    private static long InTransit(SmallHouse house) => house.Stocks.Of(new("lamp")).Sum(position => position[StockState.InTransit]);

    private static List<ExceptionCase> Cases(SmallHouse house) => house.House.Get<ExceptionBook>().Opened;
}
