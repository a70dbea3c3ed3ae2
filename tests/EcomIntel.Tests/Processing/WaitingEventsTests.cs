using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Returns;

namespace EcomIntel.Tests.Processing;

public sealed class WaitingEventsTests
{
    private static readonly DateTimeOffset Nine = SmallHouse.Opens.AddHours(9);

    /// <summary>A cup bought, paid, picked, sent and sent back; each event with its time.</summary>
    private static readonly CloudEvent[] Story =
    [
        Event("1", EventCatalogue.LocationUpdated, "oslo", -60, new LocationUpdated("Oslo", Priority: 1)),
        Event("2", EventCatalogue.ItemUpdated, "cup", -50, new ItemUpdated("Cup")),
        Event("3", EventCatalogue.StockReceived, "cup", -40, new StockReceived(new("oslo"), 4)),
        Event("4", EventCatalogue.OrderPlaced, "O", 0, new OrderPlaced("web", [new(1, new("cup"), 2, 3m)], Currency: "EUR", Payment: "pending")),
        Event("5", EventCatalogue.OrderPaymentAuthorized, "O", 1, new PaymentAuthorized()),
    ];

    [Fact]
    public void In_every_order_of_arrival_the_payment_frees_its_order()
    {
        foreach (var order in Permutations(Story))
        {
            var house = new SmallHouse([]);
            foreach (var e in order)
                house.Hear(e);
            house.Pass(Nine.AddHours(2));
            var sold = house.Orders.Find(new OrderId("O"));
            var how = string.Join(" ", order.Select(e => e.Id));
            Assert.True(sold is { Status: OrderStatus.RELEASED }, $"{how}: {sold?.Status.ToString() ?? "no order"}");
            Assert.Equal(2, house.Units("cup", "oslo", StockState.Available));
            Assert.Empty(house.NotApplied);
        }
    }

    [Fact]
    public void What_waits_for_a_shipment_follows_the_round_that_releases_it_the_earliest_first()
    {
        var house = new SmallHouse(["oslo"]).Item("cup").Stock("cup", "oslo", 1);
        var delivered = house.Hear(EventCatalogue.ShipmentDelivered, "O-S1", new ShipmentMoved(), Nine.AddMinutes(40));
        Assert.Equal("shipment/O-S1", delivered?.Awaits);
        Assert.Equal("order/O", house.Hear(EventCatalogue.PickConfirmed, "cup", new PickConfirmed(new("O"), new("O-S1"), 1, 1), Nine.AddMinutes(50))?.Awaits);
        Assert.Null(house.Hear(EventCatalogue.OrderPlaced, "O", new OrderPlaced("web", [new(1, new("cup"), 1, 3m)]), Nine));
        Assert.Equal(["shipment/O-S1", "shipment/O-S1"], house.NotApplied.Select(waiting => waiting.Rejection.Awaits));
        house.Pass(Nine.AddHours(1));
        Assert.Empty(house.NotApplied);
        Assert.Equal(OrderStatus.DELIVERED, house.Orders.Find(new OrderId("O"))!.Status);
    }

    [Fact]
    public void After_its_time_nothing_waits_any_more()
    {
        var house = new SmallHouse(["oslo"]);
        Assert.Null(house.Hear(EventCatalogue.PolicyUpdated, "events",
            new PolicyUpdated(1, System.Text.Json.JsonElement.Parse("""{"waitFor":"02:00:00"}""")), SmallHouse.Opens));
        house.Hear(EventCatalogue.OrderFraudFlagged, "O", new OrderFlagged("odd"), Nine);
        Assert.True(Assert.Single(house.NotApplied).Waits);
        house.Pass(Nine.AddHours(2));
        Assert.False(Assert.Single(house.NotApplied).Waits);
        house.Item("cup");
        house.Hear(EventCatalogue.OrderPlaced, "O", new OrderPlaced("web", [new(1, new("cup"), 1, 3m)]), Nine.AddHours(3));
        Assert.Empty(house.Orders.Find(new OrderId("O"))!.Holds);
        Assert.Equal(RejectionCodes.UnknownOrder, Assert.Single(house.NotApplied).Rejection.Code);
    }

    [Fact]
    public void Of_more_than_may_wait_for_one_thing_the_rest_is_refused()
    {
        var house = new SmallHouse(["oslo"]);
        for (var number = 0; number < Core.Processing.WaitingEvents.MaxQueued + 3; number++)
            house.Hear(EventCatalogue.OrderFraudCleared, "never", new OrderCleared(), Nine.AddSeconds(number));
        Assert.Equal(3, house.NotApplied.Count(letter => !letter.Waits));
    }

    private static CloudEvent Event(string id, EventType type, string subject, int minutes, IEventData data) =>
        new(id, "tests", type, subject, Nine.AddMinutes(minutes), data);

    private static IEnumerable<CloudEvent[]> Permutations(CloudEvent[] events)
    {
        if (events.Length <= 1)
            return [events];
        return events.SelectMany(first => Permutations([.. events.Where(other => other != first)]).Select(rest => (CloudEvent[])[first, .. rest]));
    }
}
