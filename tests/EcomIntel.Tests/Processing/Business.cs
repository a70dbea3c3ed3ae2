using System.Text.Json;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Processing;

/// <summary>
/// A few days of a small seller, made up from a seed: what happens in the house, reported well, late or wrong. Compiled into both test projects.
/// </summary>
internal sealed class Business
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly List<CloudEvent> _events = [];
    private readonly string[] _skus = [.. Enumerable.Range(1, 8).Select(n => $"sku-{n}")];
    private readonly string[] _nodes = ["north", "south", "west"];

    /// <summary>Money has chances of its own.</summary>
    private readonly Random _money;

    private Business(int seed) => (_random, _money) = (new(seed), new(seed + 1));

    /// <summary>Events in the order of their times; those of one subject and instant in the order in which they were sent.</summary>
    public static List<CloudEvent> Events(int seed, int orders)
    {
        var business = new Business(seed);
        business.Master();
        for (var number = 1; number <= orders; number++)
            business.Order($"order-{number}", Start.AddMinutes(60 + (business._random.NextDouble() * 10 * orders)));
        for (var number = 0; number < orders; number++)
            business.Stock(Start.AddMinutes(10 + (business._random.NextDouble() * 12 * orders)));
        return [.. business._events.OrderBy(e => e.Time)];
    }

    private void Master()
    {
        foreach (var sku in _skus)
            Add(EventCatalogue.ItemUpdated, sku, Start, new ItemUpdated("A " + sku, UnitCost: 1.5m, Price: 3.10m));
        for (var rank = 0; rank < _nodes.Length; rank++)
            Add(EventCatalogue.LocationUpdated, _nodes[rank], Start, new LocationUpdated(_nodes[rank], Priority: rank, Active: rank != 2));
        Add(EventCatalogue.LocationUpdated, _nodes[2], Start.AddHours(9), new LocationUpdated("west opens", Priority: 0));
        Add(EventCatalogue.ChannelUpdated, "web", Start, new ChannelUpdated("Web", 1));
        Add(EventCatalogue.CarrierUpdated, "post", Start, new CarrierUpdated("Post"));
        Rule("allocation", 1, Start, """{"cadence":"00:30:00","waitingOrders":6}""");
        Rule("promise", 1, Start, """{"deliveredWithin":"3.00:00:00"}""");
        Rule("allocation", 2, Start.AddHours(12), """{"cadence":"01:00:00","waitingOrders":4,"splitLines":false}""");
        Rule("allocation", 2, Start.AddHours(13), """{"cadence":"01:00:00"}""");
        Rule("payment", 1, Start, """{"tolerance":0.5,"reservationFor":"06:00:00"}""");
        foreach (var sku in _skus)
            foreach (var node in _nodes)
                Add(EventCatalogue.StockReceived, sku, Start.AddMinutes(_random.Next(1, 9)),
                    new StockReceived(new(node), _random.Next(1, 30), _random.Next(3) == 0 ? "lot-1" : ""));
    }

    private void Rule(string kind, int version, DateTimeOffset at, string settings)
    {
        using var parsed = JsonDocument.Parse(settings);
        Add(EventCatalogue.PolicyUpdated, kind, at, new PolicyUpdated(version, parsed.RootElement.Clone()));
    }

    private void Order(string id, DateTimeOffset at)
    {
        var pending = Chance(0.2);
        var lines = Enumerable.Range(1, _random.Next(1, 5))
            .Select(number => new OrderPlaced.PlacedLine(
            number, new(Chance(0.02) ? "no-such-sku" : Pick(_skus)), _random.Next(1, 9), _random.Next(1, 900) / 10m)).ToList();
        Add(EventCatalogue.OrderPlaced, id, at, new OrderPlaced(Chance(0.7) ? "web" : "market", lines, Tier: _random.Next(4, 6), ShipComplete: Chance(0.3),
            Payment: pending ? "pending" : "authorized", PromisedAt: Chance(0.5) ? at.AddDays(2).AddTicks(70) : null));
        if (pending && Chance(0.8))
            Add(EventCatalogue.OrderPaymentAuthorized, id, Later(at, 3), new PaymentAuthorized());
        if (Chance(0.1))
            Add(EventCatalogue.OrderFraudFlagged, id, Later(at, 1), new OrderFlagged("looks odd"));
        if (Chance(0.1))
            Add(EventCatalogue.OrderFraudCleared, id, Later(at, 6), new OrderCleared());
        if (Chance(0.1))
            Add(EventCatalogue.OrderLineCancelled, id, Later(at, 8),
                new OrderLineCancelled(_random.Next(1, 5), Chance(0.5) ? 1 : null, Chance(0.5) ? "customer" : "stock"));
        if (Chance(0.1))
            Add(EventCatalogue.OrderCancelled, id, Later(at, 10), new OrderCancelled());
        Pay(id, at, lines.Sum(line => line.Quantity * line.Price));
        for (var shipment = 1; shipment <= 3; shipment++)
            Ship(id, lines, new ShipmentId($"{id}-S{shipment}"), at);
        if (Chance(0.3))
            Return(id, lines, at.AddHours(14));
    }

    /// <summary>In parts, twice, too little, taken back, or too early.</summary>
    private void Pay(string id, DateTimeOffset at, decimal worth)
    {
        decimal? Amount() => _money.Next(3) == 0 ? null : decimal.Round(worth * _money.Next(1, 5) / 4, 2);
        string? Authorization() => _money.Next(3) == 0 ? null : $"{id}-{_money.Next(1, 4)}";
        DateTimeOffset Within(double hours) => Instant.ToMicrosecond(at.AddHours(_money.NextDouble() * hours));
        for (var told = _money.Next(4); told > 0; told--)
            switch (_money.Next(9))
            {
                case 0: Add(EventCatalogue.OrderPaymentFailed, id, Within(3), new OrderFlagged("declined")); break;
                case 1: Add(EventCatalogue.OrderPaymentVoided, id, Within(9), new PaymentChanged(Amount(), Authorization())); break;
                case 2: Add(EventCatalogue.OrderPaymentExpired, id, Within(20), new PaymentChanged(null, Authorization())); break;
                case 3: Add(EventCatalogue.OrderChargedBack, id, Within(20), new PaymentChanged(Amount(), Authorization(), "not mine")); break;
                case 4: Add(EventCatalogue.OrderPaymentCaptured, id, Within(12), new PaymentChanged(Amount(), Authorization())); break;
                case 5: Add(EventCatalogue.OrderHoldPlaced, id, Within(4), new HoldRequested(_money.Next(4) == 0 ? "awaiting_payment" : "manual")); break;
                case 6: Add(EventCatalogue.OrderHoldReleased, id, Within(9), new HoldRequested(_money.Next(4) == 0 ? "awaiting_payment" : "manual")); break;
                case 7: Add(EventCatalogue.OrderPromiseChanged, id, Within(9), new PromiseChanged(Within(90))); break;
                default: Add(EventCatalogue.OrderPaymentAuthorized, id, Within(6).AddHours(-0.5), new PaymentAuthorized(Amount(), Authorization())); break;
            }
    }

    private void Ship(string id, List<OrderPlaced.PlacedLine> lines, ShipmentId shipment, DateTimeOffset at)
    {
        var from = at.AddMinutes(40);
        foreach (var line in lines)
        {
            if (Chance(0.6))
                Add(EventCatalogue.PickConfirmed, line.Sku.Value, Later(from, 5),
                    new PickConfirmed(new(id), shipment, line.Number, Chance(0.6) ? line.Quantity : _random.Next(1, 5)));
            if (Chance(0.1))
                Add(EventCatalogue.PickShort, line.Sku.Value, Later(from, 5), new PickShort(new(id), shipment, line.Number, _random.Next(1, 3)));
            if (Chance(0.5))
                Add(EventCatalogue.PackConfirmed, line.Sku.Value, Later(from, 6),
                    new PickConfirmed(new(id), shipment, line.Number, Chance(0.6) ? line.Quantity : _random.Next(1, 5)));
        }
        if (Chance(0.6))
            Add(EventCatalogue.ShipmentLabelled, shipment.Value, Later(from, 7), new ShipmentLabelled("post", Tracking: "T" + shipment));
        if (Chance(0.6))
            Add(EventCatalogue.ShipmentPickedUp, shipment.Value, Later(from.AddHours(3), 5), new ShipmentMoved());
        if (Chance(0.1))
            Add(EventCatalogue.ShipmentException, shipment.Value, Later(from, 9), new ShipmentException("damaged"));
        if (Chance(0.5))
            Add(EventCatalogue.ShipmentDelivered, shipment.Value, Later(from.AddHours(5), 5), new ShipmentMoved());
        if (Chance(0.05))
            Add(EventCatalogue.ShipmentReturned, shipment.Value, Later(from.AddHours(6), 5), new ShipmentMoved());
        if (Chance(0.3))
            Parcels(id, lines, shipment, from);
    }

    private void Parcels(string id, List<OrderPlaced.PlacedLine> lines, ShipmentId shipment, DateTimeOffset from)
    {
        string? Box() => Chance(0.5) ? $"T{shipment}" : Chance(0.5) ? $"U{shipment}" : null;
        var (line, number) = (Pick(lines), _random.Next(1, 3));
        Add(EventCatalogue.PickPutBack, line.Sku.Value, Later(from, 12), new PickConfirmed(new(id), shipment, line.Number, number));
        Add(EventCatalogue.ShipmentLabelled, shipment.Value, Later(from, 7),
            new ShipmentLabelled("rail", Tracking: "U" + shipment, Replaces: Chance(0.2) ? "T" + shipment : null));
        Add(EventCatalogue.ShipmentDelivered, shipment.Value, Later(from.AddHours(5), 5), new ShipmentMoved(Box(), Box()));
        if (Chance(0.5))
            Add(EventCatalogue.ShipmentInTransit, shipment.Value, Later(from.AddHours(3), 9), new ShipmentMoved(Lines: [new(line.Number, number)]));
        if (Chance(0.3))
            Add(EventCatalogue.ShipmentRefused, shipment.Value, Later(from.AddHours(5), 5), new ShipmentMoved(Tracking: Box()));
        if (Chance(0.3))
            Add(EventCatalogue.ShipmentLost, shipment.Value, Later(from.AddHours(5), 5), new ShipmentLost(Tracking: Box()));
        if (Chance(0.4))
            Add(EventCatalogue.ShipmentReceivedBack, shipment.Value, Later(from.AddHours(9), 5),
                new ShipmentReceivedBack(new(Pick(_nodes)), [new(line.Number, number)], Box()));
        if (Chance(0.4))
            Add(EventCatalogue.StockMoved, line.Sku.Value, Later(from.AddHours(10), 9),
                new StockMoved(new(Pick(_nodes)), StockState.ReturnPending, StockState.Available, 1));
        if (Chance(0.4))
            Add(EventCatalogue.ShipmentResendRequested, shipment.Value, Later(from.AddHours(8), 9),
                new ShipmentResendRequested(Chance(0.5) ? null : [new(line.Number, number)]));
        if (Chance(0.3))
            Add(EventCatalogue.ShipmentRefundRequested, shipment.Value, Later(from.AddHours(12), 9), new ShipmentRefundRequested());
    }

    private void Return(string id, List<OrderPlaced.PlacedLine> lines, DateTimeOffset at)
    {
        var returned = new ReturnId("return-" + id);
        var line = Pick(lines);
        Add(EventCatalogue.ReturnRequested, id, at, new ReturnRequested(returned, [new(line.Number, _random.Next(1, 3), "too small")]));
        Add(EventCatalogue.ReturnReceived, id, at.AddHours(1), new ReturnReceived(returned, new(Pick(_nodes)), [new(line.Number, 1)]));
        Add(EventCatalogue.ReturnInspected, id, at.AddHours(2),
            new ReturnInspected(returned, [new(line.Number, 1, Pick(["restock", "quarantine", "write_off", "return_to_vendor"]))]));
        Add(EventCatalogue.RefundPaid, id, at.AddHours(3), new RefundPaid(4.20m, returned));
    }

    private void Stock(DateTimeOffset at)
    {
        var (sku, node, quantity) = (Pick(_skus), new LocationId(Chance(0.03) ? "nowhere" : Pick(_nodes)), _random.Next(1, 12));
        switch (_random.Next(9))
        {
            case 0: Add(EventCatalogue.StockAdjusted, sku, at, new StockAdjusted(node, -quantity, "breakage")); break;
            case 1: Add(EventCatalogue.StockCounted, sku, at,
                new StockCounted(node, quantity, Chance(0.8) ? StockState.Available : StockState.Allocated)); break;
            case 2: Add(EventCatalogue.StockMoved, sku, at, new StockMoved(node, StockState.Available, StockState.Damaged, quantity)); break;
            case 3: Add(EventCatalogue.PartnerStockReported, sku, at, new PartnerStockReported(node, quantity)); break;
            case 4:
                Add(EventCatalogue.TransferDispatched, sku, at, new TransferDispatched("t", node, new(node.Value == "north" ? "south" : "north"), quantity));
                Add(EventCatalogue.TransferReceived, sku, Later(at, 4), new TransferReceived("t", new(node.Value == "north" ? "south" : "north"), quantity));
                break;
            default: Add(EventCatalogue.StockReceived, sku, at, new StockReceived(node, quantity, Chance(0.2) ? "lot-2" : "")); break;
        }
    }

    private void Add(EventType type, string subject, DateTimeOffset time, IEventData data) =>
        _events.Add(new($"event-{_events.Count + 1}", "tests", type, subject, new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero),
            data));

    private DateTimeOffset Later(DateTimeOffset at, double hours) => at.AddHours(_random.NextDouble() * hours);

    private bool Chance(double chance) => _random.NextDouble() < chance;

    private T Pick<T>(IReadOnlyList<T> among) => among[_random.Next(among.Count)];
}
