using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>
/// An order that ships complete leaves in one parcel, or in as many at once as the policy says; meanwhile it holds nothing that others could have.
/// </summary>
public sealed class ShipCompleteTests
{
    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("mug", "lid");

    [Theory]
    [InlineData(1, "BACKORDERED", "")]
    [InlineData(2, "RELEASED", "north south")]
    public void What_no_node_has_whole_waits_and_holds_nothing_unless_several_may_send(int nodes, string status, string parcels)
    {
        May(nodes);
        _house.Stock("mug", "north", 1).Stock("lid", "south", 1);
        var order = _house.Place("order", [("mug", 1), ("lid", 1)], complete: true);
        _house.Round(24);
        Assert.Equal((status, parcels), (order.Status.ToString(), Parcels(order)));
        Assert.Equal(nodes == 1 ? 1 : 0, _house.Units("mug", "north", StockState.Available));
        if (nodes == 1)
            Assert.Equal(
                ["has 1 of 2 units; the order ships complete, from one node at once", "has 1 of 2 units; the order ships complete, from one node at once"],
                _house.Rounds.Decisions[^1].Reasons.Select(reason => reason.Reason));
        _house.Stock("mug", "south", 1).Round(25);
        Assert.Equal(nodes == 1 ? "south" : parcels, Parcels(order));
    }

    /// <summary>The mug is not found, nobody has picked the lid: the lid is given back, and who waits for it has it in the same round.</summary>
    [Fact]
    public void After_a_short_pick_what_nobody_has_picked_is_given_back_and_serves_others()
    {
        _house.Stock("mug", "north", 1).Stock("lid", "north", 1);
        var order = _house.Place("order", [("mug", 1), ("lid", 1)], complete: true);
        _house.Round(24);
        var waits = _house.Place("waits", [("lid", 1)], promisedInDays: 9);
        _house.Round(25);
        Short("order-S1", "mug", 1);
        Assert.Equal(1, _house.Units("lid", "north", StockState.Allocated)); // whoever picks has until the round
        _house.Round(26);
        Assert.Equal((OrderStatus.BACKORDERED, "", OrderStatus.RELEASED), (order.Status, Parcels(order), waits.Status));
        var told = _house.Emitted(OperationEvents.Deallocated, OperationJson.Default.OrderDeallocated).Single();
        Assert.Equal(("order-S1", 2, 1L, 1), (told.ShipmentId?.Value, told.Lines[0].Number, told.Lines[0].Quantity, told.Lines.Count));
        Assert.Equal(ShipmentStatus.CANCELLED, order.Shipments[0].Status);
        _house.Stock("mug", "south", 1).Stock("lid", "south", 1).Round(27);
        Assert.Equal((OrderStatus.RELEASED, "south"), (order.Status, Parcels(order)));
    }

    /// <summary>The carrier had the lid already when the round recalled it.</summary>
    /// <param name="rounds">How many rounds run after the recall, with all that is wanted at another node.</param>
    [Theory]
    [InlineData(0, 1, 1, "")]
    [InlineData(1, 2, 0, "order.shipped_twice")]
    public void What_was_recalled_and_left_all_the_same_is_the_lines_if_it_waits_and_else_one_too_many(int rounds, long sourced, long waiting, string told)
    {
        _house.Stock("mug", "north", 1).Stock("lid", "north", 1);
        var order = _house.Place("order", [("mug", 1), ("lid", 1)], complete: true);
        _house.Round(24);
        Short("order-S1", "mug", 1);
        _house.Round(26);
        Assert.Equal(AllocationStatus.RECALLED, order.Allocations.Single(unit => unit.LineNumber == 2).Status);
        if (rounds > 0)
            _house.Stock("mug", "south", 1).Stock("lid", "south", 1).Round(27);
        Assert.Null(_house.Apply(EventCatalogue.ShipmentPickedUp, "order-S1", new ShipmentMoved(), SmallHouse.Opens.AddHours(28)));
        Assert.Equal((sourced, waiting), (order.Lines.Sum(line => line.Sourced), order.Lines.Sum(line => line.Waiting)));
        Assert.Equal(0, order.Lines.Sum(line => line.Cancelled));
        Assert.Equal(0, _house.Units("lid", "north", StockState.Available));
        Assert.Equal(ShipmentStatus.SHIPPED, order.Shipments[0].Status);
        var cases = _house.House.Get<EcomIntel.Core.ExceptionCases.ExceptionBook>().Opened;
        Assert.Equal(told, string.Join(",", cases.Select(opened => opened.Category).Where(each => each.StartsWith("order.shipped", StringComparison.Ordinal))));
    }

