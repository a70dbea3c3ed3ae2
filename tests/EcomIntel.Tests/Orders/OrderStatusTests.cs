using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Orders;

public sealed class OrderStatusTests
{
    [Fact]
    public void An_order_goes_its_way_step_by_step()
    {
        var house = new SmallHouse(["north"]).Item("a").Stock("a", "north", 2);
        var order = house.Place("order", [("a", 2)]);
        var pick = new PickConfirmed(new("order"), new("order-S1"), 1, 2);
        Assert.Equal(OrderStatus.SOURCING, order.Status);
        house.Round();
        Assert.Equal(OrderStatus.RELEASED, order.Status);
        house.Apply(EventCatalogue.PickConfirmed, "a", pick with { Quantity = 1 });
        Assert.Equal(OrderStatus.RELEASED, order.Status);
        house.Apply(EventCatalogue.PickConfirmed, "a", pick with { Quantity = 1 });
        Assert.Equal(OrderStatus.PICKED, order.Status);
        house.Apply(EventCatalogue.PackConfirmed, "a", pick);
        Assert.Equal(OrderStatus.PACKED, order.Status);
        house.Apply(EventCatalogue.ShipmentPickedUp, "order-S1", new ShipmentMoved());
        Assert.Equal(OrderStatus.SHIPPED, order.Status);
        house.Apply(EventCatalogue.ShipmentDelivered, "order-S1", new ShipmentMoved());
        Assert.Equal(OrderStatus.DELIVERED, order.Status);
        Assert.NotNull(order.ClosedAt);
    }

    [Fact]
    public void A_later_fact_implies_the_earlier_ones()
    {
        var house = new SmallHouse(["north"]).Item("a").Stock("a", "north", 2);
        var order = house.Place("order", [("a", 2)]);
        house.Round();
        Assert.Null(house.Apply(EventCatalogue.ShipmentDelivered, "order-S1", new ShipmentMoved()));
        Assert.Equal(OrderStatus.DELIVERED, order.Status);
        Assert.Null(house.Apply(EventCatalogue.PickConfirmed, "a", new PickConfirmed(new("order"), new("order-S1"), 1, 2)));
        Assert.Equal(OrderStatus.DELIVERED, order.Status);
    }

    [Fact]
    public void Cancelled_units_count_for_nothing_unless_they_are_all()
    {
        var house = new SmallHouse(["north"]).Item("a", "b").Stock("a", "north", 1);
        var order = house.Place("order", [("a", 1), ("b", 1)]);
        house.Round();
        Assert.Equal(OrderStatus.BACKORDERED, order.Status);
        house.Apply(EventCatalogue.OrderLineCancelled, "order", new OrderLineCancelled(2));
        Assert.Equal(OrderStatus.RELEASED, order.Status);
        house.Apply(EventCatalogue.OrderLineCancelled, "order", new OrderLineCancelled(1));
        Assert.Equal(OrderStatus.CANCELLED, order.Status);
        Assert.Equal("wrong_state", house.Apply(EventCatalogue.OrderCancelled, "order", new OrderCancelled())!.Code);
    }

    [Fact]
    public void An_order_is_delivered_with_its_last_unit_and_not_at_all_where_a_parcel_came_back()
    {
        var house = new SmallHouse(["north", "south"]).Item("a", "b").Stock("a", "north", 1).Stock("b", "south", 1);
        var order = house.Place("order", [("a", 1), ("b", 1)]);
        house.Round();
        house.Apply(EventCatalogue.ShipmentDelivered, "order-S1", new ShipmentMoved(), SmallHouse.Opens.AddDays(3));
        Assert.Null(order.DeliveredAt);
        house.Apply(EventCatalogue.ShipmentDelivered, "order-S2", new ShipmentMoved(), SmallHouse.Opens.AddDays(2)); // heard of later, came earlier
        Assert.Equal(SmallHouse.Opens.AddDays(3), order.DeliveredAt);

        var back = new SmallHouse(["north", "south"]).Item("a", "b").Stock("a", "north", 1).Stock("b", "south", 1);
        var returned = back.Place("order", [("a", 1), ("b", 1)]);
        back.Round();
        back.Apply(EventCatalogue.ShipmentReturned, "order-S1", new ShipmentMoved());
        back.Apply(EventCatalogue.ShipmentDelivered, "order-S2", new ShipmentMoved());
        Assert.Equal(OrderStatus.DELIVERED, returned.Status);
        Assert.Null(returned.DeliveredAt);

        var cancelled = new SmallHouse(["north"]).Item("a", "b").Stock("a", "north", 1);
        var rest = cancelled.Place("order", [("a", 1), ("b", 1)]);
        cancelled.Round();
        cancelled.Apply(EventCatalogue.ShipmentDelivered, "order-S1", new ShipmentMoved(), SmallHouse.Opens.AddDays(3));
        cancelled.Apply(EventCatalogue.OrderLineCancelled, "order", new OrderLineCancelled(2), SmallHouse.Opens.AddDays(5));
        Assert.Equal(SmallHouse.Opens.AddDays(3), rest.DeliveredAt);
    }

