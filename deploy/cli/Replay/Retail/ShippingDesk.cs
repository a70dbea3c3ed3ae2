using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>Nodes and carriers: what happens after the hub has promised, released or failed to find units.</summary>
internal sealed class ShippingDesk(Stage stage, Dictionary<string, OrderTrack> orders, ReturnsDesk returns)
{
    private const double ShortPicks = 0.001;

    /// <summary>What still waits so long after its order gets no stock any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(24);

    public void Allocate(Decisions.Allocated allocated)
    {
        if (!orders.TryGetValue(allocated.Order.OrderId, out var order))
            return;
        foreach (var (number, quantity) in allocated.Lines)
            order.Line(number).Allocated += quantity;
    }

    public void Reject(Decisions.Rejected rejected)
    {
        if (orders.TryGetValue(rejected.Order.OrderId, out var order))
            order.Line(rejected.Line).Allocated -= rejected.Quantity;
    }

    public void Backorder(DateTimeOffset time, Decisions.Allocated waiting)
    {
        if (!orders.TryGetValue(waiting.Order.OrderId, out var order))
            return;
        foreach (var (number, _) in waiting.Lines)
        {
            var line = order.Line(number);
            if (line.Waiting || line.Closed)
                continue;
            line.Waiting = true;
            // An order that ships in one piece has all its lines waiting for one of them: only its own patience ends it.
            var patience = order.ShipComplete ? Patience : TimeSpan.FromDays(Dice.For(stage.Seed, "patience", order.Id, number).Between(10, 17));
            stage.At(BusinessHours.Working(time + patience), now => LookAfter(order, number, now));
        }
    }

    /// <summary>A line that was found without stock: give it up, look again later, or be glad.</summary>
    private void LookAfter(OrderTrack order, int number, DateTimeOffset now)
    {
        var line = order.Line(number);
        var uncovered = line.Ordered - line.Cancelled - line.Allocated;
        if (line.Closed || uncovered <= 0)
        {
            line.Waiting = false;
            return;
        }
        var untouched = line.Allocated == 0 && line.Picked == 0;
        if (!untouched && now < order.PlacedAt + Patience)
        {
            stage.At(BusinessHours.Working(now.AddDays(5)), later => LookAfter(order, number, later));
            return;
        }
        line.Waiting = false;
        stage.Emit(EventCatalogue.OrderLineCancelled, $"cancelled:{order.Id}:{number}:stock", order.Id, now,
            new OrderLineCancelled(number, untouched ? null : uncovered, "stock", "no stock in time"));
        returns.Cancelled(order, number, uncovered, now);
        Close(order);
    }

    public void Release(DateTimeOffset time, Decisions.Released released)
    {
        if (!orders.TryGetValue(released.Order.OrderId, out var order))
            return;
        var arrived = order.Arrived.Find(shipment => shipment.Id == released.ShipmentId);
        var known = arrived ?? order.Shipments.Find(shipment => shipment.Id == released.ShipmentId);
        var shipment = known ?? new ShipmentTrack(released.ShipmentId, released.Location, order);
        var added = new List<ShipmentLine>();
        foreach (var lines in released.Lines.GroupBy(line => line.Line))
        {
            // The line may have been cancelled in the window in which it was released: the hub takes both, the node picks what is left.
            var line = order.Line(lines.Key);
            var open = line.Ordered - line.Cancelled - order.Released(lines.Key);
            if (Math.Min(open, lines.Sum(part => part.Quantity) - shipment.Told(lines.Key, time)) is > 0 and var quantity)
                added.Add(new(lines.Key, 1 + shipment.Lines.Count(part => part.Number == lines.Key), quantity));
        }
        shipment.Lines.AddRange(added);
        if (arrived is not null)
            // Heard of when all is over: they were in it all the same.
            Arrive(order, added, stage.Now);
        else if (known is not null)
            Join(shipment, added, time);
        else if (shipment.Alive)
        {
            order.Shipments.Add(shipment);
            Plan(shipment, time);
        }
    }

