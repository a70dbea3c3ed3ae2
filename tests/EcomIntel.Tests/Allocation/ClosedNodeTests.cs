using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>Nothing is released at a node that is closed: what was promised there is sourced again, or waits where the policy lets it.</summary>
public sealed class ClosedNodeTests
{
    private static readonly DateTimeOffset Closes = SmallHouse.Opens.AddHours(24.5);

    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 5).Stock("mug", "south", 5);

    [Fact]
    public void What_is_promised_there_and_not_released_is_sourced_again()
    {
        var order = Held("order", 2);
        Close();
        var told = _house.Emitted(OperationEvents.Deallocated, OperationJson.Default.OrderDeallocated).Single();
        Assert.Equal((null, "north is closed until further notice", 2L), (told.ShipmentId, told.Reason, told.Lines[0].Quantity));
        Assert.Equal(5, _house.Units("mug", "north", StockState.Available));
        _house.Round(25);
        Free("order");
        _house.Round(26);
        Assert.Equal("south", order.Shipments.Single().Location.Value);
        Assert.Empty(Cases());
    }

    [Fact]
    public void What_was_released_there_and_not_begun_is_a_case()
    {
        var untouched = _house.Place("untouched", [("mug", 2)]);
        var picked = _house.Place("picked", [("mug", 1)]);
        _house.Round(24);
        Assert.Null(_house.Apply(EventCatalogue.PickConfirmed, "mug", new PickConfirmed(picked.Id, new("picked-S1"), 1, 1), Closes.AddMinutes(-9)));
        Close();
        var opened = Cases().Single();
        Assert.Equal((CaseCategory.LocationClosed, "untouched-S1", "north", 2m),
            (opened.Category, opened.Subject, opened.Location?.Value, opened.MoneyAtRisk));
        Close(Closes.AddHours(1)); // said again, it is told once
        Assert.Single(Cases());
        Assert.Equal(OrderStatus.RELEASED, untouched.Status);
    }

    [Theory]
    [InlineData("00:00:00", "south")]
    [InlineData("02:00:00", "south")]
    [InlineData("03:00:00", "north")]
    public void Where_it_opens_again_in_time_the_promise_waits(string wait, string from)
    {
        Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, $$"""{"waitForReopening":"{{wait}}"}"""));
        var order = Held("order", 2);
        Close(reopens: Closes.AddHours(3));
        Free("order");
        _house.Round(25);
        Assert.Equal(from == "south" ? "south" : "", string.Join(' ', order.Shipments.Select(shipment => shipment.Location)));
        Assert.Equal(from == "south" ? 0 : 1, Cases().Count);
        _house.Round(27).Round(28);
        Assert.Equal(from, order.Shipments.Single().Location.Value);
    }

    [Fact]
    public void What_waits_there_is_sourced_again_once_it_opens_later_than_was_said()
    {
        Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, """{"waitForReopening":"03:00:00"}"""));
        var order = Held("order", 2);
        Close(reopens: Closes.AddHours(2));
        Free("order");
        _house.Round(25);
        Close(Closes.AddHours(1), reopens: Closes.AddHours(30));
        _house.Round(26);
        Assert.Equal("south", order.Shipments.Single().Location.Value);
    }

    /// <summary>At its hour, by no event: the round before finds it closed, the one after serves whoever waited.</summary>
    [Fact]
    public void From_the_hour_at_which_it_opens_again_it_is_given_orders()
    {
        _house.Apply(EventCatalogue.StockAdjusted, "mug", new StockAdjusted(new("south"), -5, "burnt"));
        Close(reopens: Closes.AddHours(2));
        var order = _house.Place("order", [("mug", 2)], placedAfterHours: 24);
        var due = new DueWork(_house.House, Closes);
        due.RunUntil(Closes.AddHours(2));
        Assert.Equal(OrderStatus.BACKORDERED, order.Status);
        due.RunUntil(Closes.AddHours(3));
        Assert.Equal((OrderStatus.RELEASED, Closes.AddHours(2.5)), (order.Status, order.Shipments.Single().ReleasedAt));
    }

    /// <summary>Two nodes send, one closes: with one left it does not ship complete, so it holds nothing.</summary>
    [Fact]
    public void What_ships_complete_is_given_back_whole_where_the_rest_cannot_be_had()
    {
        Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, """{"shipCompleteNodes":2}"""));
        var order = Held("order", 8, complete: true);
        Assert.Equal(["north", "south"], order.Allocations.Select(a => a.Location.Value));
        Close();
        _house.Round(25);
        Assert.Equal((8L, 5L, 5L),
            (order.Lines[0].Waiting, _house.Units("mug", "north", StockState.Available), _house.Units("mug", "south", StockState.Available)));
        _house.Stock("mug", "south", 3).Round(26);
        Assert.Equal(0, order.Lines[0].Waiting);
    }

    [Fact]
    public void Where_lines_are_not_split_the_rest_does_not_wait_for_a_node_that_is_closed()
    {
        var house = new SmallHouse(["north", "south"], splitLines: false).Item("mug").Stock("mug", "north", 3);
        var order = house.Place("order", [("mug", 4)]);
        house.Round(24);
        house.Apply(EventCatalogue.LocationUpdated, "north", new LocationUpdated("North", Active: false), Closes);
        house.Stock("mug", "south", 1).Round(25);
        Assert.Equal(0, order.Lines[0].Waiting);
    }

    private Order Held(string id, long units, bool complete = false)
    {
        var order = _house.Place(id, [("mug", units)], complete: complete);
        Assert.Null(_house.Apply(EventCatalogue.OrderFraudFlagged, id, new OrderFlagged()));
        _house.Round(24);
        Assert.Equal(OrderStatus.ALLOCATED, order.Status);
        return order;
    }

    private void Free(string id) => Assert.Null(_house.Apply(EventCatalogue.OrderFraudCleared, id, new OrderCleared(), Closes.AddMinutes(10)));

    private void Close(DateTimeOffset? at = null, DateTimeOffset? reopens = null) => Assert.Null(_house.Apply(
        EventCatalogue.LocationUpdated, "north", new LocationUpdated("North", Priority: 0, Active: false, ReopensAt: reopens), at ?? Closes));

    private List<ExceptionCase> Cases() => _house.House.Get<ExceptionBook>().Opened;
}
