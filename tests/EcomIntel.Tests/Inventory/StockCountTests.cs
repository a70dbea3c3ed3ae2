using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Tests.Processing;
using static EcomIntel.Tests.Inventory.Arrivals;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Inventory;

/// <summary>A count stands for what it names, as of its time.</summary>
public sealed class StockCountTests
{
    private static readonly LocationId North = new("north");

    [Fact]
    public void A_count_without_a_lot_is_of_all_lots_and_makes_no_units()
    {
        var house = House().Stock("tea", "north", 7, "A").Stock("tea", "north", 4, "B");
        Assert.Null(house.Apply(Types.StockCounted, "tea", new StockCounted(North, 11)));
        Assert.Empty(Cases(house));
        var order = house.Place("O-1", [("tea", 20)]);
        house.Round();
        Assert.Equal((11, 9), (order.Lines[0].Sourced, order.Lines[0].Waiting));
    }

    [Fact]
    public void A_loss_is_taken_from_the_lot_that_expires_first_and_a_gain_has_no_lot()
    {
        var house = House();
        Receive(house, 5, "late", expires: 90);
        Receive(house, 5, "soon", expires: 10);
        Receive(house, 5, "never", expires: null);
        Assert.Null(house.Apply(Types.StockCounted, "tea", new StockCounted(North, 8)));
        Assert.Equal("late 3, never 5", Lots(house));
        Assert.Equal((CaseCategory.StockVariance, "the book says 15 available, counted 8; taken from soon 5, late 2"), Cases(house).Single());
        Assert.Null(house.Apply(Types.StockCounted, "tea", new StockCounted(North, 10)));
        Assert.Equal(" 2, late 3, never 5", Lots(house));
        Assert.EndsWith("; 2 have no lot: count by lot", Cases(house)[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_of_a_lot_is_of_that_lot()
    {
        var house = House().Stock("tea", "north", 7, "A").Stock("tea", "north", 4, "B");
        Assert.Null(house.Apply(Types.StockCounted, "tea", new StockCounted(North, 9, Lot: "B")));
        Assert.Equal("A 7, B 9", Lots(house));
    }

    [Fact]
    public void A_count_of_all_states_leaves_alone_what_belongs_to_orders()
    {
        var house = House().Stock("tea", "north", 10);
        house.Place("O-1", [("tea", 3)]);
        house.Round(1);
        Assert.Null(house.Apply(Types.StockMoved, "tea", new StockMoved(North, StockState.Available, StockState.Damaged, 2), SmallHouse.Opens.AddHours(2)));
        Assert.Null(house.Apply(Types.StockCounted, "tea", new StockCounted(North, 7, All: true), SmallHouse.Opens.AddHours(3)));
        Assert.Empty(Cases(house)); // 5 available and 2 damaged
        Assert.Null(house.Apply(Types.StockCounted, "tea", new StockCounted(North, 1, All: true), SmallHouse.Opens.AddHours(4)));
        Assert.Equal((0, 3, 1), (house.Units("tea", "north", StockState.Available), house.Units("tea", "north", StockState.Allocated),
            house.Units("tea", "north", StockState.Damaged)));
    }

    [Fact]
    public void What_moved_after_a_count_is_no_difference()
    {
        var house = House().Stock("tea", "north", 10);
        house.Place("O-1", [("tea", 8)]);
        house.Round(2);
        Assert.Null(house.Apply(Types.StockCounted, "tea", new StockCounted(North, 10), SmallHouse.Opens.AddHours(1))); // heard after the round
        Assert.Empty(Cases(house));
        Assert.Equal((2, 8), (house.Units("tea", "north", StockState.Available), house.Units("tea", "north", StockState.Allocated)));
    }

    [Fact]
    public void A_shipment_that_left_before_a_partners_report_and_is_heard_after_it_costs_no_stock()
    {
        var house = House().Stock("tea", "north", 10);
        house.Place("O-1", [("tea", 4)]);
        house.Round(1);
        Assert.Null(house.Apply(Types.PartnerStockReported, "tea", new PartnerStockReported(North, 6), SmallHouse.Opens.AddHours(5)));
        Assert.Equal(2, house.Units("tea", "north", StockState.Available)); // 10 in the book, 6 there
        Assert.Null(house.Apply(Types.ShipmentPickedUp, "O-1-S1", new ShipmentMoved(), SmallHouse.Opens.AddHours(4)));
        Assert.Equal((6, 0), (house.Units("tea", "north", StockState.Available), house.Units("tea", "north", StockState.Allocated)));
    }

    [Fact]
    public void A_count_and_what_moves_around_it_end_alike_in_every_order()
    {
        var ends = EndsOf(House, [
            At(10, Types.StockReceived, "tea", new StockReceived(North, 9)),
            At(20, Types.StockAdjusted, "tea", new StockAdjusted(North, -4, "broken")),
            At(30, Types.StockCounted, "tea", new StockCounted(North, 7)),
            At(40, Types.StockAdjusted, "tea", new StockAdjusted(North, -3, "broken")),
            At(50, Types.StockReceived, "tea", new StockReceived(North, 6)),
        ], house => house.Units("tea", "north", StockState.Available));
        Assert.Equal([10], ends); // counted 7, then 3 less and 6 more
    }

    [Fact]
    public void Takings_of_more_than_there_is_end_alike_in_every_order()
    {
        var ends = EndsOf(House, [
            At(10, Types.StockReceived, "tea", new StockReceived(North, 5)),
            At(20, Types.StockMoved, "tea", new StockMoved(North, StockState.Available, StockState.Damaged, 3)),
            At(30, Types.StockAdjusted, "tea", new StockAdjusted(North, -10, "broken")),
            At(40, Types.StockReceived, "tea", new StockReceived(North, 7)),
            At(50, Types.StockAdjusted, "tea", new StockAdjusted(North, -1, "broken")),
        ], house => (house.Units("tea", "north", StockState.Available), house.Units("tea", "north", StockState.Damaged)));
        Assert.Equal([(6L, 3L)], ends); // 5, of which 3 are damaged and 2 go; then 7, less 1
    }

    [Fact]
    public void Counts_of_lots_and_of_all_of_them_end_alike_in_every_order()
    {
        var ends = EndsOf(House, [
            At(10, Types.StockReceived, "tea", new StockReceived(North, 5, "A", ExpiresAt: SmallHouse.Opens.AddDays(9))),
            At(20, Types.StockReceived, "tea", new StockReceived(North, 5, "B", ExpiresAt: SmallHouse.Opens.AddDays(3))),
            At(30, Types.StockCounted, "tea", new StockCounted(North, 8)),
            At(30, Types.StockAdjusted, "tea", new StockAdjusted(North, -1, "broken", Lot: "A")),
            At(40, Types.StockCounted, "tea", new StockCounted(North, 6, Lot: "A")),
        ], Lots);
        Assert.Equal(["A 6, B 4"], ends); // 4 and 5 when 8 are counted: one of B is gone
    }

    [Fact]
    public void Of_two_counts_of_one_instant_the_same_one_always_wins()
    {
        var ends = EndsOf(House, [
            At(10, Types.StockReceived, "tea", new StockReceived(North, 5)),
            At(10, Types.StockCounted, "tea", new StockCounted(North, 3)),
            At(10, Types.StockCounted, "tea", new StockCounted(North, 4)),
        ], house => house.Units("tea", "north", StockState.Available));
        Assert.Equal([4], ends);
    }

    [Theory]
    [InlineData(StockState.Allocated)]
    [InlineData(StockState.Picked)]
    [InlineData(StockState.InTransit)]
    [InlineData(StockState.ReturnPending)]
    public void What_belongs_to_somebody_cannot_be_counted_away(StockState state) =>
        Assert.Equal(RejectionCodes.WrongState, House().Apply(Types.StockCounted, "tea", new StockCounted(North, 1, state))?.Code);

    [Fact]
    public void The_lot_that_expires_first_is_promised_first()
    {
        var house = House();
        Receive(house, 5, "a", expires: null);
        Receive(house, 5, "b", expires: 30);
        Receive(house, 5, "c", expires: 20);
        var order = house.Place("O-1", [("tea", 12)]);
        house.Round();
        Assert.Equal(["c 5", "b 5", "a 2"], order.Allocations.Select(allocation => $"{allocation.Lot} {allocation.Quantity}"));
    }

    [Fact]
    public void A_lots_expiry_is_what_the_latest_receipt_says()
    {
        var ends = EndsOf(House, [
            At(10, Types.StockReceived, "tea", new StockReceived(North, 1, "A", ExpiresAt: SmallHouse.Opens.AddDays(9))),
            At(20, Types.StockReceived, "tea", new StockReceived(North, 1, "A", ExpiresAt: SmallHouse.Opens.AddDays(5))),
            At(20, Types.StockReceived, "tea", new StockReceived(North, 1, "A", ExpiresAt: SmallHouse.Opens.AddDays(4))),
        ], house => house.Stocks.ExpiryOf(new("tea"), "A"));
        Assert.Equal([SmallHouse.Opens.AddDays(4)], ends);
    }

    private static SmallHouse House() => new SmallHouse(["north", "south"]).Item("tea");

    private static void Receive(SmallHouse house, long quantity, string lot, int? expires) => Assert.Null(house.Apply(Types.StockReceived, "tea",
        new StockReceived(North, quantity, lot, ExpiresAt: expires is { } days ? SmallHouse.Opens.AddDays(days) : null)));

    private static string Lots(SmallHouse house) => string.Join(", ", house.Stocks.Of(new("tea")).Where(position => position[StockState.Available] > 0)
        .OrderBy(position => position.Lot, StringComparer.Ordinal).Select(position => $"{position.Lot} {position[StockState.Available]}"));

    private static List<(string Category, string Detail)> Cases(SmallHouse house) =>
        house.Reports.ConvertAll(opened => (opened.Category, opened.Detail));
}