    /// <summary>Against a count of every single unit.</summary>
    [Fact]
    public void The_status_is_that_of_the_least_advanced_unit()
    {
        var random = new Random(1);
        var seen = new HashSet<OrderStatus>();
        for (var count = 0; count < 5_000; count++)
        {
            var order = new Order { Id = new("o"), Channel = "web", Currency = "GBP", Tier = 5, ShipComplete = false, PlacedAt = Business.Start,
                PromisedAt = Business.Start };
            var units = new List<OrderStatus>();
            for (var number = 1; number <= random.Next(1, 4); number++)
            {
                var line = new OrderLine
                {
                    OrderId = order.Id, Number = number, Sku = new("a"), Price = 1m, Ordered = 12,
                    Cancelled = random.Next(3) == 0 ? 12 : random.Next(3), Backordered = random.Next(2) == 0,
                };
                order.Lines.Add(line);
                while (line.Waiting > 0 && random.Next(6) > 0)
                    units.AddRange(Promise(order, line, random));
                units.AddRange(Enumerable.Repeat(line.Backordered ? OrderStatus.BACKORDERED : OrderStatus.SOURCING, (int)line.Waiting));
            }
            var status = order.StatusOfLines();
            Assert.Equal(units.Count == 0 ? OrderStatus.CANCELLED : units.Min(), status);
            seen.Add(status);
        }
        Assert.Equal(9, seen.Count); // all but CAPTURED and VALIDATING, which no unit is left in
    }

    private static IEnumerable<OrderStatus> Promise(Order order, OrderLine line, Random random)
    {
        var quantity = random.NextInt64(1, line.Waiting + 1);
        var allocation = order.Promise(line, new("n"), "", quantity);
        line.Sourced += quantity;
        if (random.Next(4) == 0)
            return Enumerable.Repeat(OrderStatus.ALLOCATED, (int)quantity);
        allocation.Status = AllocationStatus.RELEASED;
        allocation.Shipment = new()
        {
            Id = new($"S{order.Shipments.Count}"), OrderId = order.Id, Location = new("n"), ReleasedAt = Business.Start,
            Status = (ShipmentStatus)random.Next(6),
        };
        order.Shipments.Add(allocation.Shipment);
        if (allocation.Shipment.Status is ShipmentStatus.SHIPPED or ShipmentStatus.DELIVERED or ShipmentStatus.RETURNED)
            allocation.Shipment.ShippedAt = Business.Start;
        var stage = allocation.Shipment.Status switch
        {
            ShipmentStatus.RELEASED => OrderStatus.RELEASED,
            ShipmentStatus.PICKED => OrderStatus.PICKED,
            ShipmentStatus.PACKED => OrderStatus.PACKED,
            ShipmentStatus.SHIPPED => OrderStatus.SHIPPED,
            _ => OrderStatus.DELIVERED,
        };
        if (stage is OrderStatus.PICKED or OrderStatus.PACKED)
            allocation.Picked = quantity;
        if (stage == OrderStatus.PACKED)
            allocation.Packed = quantity;
        return Enumerable.Repeat(stage, (int)quantity);
    }
}
