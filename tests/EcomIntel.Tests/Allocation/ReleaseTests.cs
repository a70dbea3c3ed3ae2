using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>What goes together: units join a shipment of their node that nobody has begun, and an order may wait for all of it.</summary>
public sealed class ReleaseTests
{
    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("mug");

    [Theory]
    [InlineData("", true, "order-S1:3")]
    [InlineData("picked", true, "order-S1:1 order-S2:2")]
    [InlineData("packed", true, "order-S1:1 order-S2:2")]
    [InlineData("labelled", true, "order-S1:1 order-S2:2")]
    [InlineData("shipped", true, "order-S1:1 order-S2:2")]
    [InlineData("", false, "order-S1:1 order-S2:2")]
    public void Later_units_join_what_nobody_has_begun(string begun, bool join, string shipments)
    {
        Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, $$"""{"joinParcels":{{(join ? "true" : "false")}}}"""));
        _house.Stock("mug", "north", 1);
        var order = _house.Place("order", [("mug", 3)]);
        _house.Round(24);
        var s1 = new ShipmentId("order-S1");
        Assert.Null(begun switch
        {
            "picked" => _house.Apply(EventCatalogue.PickConfirmed, "mug", new PickConfirmed(order.Id, s1, 1, 1)),
            "packed" => _house.Apply(EventCatalogue.PackConfirmed, "mug", new PickConfirmed(order.Id, s1, 1, 1)),
            "labelled" => _house.Apply(EventCatalogue.ShipmentLabelled, s1.Value, new ShipmentLabelled("post")),
            "shipped" => _house.Apply(EventCatalogue.ShipmentPickedUp, s1.Value, new ShipmentMoved()),
            _ => null,
        });
        _house.Stock("mug", "north", 2).Round(25);
        Assert.Equal(shipments, string.Join(' ', order.Shipments.Select(
            shipment => $"{shipment.Id}:{order.LiveIn(shipment).Sum(allocation => allocation.Quantity)}")));
        // The node is told all of the shipment again.
        var told = _house.Emitted(OperationEvents.Released, OperationJson.Default.OrderReleased);
        Assert.Equal((2, begun == "" && join ? 3 : 2), (told.Count, (int)told[^1].Lines.Sum(line => line.Quantity)));
        Assert.Equal(told[^1].Order.Version, order.Version);
    }

    [Fact]
    public void Units_of_another_node_do_not_join()
    {
        _house.Stock("mug", "north", 1).Stock("mug", "south", 1);
        var order = _house.Place("order", [("mug", 3)]);
        _house.Round(24).Stock("mug", "south", 1).Round(25);
        Assert.Equal(["order-S1@north:1", "order-S2@south:2"], order.Shipments.Select(
            shipment => $"{shipment.Id}@{shipment.Location}:{order.LiveIn(shipment).Sum(allocation => allocation.Quantity)}"));
    }

    [Fact]
    public void Complete_release_waits_until_nothing_of_the_order_waits_or_its_time_is_over()
    {
        Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, """{"release":"complete","completeWithin":"1.06:00:00"}"""));
        _house.Stock("mug", "north", 1);
        var order = _house.Place("order", [("mug", 2)]);
        var late = _house.Place("late", [("mug", 2)], promisedInDays: 9, placedAfterHours: 1);
        _house.Round(24);
        Assert.Equal((0, 1L), (order.Shipments.Count, order.Lines[0].Waiting));
        _house.Stock("mug", "south", 2).Round(26);
        Assert.Equal(["north", "south"], order.Shipments.Select(shipment => shipment.Location.Value));
        Assert.Equal((0, 1L), (late.Shipments.Count, late.Lines[0].Waiting));
        _house.Round(30);
        Assert.Empty(late.Shipments);
        _house.Round(31);
        Assert.Single(late.Shipments);
    }

    [Theory]
    [InlineData("""{"release":"now"}""", "release must be eager or complete")]
    [InlineData("""{"completeWithin":"366.00:00:00"}""", "completeWithin must be 00:00:00 to 365.00:00:00")]
    [InlineData("""{"shipCompleteNodes":0}""", "shipCompleteNodes must be 1 to 10")]
    [InlineData("""{"waitForReopening":"-00:00:01"}""", "waitForReopening must be 00:00:00 to 365.00:00:00")]
    [InlineData("""{"inactiveItems":"drop"}""", "inactiveItems must be sell or hold")]
    public void A_setting_out_of_its_range_is_refused_by_name(string settings, string why) =>
        Assert.Equal(why, _house.Policy("allocation", 2, SmallHouse.Opens, settings)?.Detail);
}
