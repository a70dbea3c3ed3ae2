using EcomIntel.Core.Events;
using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Fulfillment;

/// <summary>A shipment travels in several parcels, each with its number: it has left with the first, and is delivered with the last.</summary>
public sealed class ParcelTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // by notes, which say the numbers
    public void Two_boxes_are_delivered_with_the_second_in_whatever_order_all_of_it_is_heard(bool byTracking)
    {
        foreach (var order in Permutations.Of(5))
        {
            var (house, placed) = Released();
            (EventType Type, IEventData Data, int Hours)[] facts =
            [
                (EventCatalogue.ShipmentLabelled, new ShipmentLabelled("post", "night", "Z-1"), 25),
                (EventCatalogue.ShipmentLabelled, new ShipmentLabelled("rail", null, "Z-2"), 26),
                (EventCatalogue.ShipmentPickedUp, new ShipmentMoved(), 27),
                (EventCatalogue.ShipmentDelivered, Of("Z-2"), 30),
                (EventCatalogue.ShipmentDelivered, Of("Z-1"), 50),
            ];
            foreach (var index in order)
                Assert.Null(house.Apply(facts[index].Type, "order-1-S1", facts[index].Data, Opens.AddHours(facts[index].Hours)));
            var shipment = placed.Shipments.Single();
            Assert.Equal((ShipmentStatus.DELIVERED, Opens.AddHours(50), "post", "night", "Z-1"),
                (shipment.Status, shipment.DeliveredAt, shipment.Carrier, shipment.Service, shipment.Tracking));
            Assert.Equal((OrderStatus.DELIVERED, Opens.AddHours(50)), (placed.Status, placed.DeliveredAt));
            Assert.Equal(3, house.Units("mug", "north", StockState.Available));
            Assert.Single(house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped));
        }

        ShipmentMoved Of(string number) => byTracking ? new(Tracking: number) : new(number);
    }

    [Fact]
    public void While_one_box_is_on_its_way_the_shipment_is_and_what_is_said_of_the_whole_counts_for_each()
    {
        var (house, placed) = Released("Z-1", "Z-2");
        Deliver(house, new("left with a neighbour", "Z-1"), 40);
        Assert.Equal((ShipmentStatus.SHIPPED, null, OrderStatus.SHIPPED), (placed.Shipments[0].Status, placed.Shipments[0].DeliveredAt, placed.Status));
        Deliver(house, new("left with a neighbour"), 60); // no number: the whole
        Assert.Equal((ShipmentStatus.DELIVERED, Opens.AddHours(60)), (placed.Shipments[0].Status, placed.Shipments[0].DeliveredAt));
        Deliver(house, new(Tracking: "Z-2"), 45);
        Assert.Equal(Opens.AddHours(45), placed.Shipments[0].DeliveredAt);
        Assert.Equal(Opens.AddHours(45), house.Emitted(OperationEvents.Delivered, OperationJson.Default.OrderDelivered)[^1].Order.DeliveredAt);
    }

    [Fact]
    public void A_label_that_takes_the_place_of_another_is_the_same_parcel()
    {
        foreach (var order in Permutations.Of(3))
        {
            var (house, placed) = Released();
            (EventType, IEventData, int)[] facts =
            [
                (EventCatalogue.ShipmentLabelled, new ShipmentLabelled("post", Tracking: "Z-1"), 25),
                (EventCatalogue.ShipmentLabelled, new ShipmentLabelled("rail", Tracking: "Z-2", Replaces: "Z-1"), 26),
                (EventCatalogue.ShipmentDelivered, new ShipmentMoved(Tracking: "Z-2"), 40),
            ];
            foreach (var index in order)
                Assert.Null(house.Apply(facts[index].Item1, "order-1-S1", facts[index].Item2, Opens.AddHours(facts[index].Item3)));
            Assert.Equal((ShipmentStatus.DELIVERED, "rail", "Z-2"), (placed.Shipments[0].Status, placed.Shipments[0].Carrier, placed.Shipments[0].Tracking));
        }
    }

    [Fact]
    public void Of_two_labels_of_a_number_the_later_counts_and_of_one_instant_the_one_whose_name_comes_last()
    {
        foreach (var order in Permutations.Of(3))
        {
            var (house, placed) = Released();
            ShipmentLabelled[] labels = [new("rail", Tracking: "Z-1"), new("post", Tracking: "Z-1"), new("air", Tracking: "Z-1")];
            int[] hours = [26, 26, 25];
            foreach (var index in order)
                Assert.Null(house.Apply(EventCatalogue.ShipmentLabelled, "order-1-S1", labels[index], Opens.AddHours(hours[index])));
            Assert.Equal("rail", placed.Shipments[0].Carrier);
        }
    }

    [Fact]
    public void Reports_join_alike_however_they_are_grouped_ordered_and_repeated()
    {
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var reports = Enumerable.Range(0, random.Next(1, 7))
                .Select(_ => Fate.Of((ParcelEnd)random.Next(4), Opens.AddHours(random.Next(4)))).ToList();
            var joined = reports.Aggregate((a, b) => a.And(b));
            var latest = reports.OrderBy(report => report.EndedAt).ThenBy(report => report.End).Last();
            Assert.Equal((latest.End, latest.EndedAt, reports.Min(report => report.DeliveredAt)), (joined.End, joined.EndedAt, joined.DeliveredAt));
            var shuffled = reports.Concat(reports).OrderBy(_ => random.Next()).ToArray();
            Assert.Equal(joined, shuffled[1..].Aggregate(shuffled[0], (a, b) => b.And(a)));
        }
    }

    [Fact]
    public void A_shipment_stands_as_the_worst_end_of_its_parcels_once_none_is_on_its_way()
    {
        Assert.Equal(ShipmentStatus.SHIPPED, Stands(null, ParcelEnd.LOST));
        Assert.Equal(ShipmentStatus.DELIVERED, Stands(ParcelEnd.DELIVERED, ParcelEnd.DELIVERED));
        Assert.Equal(ShipmentStatus.REFUSED, Stands(ParcelEnd.DELIVERED, ParcelEnd.REFUSED));
        Assert.Equal(ShipmentStatus.RETURNED, Stands(ParcelEnd.REFUSED, ParcelEnd.RETURNED));
        Assert.Equal(ShipmentStatus.LOST, Stands(ParcelEnd.LOST, ParcelEnd.RETURNED));

        static ShipmentStatus Stands(params ParcelEnd?[] ends) => ParcelBook.StateOf(ParcelBook.Fates(default, [.. ends.Select((end, index) => new Parcel
        {
            ShipmentId = new("s"), Tracking = $"Z-{index}", IsNamed = true, Fate = end is { } ended ? Fate.Of(ended, Opens) : default,
        })])).Status;
    }

    private static (SmallHouse House, Order Order) Released(params string[] labels)
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 5);
        var order = house.Place("order-1", [("mug", 2)]);
        house.Round();
        foreach (var label in labels)
            Assert.Null(house.Apply(EventCatalogue.ShipmentLabelled, "order-1-S1", new ShipmentLabelled("post", Tracking: label), Opens.AddHours(25)));
        return (house, order);
    }

    private static void Deliver(SmallHouse house, ShipmentMoved report, int hours) =>
        Assert.Null(house.Apply(EventCatalogue.ShipmentDelivered, "order-1-S1", report, Opens.AddHours(hours)));
}
