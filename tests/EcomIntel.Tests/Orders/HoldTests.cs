using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
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
    public void What_is_not_known_yet_is_awaited()
    {
        var (house, _) = Ordered();
        foreach (var (type, data) in (ReadOnlySpan<(EventType, IEventData)>)[
            (EventCatalogue.OrderFraudFlagged, new OrderFlagged()), (EventCatalogue.OrderFraudCleared, new OrderCleared()),
            (EventCatalogue.OrderPaymentFailed, new OrderFlagged()), (EventCatalogue.OrderPaymentAuthorized, new PaymentAuthorized()),
            (EventCatalogue.OrderHoldPlaced, new HoldRequested()), (EventCatalogue.OrderPromiseChanged, new PromiseChanged(SmallHouse.Opens))])
            Assert.Equal(new Rejection("unknown_order", "no order order-2") { Awaits = "order/order-2" }, house.Apply(type, "order-2", data));
    }

    [Fact]
    public void A_cancelled_order_is_not_held_whatever_is_heard_of_it_later()
    {
        var (house, order) = Ordered();
        Place(house, "incorrect_address", hours: 1);
        Assert.Null(house.Apply(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled(), SmallHouse.Opens.AddHours(4)));
        Assert.Equal([("incorrect_address", 1, 4)], Spans(order));
        Assert.Empty(house.Emitted(OperationEvents.Cancelled, OperationJson.Default.OrderCancelled).Single().Order.Holds);
        var version = order.Version;
        Place(house, "fraud_risk", hours: 3);
        Place(house, "awaiting_payment", hours: 2);
        Place(house, "incorrect_address", hours: 5);
        Release(house, "fraud_risk", hours: 6);
        Assert.Equal([("incorrect_address", 1, 4), ("awaiting_payment", 2, 4), ("fraud_risk", 3, 4)], Spans(order));
        Assert.Equal((version, OrderStatus.CANCELLED, false), (order.Version, order.Status, order.IsHeld));
    }

    /// <summary>F is a flag, C clears it, with the hour of each. Of one instant what clears wins.</summary>
    [Theory]
    [InlineData("F2", "2-")]
    [InlineData("C2", "")]
    [InlineData("F2 C3", "2-3")]
    [InlineData("C2 F3", "3-")]
    [InlineData("F2 C2", "2-2")]
    [InlineData("F2 F3 C4", "2-4")]
    [InlineData("F2 C3 F4", "2-3 4-")]
    [InlineData("F2 C4 C3 F5 C6", "2-3 5-6")]
    [InlineData("F1 F3 C2 C4", "1-2 3-4")]
    [InlineData("C1 F2 F4 C3 F4", "2-3 4-")]
    public void A_hold_follows_from_when_things_were_so_and_not_from_when_they_were_heard(string told, string spans)
    {
        var facts = told.Split(' ').Select(each => (Flag: each[0] == 'F', Hour: each[1] - '0')).ToList();
        foreach (var kind in Places.Keys)
            foreach (var order in Permutations(facts))
            {
                var (house, held) = Ordered();
                foreach (var (flag, hour) in order)
                    if (flag)
                        Place(house, kind, hour);
                    else
                        Release(house, kind, hour);
                var stands = string.Join(' ', Spans(held).Where(span => span.Opened < (span.Released ?? 99) || told == "F2 C2")
                    .Select(span => $"{span.Opened}-{span.Released}"));
                Assert.True(spans == stands, $"{kind}, heard as {string.Join(' ', order)}: {stands}, not {spans}");
            }
    }

    [Fact]
    public void Of_two_reasons_of_one_instant_the_same_one_stands()
    {
        foreach (var reasons in Permutations(["b", "a", "c"]))
        {
            var (house, order) = Ordered();
            foreach (var reason in reasons)
                Assert.Null(house.Apply(EventCatalogue.OrderFraudFlagged, "order-1", new OrderFlagged(reason), SmallHouse.Opens.AddHours(2)));
            Assert.Equal("a", Assert.Single(order.Holds).Reason);
        }
    }

    [Theory]
    [InlineData("manual", "operations")]
    [InlineData("inventory", "operations")]
    [InlineData("awaiting_payment", "finance")]
    public void People_hold_an_order_and_let_it_go(string kind, string owner)
    {
        var (house, order) = Ordered();
        Assert.Null(house.Apply(EventCatalogue.OrderHoldPlaced, "order-1", new HoldRequested(kind, "ask the customer"), SmallHouse.Opens.AddHours(1)));
        Assert.Equal((kind, owner, "ask the customer"), (order.Holds.Single().Kind, order.Holds.Single().Owner, order.Holds.Single().Reason));
        house.Round(2);
        Assert.Equal(OrderStatus.ALLOCATED, order.Status);
        Assert.Null(house.Apply(EventCatalogue.OrderHoldReleased, "order-1", new HoldRequested(kind), SmallHouse.Opens.AddHours(3)));
        Assert.Equal(SmallHouse.Opens.AddHours(3), order.FreedAt);
        house.Round(4);
        Assert.Equal(OrderStatus.RELEASED, order.Status);
    }

    [Fact]
    public void What_stops_an_order_of_which_all_has_shipped_is_a_case()
    {
        var (house, order) = Ordered();
        house.Round(1);
        Assert.Null(house.Apply(EventCatalogue.ShipmentPickedUp, "order-1-S1", new ShipmentMoved(), SmallHouse.Opens.AddHours(5)));
        Place(house, "fraud_risk", hours: 6);
        var opened = Assert.Single(house.House.Get<ExceptionBook>().Opened);
        Assert.Equal(("order.held_too_late", "order-1", 1m), (opened.Category, opened.Subject, opened.MoneyAtRisk));
        Release(house, "fraud_risk", hours: 8);
        Place(house, "fraud_risk", hours: 7);
        Assert.Single(house.House.Get<ExceptionBook>().Opened);
        Assert.False(order.IsHeld);
    }

    internal static IEnumerable<List<T>> Permutations<T>(IReadOnlyList<T> all)
    {
        if (all.Count == 0)
            return [[]];
        return Enumerable.Range(0, all.Count).SelectMany(first =>
            Permutations<T>([.. all.Take(first), .. all.Skip(first + 1)]).Select(rest => new List<T>([all[first], .. rest])));
    }

    private static List<(string Kind, double Opened, double? Released)> Spans(Order order) =>
        [.. order.Holds.OrderBy(hold => hold.OpenedAt).Select(hold =>
            (hold.Kind, (hold.OpenedAt - SmallHouse.Opens).TotalHours, (hold.ReleasedAt - SmallHouse.Opens)?.TotalHours))];

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
