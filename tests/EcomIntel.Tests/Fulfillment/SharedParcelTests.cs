using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Returns;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Fulfillment;

/// <summary>
/// Order A of 2 mugs at 5 and order B of 3 mugs at 1, of one customer, are to go in one parcel, that of A-S1. What is reported of it counts for both, under
/// whichever of the two, and in whatever order it is heard.
/// </summary>
public sealed class SharedParcelTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    [Theory]
    [InlineData("A-S1", "A-S1", "A-S1")]
    [InlineData("A-S1", "B-S1", "A-S1")]
    [InlineData("B-S1", "A-S1", "B-S1")]
    public void Both_leave_and_arrive_with_their_parcel_in_whatever_order_all_of_it_is_heard(string labelled, string pickedUp, string delivered)
    {
        foreach (var order in Permutations.Of(5))
        {
            var (house, a, b) = Released();
            Hear(house, order,
            [
                Packed("A", 2, 25), Packed("B", 3, 25),
                (EventCatalogue.ShipmentLabelled, labelled, new ShipmentLabelled("post", "night", "Z-1"), 26),
                (EventCatalogue.ShipmentPickedUp, pickedUp, new ShipmentMoved(Tracking: "Z-1"), 27),
                (EventCatalogue.ShipmentDelivered, delivered, new ShipmentMoved("left with a neighbour"), 50),
            ]);
            foreach (var of in (Order[])[a, b])
            {
                var shipment = of.Shipments.Single();
                Assert.Equal((ShipmentStatus.DELIVERED, Opens.AddHours(50), "post", "Z-1", 1),
                    (shipment.Status, shipment.DeliveredAt, shipment.Carrier, shipment.Tracking, shipment.Number));
                Assert.Equal((OrderStatus.DELIVERED, Opens.AddHours(50)), (of.Status, of.DeliveredAt));
            }
            // Each order has shipped once, in one shipment: none of them is split, and the book has the 5 mugs that are left.
            var shipped = house.Emitted(OperationEvents.Shipped, OperationJson.Default.OrderShipped);
            Assert.Equal([("A", 1, 2L), ("B", 1, 3L)],
                shipped.Select(left => (left.Order.OrderId.Value, left.Number, left.Lines.Sum(line => line.Quantity))).Order());
            Assert.Equal((5, 0, 0), (house.Units("mug", "north", StockState.Available), house.Units("mug", "north", StockState.Picked),
                house.Units("mug", "north", StockState.Allocated)));
            Assert.Empty(Cases(house));
        }
    }

    [Fact]
    public void Lost_it_is_lost_for_each_with_its_own_units_and_money_and_told_once()
    {
        foreach (var order in Permutations.Of(5))
        {
            var (house, a, b) = Released();
            Hear(house, order,
            [
                Packed("A", 2, 25), Packed("B", 3, 25),
                (EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(), 27),
                (EventCatalogue.ShipmentLost, "A-S1", new ShipmentLost("van burnt"), 50),
                (EventCatalogue.ShipmentLost, "B-S1", new ShipmentLost("van burnt"), 51), // told for each order
            ]);
            Assert.Equal((ShipmentStatus.LOST, ShipmentStatus.LOST), (a.Shipments[0].Status, b.Shipments[0].Status));
            Assert.Equal([("A-S1", 2L, 10m), ("B-S1", 3L, 3m)],
                house.Emitted(ShipmentLossReported.Type, OperationJson.Default.ShipmentLossReported)
                    .Select(lost => (lost.ShipmentId.Value, lost.Units, lost.Value)).Order());
            Assert.Equal(["carrier.lost A-S1 10", "carrier.lost B-S1 3"], Cases(house));
        }
    }

    [Theory]
    [InlineData("refused", "REFUSED", "carrier.refused")]
    [InlineData("returned", "RETURNED", "carrier.returned")]
    public void Refused_or_returned_it_is_for_each_and_what_comes_back_is_counted_by_order(string end, string status, string category)
    {
        foreach (var order in Permutations.Of(4))
        {
            var (house, a, b) = Released();
            Hear(house, order,
            [
                Packed("A", 2, 25), Packed("B", 3, 25),
                (EventCatalogue.ShipmentPickedUp, "B-S1", new ShipmentMoved(), 27),
                (end == "refused" ? EventCatalogue.ShipmentRefused : EventCatalogue.ShipmentReturned, "A-S1", new ShipmentMoved(), 50),
            ]);
            Assert.Equal((status, status), (a.Shipments[0].Status.ToString(), b.Shipments[0].Status.ToString()));
            Assert.Equal([$"{category} A-S1 10", $"{category} B-S1 3"], Cases(house));
            Assert.Null(house.Apply(EventCatalogue.ShipmentReceivedBack, "B-S1", new ShipmentReceivedBack(new("north"), [new(1, 3)]), Opens.AddHours(80)));
            Assert.Equal((3, "RETURNED", "RETURNED"),
                (house.Units("mug", "north", StockState.ReturnPending), a.Shipments[0].Status.ToString(), b.Shipments[0].Status.ToString()));
            // Only one of the two is sent again.
            Assert.Null(house.Apply(EventCatalogue.ShipmentResendRequested, "B-S1", new ShipmentResendRequested(), Opens.AddHours(81)));
            Assert.Equal((0L, 3L), (a.Lines[0].Waiting, b.Lines[0].Waiting));
        }
    }

    [Fact]
    public void Cancelled_one_stays_at_the_node_and_the_other_goes_under_the_name_of_either()
    {
        foreach (var cancelled in (string[])["A", "B"])
            foreach (var named in (string[])["A-S1", "B-S1"])
            {
                var (house, a, b) = Released();
                var (gone, left) = cancelled == "A" ? (a, b) : (b, a);
                Hear(house, [0, 1, 2, 3, 4],
                [
                    Packed("A", 2, 25), Packed("B", 3, 25),
                    (EventCatalogue.OrderCancelled, cancelled, new OrderCancelled(), 26),
                    (EventCatalogue.ShipmentPickedUp, named, new ShipmentMoved(), 27),
                    (EventCatalogue.ShipmentDelivered, named, new ShipmentMoved(), 50),
                ]);
                Assert.Equal((OrderStatus.CANCELLED, ShipmentStatus.CANCELLED), (gone.Status, gone.Shipments[0].Status));
                Assert.Equal((OrderStatus.DELIVERED, Opens.AddHours(50)), (left.Status, left.DeliveredAt));
                Assert.Equal(gone.Lines[0].Ordered, house.Units("mug", "north", StockState.Picked)); // until it is put back
                Assert.Empty(Cases(house));
            }
    }

    [Fact]
    public void Cancelled_one_that_is_said_to_be_in_the_parcel_is_believed()
    {
        var (house, a, b) = Released();
        Hear(house, [0, 1, 2, 3],
        [
            Packed("A", 2, 25), Packed("B", 3, 25),
            (EventCatalogue.OrderCancelled, "A", new OrderCancelled(), 26),
            (EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(Lines: [new(1, 2)]), 27),
        ]);
        Assert.Equal((OrderStatus.SHIPPED, OrderStatus.SHIPPED), (a.Status, b.Status));
        Assert.Equal(["order.shipped_after_cancel A 10"], Cases(house));
    }

    [Fact]
    public void What_was_not_found_does_not_leave_with_the_others_in_whatever_order_it_is_heard()
    {
        foreach (var order in Permutations.Of(3))
        {
            var (house, a, b) = Released();
            Hear(house, order,
            [
                Packed("A", 2, 25),
                (EventCatalogue.PickShort, "mug", new PickShort(new("B"), new("B-S1"), 1, 3, "none there"), 26),
                (EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(), 27),
            ]);
            Assert.Equal((OrderStatus.SHIPPED, ShipmentStatus.CANCELLED, 3L), (a.Status, b.Shipments[0].Status, b.Lines[0].Waiting));
            Assert.Equal(3, house.Units("mug", "north", StockState.Quarantined));
        }
    }

    [Fact]
    public void A_label_of_its_own_says_that_it_goes_by_itself()
    {
        foreach (var order in Permutations.Of(5))
        {
            var (house, a, b) = Released();
            Hear(house, order,
            [
                (EventCatalogue.ShipmentLabelled, "A-S1", new ShipmentLabelled("post", Tracking: "Z-1"), 25),
                (EventCatalogue.ShipmentLabelled, "B-S1", new ShipmentLabelled("rail", Tracking: "Z-2"), 25),
                (EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(), 26),
                (EventCatalogue.ShipmentPickedUp, "B-S1", new ShipmentMoved(), 27),
                (EventCatalogue.ShipmentDelivered, "B-S1", new ShipmentMoved(), 50),
            ]);
            Assert.Equal((ShipmentStatus.SHIPPED, "Z-1", ShipmentStatus.DELIVERED, "Z-2"),
                (a.Shipments[0].Status, a.Shipments[0].Tracking, b.Shipments[0].Status, b.Shipments[0].Tracking));
        }
    }

    [Fact]
    public void A_label_with_the_same_number_for_each_is_one_parcel()
    {
        foreach (var order in Permutations.Of(4))
        {
            var (house, a, b) = Released();
            Hear(house, order,
            [
                (EventCatalogue.ShipmentLabelled, "A-S1", new ShipmentLabelled("post", Tracking: "Z-1"), 25),
                (EventCatalogue.ShipmentLabelled, "B-S1", new ShipmentLabelled("post", Tracking: "Z-1"), 25),
                (EventCatalogue.ShipmentPickedUp, "B-S1", new ShipmentMoved(Tracking: "Z-1"), 26),
                (EventCatalogue.ShipmentDelivered, "A-S1", new ShipmentMoved(Tracking: "Z-1"), 50),
            ]);
            Assert.Equal((OrderStatus.DELIVERED, OrderStatus.DELIVERED), (a.Status, b.Status));
        }
    }

    [Fact]
    public void One_of_which_nothing_was_heard_is_not_known_to_be_in_it_until_a_pack_says_so()
    {
        var (house, a, b) = Released();
        Hear(house, [0, 1, 2],
        [
            Packed("A", 2, 25),
            (EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(), 27),
            (EventCatalogue.ShipmentDelivered, "A-S1", new ShipmentMoved(), 50),
        ]);
        Assert.Equal((OrderStatus.DELIVERED, OrderStatus.RELEASED), (a.Status, b.Status)); // it may still stand in the house
        Hear(house, [0], [Packed("B", 3, 25)]);
        Assert.Equal((OrderStatus.DELIVERED, Opens.AddHours(27), Opens.AddHours(50)), (b.Status, b.Shipments[0].ShippedAt, b.DeliveredAt));
    }

    [Fact]
    public void What_was_released_after_the_parcel_had_left_is_not_in_it()
    {
        foreach (var order in Permutations.Of(2))
        {
            var (house, a, b) = Released();
            Hear(house, order, [(EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(), 23), Packed("B", 3, 25)]);
            Assert.Equal((OrderStatus.SHIPPED, OrderStatus.PACKED), (a.Status, b.Status));
        }
    }

    [Fact]
    public void What_was_packed_after_the_parcel_had_left_goes_by_itself()
    {
        // A parcel leaves the book with the first report that is heard of it: the pick-up, here.
        foreach (var order in Permutations.Of(5).Where(order => order.TakeWhile(fact => fact != 2).Contains(1)))
        {
            var (house, a, b) = Released();
            Hear(house, order,
            [
                Packed("A", 2, 25),
                (EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(), 26),
                (EventCatalogue.ShipmentDelivered, "A-S1", new ShipmentMoved(), 50),
                Packed("B", 3, 27),
                (EventCatalogue.OrderHoldPlaced, "B", new HoldRequested("manual"), 28),
            ]);
            Assert.Equal((OrderStatus.DELIVERED, OrderStatus.PACKED, true), (a.Status, b.Status, b.IsHeld));
        }
    }

    [Fact]
    public void One_that_went_by_itself_says_nothing_of_the_other_whenever_it_is_heard_when_it_was_packed()
    {
        foreach (var order in Permutations.Of(6))
        {
            var (house, a, b) = Released();
            Hear(house, order,
            [
                Packed("A", 2, 25),
                (EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(), 26),
                Packed("B", 3, 27),
                (EventCatalogue.ShipmentLabelled, "B-S1", new ShipmentLabelled("rail", Tracking: "Z-2"), 28),
                (EventCatalogue.ShipmentPickedUp, "B-S1", new ShipmentMoved(Tracking: "Z-2"), 29),
                (EventCatalogue.ShipmentDelivered, "B-S1", new ShipmentMoved(Tracking: "Z-2"), 50),
            ]);
            Assert.Equal((ShipmentStatus.SHIPPED, null, OrderStatus.SHIPPED), (a.Shipments[0].Status, a.Shipments[0].Tracking, a.Status));
            Assert.Equal((ShipmentStatus.DELIVERED, "Z-2", OrderStatus.DELIVERED), (b.Shipments[0].Status, b.Shipments[0].Tracking, b.Status));
        }
    }

    [Fact]
    public void When_the_first_is_left_behind_the_others_stand_as_the_parcel_with_which_they_left()
    {
        foreach (var order in Permutations.Of(6))
        {
            var (house, a, b) = Released();
            var c = Place(house, "C", 1, 1m);
            house.Round();
            Hear(house, order,
            [
                Packed("B", 3, 25), Packed("C", 1, 25),
                (EventCatalogue.ShipmentPickedUp, "B-S1", new ShipmentMoved(Tracking: "Z-1"), 26),
                Packed("A", 2, 27),
                (EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(Tracking: "Z-2"), 28),
                (EventCatalogue.ShipmentDelivered, "A-S1", new ShipmentMoved(Tracking: "Z-2"), 50),
            ]);
            Assert.Equal((OrderStatus.DELIVERED, OrderStatus.SHIPPED, OrderStatus.SHIPPED), (a.Status, b.Status, c.Status));
        }
    }

    /// <summary>
    /// Of four that are to go together A and C leave first, B and D later. Carriers name C and D alone; A and B are known by what was packed.
    /// </summary>
    [Fact]
    public void What_goes_in_two_parcels_one_after_the_other_is_in_the_first_that_left_after_it_was_packed()
    {
        foreach (var order in Permutations.Of(5))
        {
            var (house, a, b) = Released();
            var (c, d) = (Place(house, "C", 1, 1m), Place(house, "D", 1, 1m));
            house.Round();
            Hear(house, order,
            [
                Packed("A", 2, 25),
                (EventCatalogue.ShipmentPickedUp, "C-S1", new ShipmentMoved(Tracking: "Z-1"), 26),
                Packed("B", 3, 27),
                (EventCatalogue.ShipmentPickedUp, "D-S1", new ShipmentMoved(Tracking: "Z-2"), 28),
                (EventCatalogue.ShipmentDelivered, "C-S1", new ShipmentMoved(Tracking: "Z-1"), 50),
            ]);
            Assert.Equal((OrderStatus.DELIVERED, OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.SHIPPED), (a.Status, b.Status, c.Status, d.Status));
        }
    }

    /// <summary>As before, but the numbers are on the labels of A and B alone, and no report says them.</summary>
    [Fact]
    public void What_goes_in_two_parcels_is_told_apart_by_when_it_was_packed_where_no_report_says_a_number()
    {
        foreach (var order in Permutations.Of(6))
        {
            var (house, a, b) = Released();
            var (c, d) = (Place(house, "C", 1, 1m), Place(house, "D", 1, 1m));
            house.Round();
            Hear(house, [0, 1],
            [
                (EventCatalogue.ShipmentLabelled, "B-S1", new ShipmentLabelled("post", Tracking: "Z-2"), 28),
                (EventCatalogue.ShipmentLabelled, "A-S1", new ShipmentLabelled("post", Tracking: "Z-1"), 26),
            ]);
            Hear(house, order,
            [
                Packed("A", 2, 25),
                (EventCatalogue.ShipmentPickedUp, "C-S1", new ShipmentMoved(), 26),
                Packed("B", 3, 27), Packed("D", 1, 27),
                (EventCatalogue.ShipmentPickedUp, "D-S1", new ShipmentMoved(), 28),
                (EventCatalogue.ShipmentDelivered, "D-S1", new ShipmentMoved(), 50),
            ]);
            Assert.Equal((OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.SHIPPED, OrderStatus.DELIVERED), (a.Status, b.Status, c.Status, d.Status));
            Assert.Equal(("Z-1", "Z-2", "Z-1", "Z-2"),
                (a.Shipments[0].Tracking, b.Shipments[0].Tracking, c.Shipments[0].Tracking, d.Shipments[0].Tracking));
        }
    }

    [Fact]
    public void Of_two_boxes_with_both_it_arrives_with_the_second()
    {
        foreach (var order in Permutations.Of(6))
        {
            var (house, a, b) = Released();
            Hear(house, order,
            [
                Packed("A", 2, 25), Packed("B", 3, 25),
                (EventCatalogue.ShipmentLabelled, "A-S1", new ShipmentLabelled("post", Tracking: "Z-1"), 26),
                (EventCatalogue.ShipmentLabelled, "A-S1", new ShipmentLabelled("post", Tracking: "Z-2"), 26),
                (EventCatalogue.ShipmentDelivered, "A-S1", new ShipmentMoved(Tracking: "Z-1"), 50),
                (EventCatalogue.ShipmentDelivered, "A-S1", new ShipmentMoved(Tracking: "Z-2"), 60),
            ]);
            Assert.Equal((Opens.AddHours(60), Opens.AddHours(60)), (a.DeliveredAt, b.DeliveredAt));
        }
    }

    [Fact]
    public void What_left_in_the_parcel_of_another_can_be_announced_to_come_back_in_whatever_order_all_of_it_is_heard()
    {
        foreach (var order in Permutations.Of(4))
        {
            var (house, _, b) = Released(afterHours: 20);
            (EventType Type, string Subject, IEventData Data, int Hours)[] facts =
            [
                Packed("A", 2, 21), Packed("B", 3, 21),
                (EventCatalogue.ShipmentPickedUp, "A-S1", new ShipmentMoved(), 22),
                (EventCatalogue.ReturnRequested, "B", new ReturnRequested(new("R-1"), [new(1, 3)]), 23),
            ];
            foreach (var index in order)
                house.Hear(facts[index].Type, facts[index].Subject, facts[index].Data, Opens.AddHours(facts[index].Hours));
            Assert.Empty(house.NotApplied);
            Assert.Equal(0, house.House.Get<ReturnBook>().Unclaimed(b, b.Lines[0]));
        }
    }

    private static (SmallHouse House, Order A, Order B) Released(int afterHours = 24)
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 10);
        Assert.Null(house.Policy("allocation", 2, Opens, """{"consolidate":true}"""));
        var (a, b) = (Place(house, "A", 2, 5m), Place(house, "B", 3, 1m));
        house.Round(afterHours);
        Assert.Equal(a.Shipments[0].Id, b.Shipments[0].PackWith);
        return (house, a, b);
    }

    private static Order Place(SmallHouse house, string id, long quantity, decimal price)
    {
        Assert.Null(house.Apply(EventCatalogue.OrderPlaced, id,
            new OrderPlaced("web", [new(1, new("mug"), quantity, price)], Customer: "ann", PromisedAt: Opens.AddDays(3))));
        return house.Orders.Find(new OrderId(id))!;
    }

    private static (EventType, string, IEventData, int) Packed(string order, long units, int hours) =>
        (EventCatalogue.PackConfirmed, "mug", new PickConfirmed(new(order), new($"{order}-S1"), 1, units), hours);

    private static void Hear(SmallHouse house, IEnumerable<int> order, (EventType Type, string Subject, IEventData Data, int Hours)[] facts)
    {
        foreach (var index in order)
            Assert.Null(house.Apply(facts[index].Type, facts[index].Subject, facts[index].Data, Opens.AddHours(facts[index].Hours)));
    }

    private static IEnumerable<string> Cases(SmallHouse house) => house.House.Get<ExceptionBook>().Opened
        .Select(opened => $"{opened.Category} {opened.Subject} {opened.MoneyAtRisk:0.##}").Order();
}
