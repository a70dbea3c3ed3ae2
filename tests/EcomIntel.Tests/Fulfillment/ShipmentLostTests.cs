using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Fulfillment;

/// <summary>A lost parcel has left the house, is on record once, and is somebody's work.</summary>
public sealed class ShipmentLostTests
{
    private readonly SmallHouse _house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 5);
    private readonly Order _order;

    public ShipmentLostTests()
    {
        _order = _house.Place("order-1", [("mug", 2)]);
        _house.Round();
    }

    [Fact]
    public void What_is_lost_had_left_and_opens_one_case_with_what_it_was_worth()
    {
        Assert.Null(Lose("order-1-S1", hours: 30));
        Assert.Null(Lose("order-1-S1", hours: 40));
        Assert.Equal((OrderStatus.SHIPPED, 3L, 0L), (
            _order.Status, _house.Units("mug", "north", StockState.Available), _house.Units("mug", "north", StockState.Allocated)));
        var lost = Assert.Single(_house.Emitted(ShipmentLossReported.Type, OperationJson.Default.ShipmentLossReported));
        Assert.Equal(("order-1-S1", "web", "north", 2L, 2m, SmallHouse.Opens.AddHours(30)), (
            lost.ShipmentId.Value, lost.Channel, lost.Location.Value, lost.Units, lost.Value, lost.ShippedAt));
        var opened = Assert.Single(_house.House.Get<ExceptionBook>().Opened);
        Assert.Equal((CaseCategory.ParcelLost, "order-1-S1"), (opened.Category, opened.Subject));
    }

    [Fact]
    public void What_turns_up_is_delivered_and_what_was_never_released_cannot_be_lost()
    {
        Assert.Null(Lose("order-1-S1", hours: 30));
        Assert.Null(_house.Apply(EventCatalogue.ShipmentDelivered, "order-1-S1", new ShipmentMoved(), SmallHouse.Opens.AddHours(90)));
        Assert.Equal(OrderStatus.DELIVERED, _order.Status);
        Assert.Equal(RejectionCodes.UnknownShipment, Lose("order-1-S2", hours: 30)?.Code);
    }

    private Rejection? Lose(string shipment, int hours) =>
        _house.Apply(EventCatalogue.ShipmentLost, shipment, new ShipmentLost("not found at the depot"), SmallHouse.Opens.AddHours(hours));
}
