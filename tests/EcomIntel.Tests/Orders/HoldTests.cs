using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Orders;

public sealed class HoldTests
{
    private static readonly Dictionary<string, EventType> Places = new()
    {
        ["awaiting_payment"] = EventCatalogue.OrderPaymentFailed,
        ["fraud_risk"] = EventCatalogue.OrderFraudFlagged,
        ["incorrect_address"] = EventCatalogue.OrderAddressRejected,
    };

    private static readonly Dictionary<string, EventType> Releases = new()
    {
        ["awaiting_payment"] = EventCatalogue.OrderPaymentAuthorized,
        ["fraud_risk"] = EventCatalogue.OrderFraudCleared,
        ["incorrect_address"] = EventCatalogue.OrderAddressConfirmed,
    };

    [Theory]
    [InlineData("awaiting_payment", "finance")]
    [InlineData("fraud_risk", "risk")]
    [InlineData("incorrect_address", "customer_service")]
    public void Each_hold_has_an_owner_and_only_what_clears_it_releases_it(string kind, string owner)
    {
        var (house, order) = Ordered();
        Place(house, kind, hours: 2);
        var hold = Assert.Single(order.Holds);
        Assert.Equal((kind, owner, "why", SmallHouse.Opens.AddHours(2)), (hold.Kind, hold.Owner, hold.Reason, hold.OpenedAt));
        foreach (var other in Releases.Keys.Where(other => other != kind))
            Release(house, other, hours: 3);
        Assert.True(order.IsHeld);
        Release(house, kind, hours: 4);
        Assert.Equal((false, SmallHouse.Opens.AddHours(4)), (order.IsHeld, hold.ReleasedAt));
    }

    [Theory]
    [InlineData("pending", "awaiting_payment")]
    [InlineData("authorized", null)]
    public void An_order_that_is_not_paid_is_held_from_the_first(string payment, string? kind)
    {
        var house = new SmallHouse(["north"]).Item("mug");
        house.Apply(EventCatalogue.OrderPlaced, "order-1", new OrderPlaced("web", [new(1, new("mug"), 1, 5m)], Payment: payment));
        Assert.Equal(kind, house.Orders.Find(new OrderId("order-1"))!.Holds.SingleOrDefault()?.Kind);
    }

    [Theory]
    [InlineData("fraud_risk", "incorrect_address")]
    [InlineData("incorrect_address", "fraud_risk")]
    public void An_order_is_promised_stock_and_released_only_when_the_last_hold_is(string first, string last)
    {
        var (house, order) = Ordered();
        Place(house, "fraud_risk");
        Place(house, "incorrect_address");
        house.Round(1);
        Assert.Equal((OrderStatus.ALLOCATED, 1), (order.Status, house.Units("mug", "north", StockState.Allocated)));
        Release(house, first, hours: 1);
        house.Round(2);
        Assert.Equal((OrderStatus.ALLOCATED, 0), (order.Status, order.Shipments.Count));
        Release(house, last, hours: 2);
        house.Round(3);
        Assert.Equal((OrderStatus.RELEASED, 1), (order.Status, order.Shipments.Count));
    }

    [Fact]
    public void A_hold_that_is_open_is_not_placed_twice_and_one_that_was_released_is_placed_anew()
    {
        var (house, order) = Ordered();
        Place(house, "fraud_risk", hours: 1);
        Place(house, "fraud_risk", hours: 2);
        Assert.Single(order.Holds);
        Release(house, "fraud_risk", hours: 3);
        Place(house, "fraud_risk", hours: 4);
        Assert.Equal([(1, false), (2, true)], order.Holds.ConvertAll(hold => (hold.Number, hold.IsOpen)));
        house.Round(5);
        Assert.Equal(OrderStatus.ALLOCATED, order.Status);
    }

    [Fact]
    public void Operations_say_which_holds_are_open()
    {
        var (house, _) = Ordered();
        Place(house, "incorrect_address");
        Place(house, "fraud_risk");
        Place(house, "fraud_risk");
        Release(house, "incorrect_address");
        Release(house, "incorrect_address");
        Release(house, "awaiting_payment");
        var placed = house.Emitted(OperationEvents.HoldPlaced, OperationJson.Default.HoldChanged);
        Assert.Equal(["incorrect_address: incorrect_address", "fraud_risk: fraud_risk,incorrect_address"], placed.ConvertAll(Said));
        Assert.Equal(["incorrect_address: fraud_risk"], house.Emitted(OperationEvents.HoldReleased, OperationJson.Default.HoldChanged).ConvertAll(Said));

        static string Said(OperationEvents.HoldChanged changed) => $"{changed.Hold}: {string.Join(',', changed.Order.Holds)}";
    }

    [Fact]
    public void What_is_closed_or_unknown_is_not_held()
    {
        var (house, order) = Ordered();
        house.Apply(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled());
        var closed = house.Apply(EventCatalogue.OrderFraudFlagged, "order-1", new OrderFlagged())!;
        Assert.Equal(("wrong_state", "order order-1 is CANCELLED"), (closed.Code, closed.Detail));
        Assert.Empty(order.Holds);
        Assert.Equal("no order order-2", house.Apply(EventCatalogue.OrderFraudFlagged, "order-2", new OrderFlagged())!.Detail);
        Assert.Equal("no order order-2", house.Apply(EventCatalogue.OrderFraudCleared, "order-2", new OrderCleared())!.Detail);
    }

    private static (SmallHouse House, Order Order) Ordered()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 1);
        return (house, house.Place("order-1", [("mug", 1)]));
    }

    private static void Place(SmallHouse house, string kind, int hours = 0) =>
        Assert.Null(house.Apply(Places[kind], "order-1", new OrderFlagged("why"), SmallHouse.Opens.AddHours(hours)));

    private static void Release(SmallHouse house, string kind, int hours = 0) => Assert.Null(house.Apply(
        Releases[kind], "order-1", kind == "awaiting_payment" ? new PaymentAuthorized() : new OrderCleared(), SmallHouse.Opens.AddHours(hours)));
}