    /// <summary>Promised units were given back: nobody picks them, unless somebody has by now.</summary>
    public void Recall(Decisions.Deallocated deallocated)
    {
        if (!orders.TryGetValue(deallocated.Order.OrderId, out var order))
            return;
        foreach (var (number, quantity) in deallocated.Lines)
            order.Line(number).Allocated -= quantity;
        foreach (var shipment in order.Shipments.Where(shipment => shipment.Id == deallocated.ShipmentId))
            foreach (var line in shipment.Lines.Where(line => !line.Picked))
                line.Quantity = 0;
    }

    /// <summary>Units that go in a parcel that is being made ready; heard of when its label is on, they are in it all the same.</summary>
    private void Join(ShipmentTrack shipment, List<ShipmentLine> added, DateTimeOffset released)
    {
        if (shipment.Labelled)
            foreach (var line in added)
                shipment.Order.Line(line.Number).Picked += line.Quantity;
        if (shipment.Labelled || shipment.ByPartner)
            return;
        foreach (var line in added)
        {
            var dice = Dice.For(stage.Seed, "joined", $"{shipment.Id}:{line.Name}");
            var at = BusinessHours.Working(released + dice.Between(TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)));
            at = at < stage.Now ? BusinessHours.Working(stage.Now.AddMinutes(1)) : at;
            stage.At(at, now => Pick(shipment, line, now));
            stage.At(at.AddMinutes(5), now => Pack(shipment, line, now));
        }
    }

    private void Plan(ShipmentTrack shipment, DateTimeOffset released)
    {
        var dice = Dice.For(stage.Seed, "shipment", shipment.Id);
        var at = BusinessHours.Working(released + dice.Between(TimeSpan.FromHours(1), TimeSpan.FromHours(5)));
        if (at < stage.Now)
            at = BusinessHours.Working(stage.Now + dice.Between(TimeSpan.Zero, TimeSpan.FromMinutes(45)));
        if (shipment.ByPartner)
        {
            stage.At(BusinessHours.Working(at + dice.Between(TimeSpan.FromHours(2), TimeSpan.FromHours(20))), now => Label(shipment, now));
            return;
        }
        foreach (var line in shipment.Lines)
        {
            at = BusinessHours.Working(at + dice.Between(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(75)));
            stage.At(at, now => Pick(shipment, line, now));
        }
        at = BusinessHours.Working(at + dice.Between(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)));
        foreach (var line in shipment.Lines)
        {
            at += dice.Between(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
            stage.At(at, now => Pack(shipment, line, now));
        }
        stage.At(at + dice.Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)), now => Label(shipment, now));
    }

    private void Pick(ShipmentTrack shipment, ShipmentLine line, DateTimeOffset now)
    {
        if (line.Quantity == 0)
            return;
        var order = shipment.Order;
        var track = order.Line(line.Number);
        var dice = line.Part == 1 ? Dice.For(stage.Seed, "pick", shipment.Id, line.Number) : Dice.For(stage.Seed, "pick", $"{shipment.Id}:{line.Name}");
        if (dice.Chance(ShortPicks))
        {
            var missing = line.Quantity == 1 || dice.Chance(0.5) ? line.Quantity : Math.Max(1, line.Quantity / 2);
            line.Lose(now, missing);
            stage.Emit(EventCatalogue.PickShort, $"short:{shipment.Id}:{line.Name}", track.Sku, now,
                new PickShort(new(order.Id), new(shipment.Id), line.Number, missing, "not found at its place"));
            // What was found is confirmed a moment later, so that the two have an order.
            if (line.Quantity > 0)
            {
                track.Picked += line.Quantity;
                stage.At(now.AddSeconds(3), Confirm);
            }
            return;
        }
        track.Picked += line.Quantity;
        Confirm(now);

        void Confirm(DateTimeOffset time)
        {
            line.Picked = true;
            stage.Emit(EventCatalogue.PickConfirmed, $"pick:{shipment.Id}:{line.Name}", track.Sku, time,
                new PickConfirmed(new(order.Id), new(shipment.Id), line.Number, line.Quantity));
        }
    }

    private void Pack(ShipmentTrack shipment, ShipmentLine line, DateTimeOffset now)
    {
        line.Packed = true;
        if (line.Picked)
            stage.Emit(EventCatalogue.PackConfirmed, $"pack:{shipment.Id}:{line.Name}", shipment.Order.Line(line.Number).Sku, now,
                new PickConfirmed(new(shipment.Order.Id), new(shipment.Id), line.Number, line.Quantity));
    }

    private void Label(ShipmentTrack shipment, DateTimeOffset now)
    {
        if (!shipment.Alive)
        {
            shipment.Order.Shipments.Remove(shipment);
            return;
        }
        // What joined it late is packed first.
        if (!shipment.ByPartner && shipment.Lines.Exists(line => line is { Quantity: > 0, Packed: false }))
        {
            stage.At(BusinessHours.Working(now.AddMinutes(10)), later => Label(shipment, later));
            return;
        }
        shipment.Labelled = true;
        // The partner reports no picks: its label means that all of it was picked and packed.
        if (shipment.ByPartner)
            foreach (var line in shipment.Lines)
                shipment.Order.Line(line.Number).Picked += line.Quantity;
        var dice = Dice.For(stage.Seed, "parcel", shipment.Id);
        stage.Emit(EventCatalogue.ShipmentLabelled, $"labelled:{shipment.Id}", shipment.Id, now,
            new ShipmentLabelled(Network.Carrier(shipment.Order.Country, ref dice), "standard", $"TRK{dice.Between(0, 999_999_999):D9}"));
        var collected = BusinessHours.NextCollection(now.AddMinutes(10)) + dice.Between(TimeSpan.Zero, TimeSpan.FromMinutes(40));
        var days = Network.TransitDays(shipment.Order.Country, ref dice);
        var delivered = BusinessHours.DeliveryDay(collected, days) + dice.Between(TimeSpan.FromHours(8), TimeSpan.FromHours(18));
        Step(EventCatalogue.ShipmentPickedUp, "picked-up", collected);
        Step(EventCatalogue.ShipmentInTransit, "in-transit", collected + dice.Between(TimeSpan.FromHours(3), TimeSpan.FromHours(9)));
        if (days > 8)
            stage.At(BusinessHours.DeliveryDay(collected, days - 2).AddHours(12), time => stage.Emit(
                EventCatalogue.ShipmentException, $"exception:{shipment.Id}", shipment.Id, time, new ShipmentException("delayed", "held at a depot")));
        stage.At(delivered, time => Deliver(shipment, time));

        void Step(EventType type, string id, DateTimeOffset at) =>
            stage.At(at, time => stage.Emit(type, $"{id}:{shipment.Id}", shipment.Id, time, new ShipmentMoved()));
    }

    private void Deliver(ShipmentTrack shipment, DateTimeOffset now)
    {
        var order = shipment.Order;
        stage.Emit(EventCatalogue.ShipmentDelivered, $"delivered:{shipment.Id}", shipment.Id, now, new ShipmentMoved());
        order.Shipments.Remove(shipment);
        order.Arrived.Add(shipment);
        Arrive(order, shipment.Lines, now);
    }

    private void Arrive(OrderTrack order, List<ShipmentLine> lines, DateTimeOffset now)
    {
        foreach (var line in lines)
            order.Line(line.Number).Delivered += line.Quantity;
        foreach (var line in lines)
            returns.Arrived(order, line.Number, now);
        Close(order);
    }

    private void Close(OrderTrack order)
    {
        if (order.Closed)
            orders.Remove(order.Id);
    }
}