    [Fact]
    public void After_a_short_pick_another_node_that_has_it_all_sends_it()
    {
        _house.Stock("mug", "north", 1).Stock("lid", "north", 1).Stock("mug", "south", 1).Stock("lid", "south", 1);
        var order = _house.Place("order", [("mug", 1), ("lid", 1)], complete: true);
        _house.Round(24);
        Short("order-S1", "mug", 1);
        _house.Round(25);
        Assert.Equal((OrderStatus.RELEASED, "south"), (order.Status, Parcels(order)));
        Assert.Equal(1, _house.Units("lid", "north", StockState.Available));
    }

    [Fact]
    public void Where_two_may_send_the_rest_comes_from_a_second_node_and_the_first_keeps_its_part()
    {
        May(2);
        _house.Stock("mug", "north", 1).Stock("lid", "north", 1).Stock("mug", "south", 1);
        var order = _house.Place("order", [("mug", 1), ("lid", 1)], complete: true);
        _house.Round(24);
        Short("order-S1", "mug", 1);
        _house.Round(25);
        Assert.Equal((OrderStatus.RELEASED, "north south"), (order.Status, Parcels(order)));
        Assert.Empty(_house.Emitted(OperationEvents.Deallocated, OperationJson.Default.OrderDeallocated));
    }

    /// <summary>The lid is in the box: the mug comes from that node, into that box, or the box waits and a case says so.</summary>
    [Fact]
    public void What_is_picked_already_waits_for_the_rest_at_its_node()
    {
        _house.Stock("mug", "north", 1).Stock("lid", "north", 1);
        var order = _house.Place("order", [("mug", 1), ("lid", 1)], complete: true);
        _house.Round(24);
        Pick("order-S1", "lid", 2);
        Short("order-S1", "mug", 1);
        _house.Stock("mug", "south", 1).Round(25);
        Assert.Equal((OrderStatus.BACKORDERED, "north"), (order.Status, Parcels(order)));
        var opened = _house.House.Get<ExceptionBook>().Opened.Single(opened => opened.Category == CaseCategory.OrderIncomplete);
        Assert.Equal(("order", 1m), (opened.Subject, opened.MoneyAtRisk));
        _house.Round(26);
        Assert.Single(_house.House.Get<ExceptionBook>().Opened, another => another.Category == CaseCategory.OrderIncomplete);

        Assert.Null(_house.Apply(EventCatalogue.StockReceived, "mug", new StockReceived(new("north"), 1), SmallHouse.Opens.AddHours(26.5)));
        _house.Round(27);
        Assert.Equal((0L, "order-S1 order-S1"), (order.Lines.Sum(line => line.Waiting), Shipments(order)));
        Assert.Equal([1, 2], _house.Emitted(OperationEvents.Released, OperationJson.Default.OrderReleased)[^1].Lines.Select(line => line.Number));
    }

    [Fact]
    public void Once_a_part_has_left_all_the_same_the_rest_follows_from_anywhere()
    {
        _house.Stock("mug", "north", 1).Stock("lid", "north", 1);
        var order = _house.Place("order", [("mug", 1), ("lid", 1)], complete: true);
        _house.Round(24);
        Pick("order-S1", "lid", 2);
        Short("order-S1", "mug", 1);
        _house.Stock("mug", "south", 1).Round(25);
        Assert.Equal(1, order.Lines[0].Waiting);
        Assert.Null(_house.Apply(EventCatalogue.ShipmentPickedUp, "order-S1", new ShipmentMoved(), SmallHouse.Opens.AddHours(26)));
        _house.Round(27);
        Assert.Equal((0L, "order-S2"), (order.Lines[0].Waiting, order.Allocations.Single(a => a is { IsLive: true, LineNumber: 1 }).ShipmentId?.Value));
    }

    private void May(int nodes) => Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, $$"""{"shipCompleteNodes":{{nodes}}}"""));

    private void Short(string shipment, string sku, int line) => Assert.Null(_house.Apply(
        EventCatalogue.PickShort, sku, new PickShort(new("order"), new(shipment), line, 1), SmallHouse.Opens.AddHours(24.5)));

    private void Pick(string shipment, string sku, int line) => Assert.Null(_house.Apply(
        EventCatalogue.PickConfirmed, sku, new PickConfirmed(new("order"), new(shipment), line, 1), SmallHouse.Opens.AddHours(24.4)));

    private static string Parcels(Order order) =>
        string.Join(' ', order.Allocations.Where(a => a.IsLive).Select(a => a.Location.Value).Distinct().Order(StringComparer.Ordinal));

    private static string Shipments(Order order) => string.Join(' ', order.Allocations.Where(a => a.IsLive).Select(a => a.ShipmentId?.Value));
}
