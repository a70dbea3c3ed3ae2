using System.Text.Json;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Replay.Retail;

/// <summary>
/// As much of the hub as the simulation meets: it allocates in rounds (one node first, else few, else what there is), releases, and holds every event to the
/// rules that the real one refuses by. What it would refuse is in <see cref="Refused"/>.
/// </summary>
internal sealed class MiniHub
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly TimeSpan _cadence;
    private readonly Dictionary<(string Sku, string Location), long> _available = [];
    private readonly Dictionary<string, int> _locations = [];
    private readonly Dictionary<string, string> _kinds = [];
    private readonly HashSet<string> _items = [], _ids = [];
    private readonly Dictionary<string, Order> _orders = [];
    private readonly Dictionary<string, Shipment> _shipments = [];
    private readonly SortedDictionary<long, Order> _waiting = [];
    private readonly List<Operation> _decided = [];
    private readonly Dictionary<string, List<(int Line, long Quantity)>> _returns = [];
    private DateTimeOffset _round = DateTimeOffset.MinValue;
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private DateTimeOffset _ticked = DateTimeOffset.MinValue;
    private long _arrival;

    public MiniHub(TimeSpan cadence)
    {
        _cadence = cadence;
        Purchasing = new(Available, (sku, location, units) => Move(sku, location, units), Decide);
    }

    public MiniPurchasing Purchasing { get; }

    public List<string> Refused { get; } = [];
    public long Sequence { get; private set; }

    /// <summary>Times that units joined a shipment released before.</summary>
    public int Joined { get; private set; }
    public long Placed => _orders.Count;
    public IReadOnlyCollection<Order> Orders => _orders.Values;
    public IReadOnlyCollection<Shipment> Shipments => _shipments.Values;
    public Dictionary<string, long> Counts { get; } = [];

    internal sealed record Line(int Number, string Sku, long Ordered)
    {
        public long Cancelled, Sourced, Shipped, Delivered, Returned;
        public bool Backordered, Rejected;
        public long Waits => Ordered - Cancelled - Sourced;
    }

    internal sealed record Order(string Id, bool ShipComplete, Line[] Lines)
    {
        public List<Shipment> Released { get; } = [];
        public long Arrival;
        public int Shipments;
        public long ByStock;
    }

    internal sealed record Part(int Line, string Sku)
    {
        public long Quantity, Picked, Packed;

        /// <summary>Units that joined it later: whoever hears of them when the label is on has them in it all the same.</summary>
        public long Joined;
    }

    internal sealed record Shipment(string Id, Order Order, string Location, List<Part> Parts)
    {
        public string Status = "RELEASED";
    }

    /// <summary>Applies a window's events, then runs what is due before its end; returns what was decided.</summary>
    public IReadOnlyList<Operation> Apply(IReadOnlyList<CloudEvent> events, DateTimeOffset tick)
    {
        foreach (var e in events)
        {
            if (e.Time < _last || e.Time < _ticked || e.Time >= tick)
                Refused.Add($"{e.Type} {e.Id}: {e.Time:u} is out of order in the window that ends {tick:u}");
            _last = e.Time;
            RunDue(e.Time);
            if (!_ids.Add(e.Id))
                Refused.Add($"{e.Id} stands twice");
            var read = EventCodec.Decode(EventCodec.Encode(e), e.Type.Topic, e.Subject);
            if ((read.Rejection?.Detail ?? Handle(e)) is { } wrong)
                Refused.Add($"{e.Type} {e.Id} at {e.Time:u}: {wrong}");
            Counts[e.Type.Name] = Counts.GetValueOrDefault(e.Type.Name) + 1;
        }
        RunDue(tick);
        _ticked = tick;
        var decided = _decided.ToList();
        _decided.Clear();
        return decided;
    }

    private string? Handle(CloudEvent e) => e.Data switch
    {
        ItemUpdated => Do(() => _items.Add(e.Subject)),
        LocationUpdated location => Do(() => { _locations[e.Subject] = location.Priority; _kinds[e.Subject] = location.Kind; }),
        ChannelUpdated or CarrierUpdated or ShipmentException => null,
        StockReceived received => !_items.Contains(e.Subject) ? "unknown sku" : !_locations.ContainsKey(received.Location.Value) ? "unknown location"
            : Do(() => Move(e.Subject, received.Location.Value, received.Quantity)),
        StockAdjusted adjusted => !_items.Contains(e.Subject) ? "unknown sku"
            : Do(() => Move(e.Subject, adjusted.Location.Value, Math.Max(adjusted.Quantity, -Available(e.Subject, adjusted.Location.Value)))),
        StockCounted counted => Do(() => Move(e.Subject, counted.Location.Value, counted.Counted - Available(e.Subject, counted.Location.Value))),
        PartnerStockReported reported => Do(() => Move(e.Subject, reported.Location.Value, reported.Quantity - Available(e.Subject, reported.Location.Value))),
        OrderPlaced placed => Place(e, placed),
        OrderLineCancelled cancelled => CancelLine(e, cancelled),
        PickConfirmed pick when e.Type.Name == "pick.confirmed" => Picked(e, pick),
        PickConfirmed pack => Packed(pack),
        PickShort pick => Short(e, pick),
        ShipmentLabelled => Labelled(e),
        ShipmentMoved => Moved(e),
        ReturnRequested requested => Request(e, requested),
        ReturnReceived received => _returns.ContainsKey(received.ReturnId.Value) ? null : "unknown return",
        ReturnInspected inspected => !_returns.ContainsKey(inspected.ReturnId.Value) ? "unknown return" : Do(() =>
        {
            foreach (var line in inspected.Lines)
                if (line.Disposition == "restock")
                    Move(_orders[e.Subject].Lines.Single(other => other.Number == line.Number).Sku, "wh-midlands", line.Quantity);
        }),
        PolicyUpdated => null,
        SupplierItemUpdated item when !_items.Contains(item.Sku.Value) => "unknown sku",
        _ when e.Type.Topic == Topics.Suppliers => Purchasing.Handle(e),
        RefundPaid refund => refund.ReturnId is { } paid && _returns.ContainsKey(paid.Value) ? null : "unknown return",
        _ => "not known here",
    };

    private string? Place(CloudEvent e, OrderPlaced placed)
    {
        if (placed.Lines.Any(line => !_items.Contains(line.Sku.Value)))
            return "unknown sku";
        var order = new Order(e.Subject, placed.ShipComplete,
            [.. placed.Lines.Select(line => new Line(line.Number, line.Sku.Value, line.Quantity))]) { Arrival = _arrival++ };
        if (!_orders.TryAdd(e.Subject, order))
            return "already exists";
        _waiting.Add(order.Arrival, order);
        foreach (var line in order.Lines)
            Purchasing.Asked(line.Sku, "wh-midlands", e.Time, line.Ordered);
        return null;
    }

    private string? CancelLine(CloudEvent e, OrderLineCancelled cancelled)
    {
        if (!_orders.TryGetValue(e.Subject, out var order) || order.Lines.FirstOrDefault(line => line.Number == cancelled.Line) is not { } line)
            return "unknown line";
        var unpicked = order.Released.Where(shipment => shipment.Status == "RELEASED").SelectMany(shipment => shipment.Parts.Select(part => (shipment, part)))
            .Where(at => at.part.Line == line.Number && at.part.Picked == 0).ToList();
        var most = line.Waits + unpicked.Sum(at => at.part.Quantity);
        var quantity = cancelled.Quantity ?? line.Ordered - line.Cancelled;
        if (quantity > most || quantity == 0)
            return $"cancels {quantity} of {most}";
        var rest = Math.Max(0, quantity - line.Waits);
        foreach (var (shipment, part) in unpicked)
        {
            var taken = Math.Min(rest, part.Quantity);
            part.Quantity -= taken;
            line.Sourced -= taken;
            rest -= taken;
            Move(part.Sku, shipment.Location, taken);
        }
        line.Cancelled += quantity;
        if (cancelled.By == "stock")
            order.ByStock++;
        return null;
    }

    private string? Picked(CloudEvent e, PickConfirmed pick)
    {
        if (!_shipments.TryGetValue(pick.ShipmentId.Value, out var shipment) || shipment.Order.Id != pick.OrderId.Value)
            return "unknown shipment";
        if (shipment.Parts.Find(part => part.Line == pick.Line) is not { } part || part.Sku != e.Subject)
            return "unknown line";
        part.Picked += pick.Quantity;
        return part.Picked > part.Quantity ? $"picked {part.Picked} of {part.Quantity}" : null;
    }

    private string? Packed(PickConfirmed pack)
    {
        if (!_shipments.TryGetValue(pack.ShipmentId.Value, out var shipment) || shipment.Parts.Find(part => part.Line == pack.Line) is not { } part)
            return "unknown shipment";
        part.Packed += pack.Quantity;
        return part.Packed > part.Picked ? $"packed {part.Packed} of {part.Picked}" : null;
    }

    private string? Short(CloudEvent e, PickShort pick)
    {
        if (!_shipments.TryGetValue(pick.ShipmentId.Value, out var shipment) || shipment.Parts.Find(part => part.Line == pick.Line) is not { } part)
            return "unknown shipment";
        if (pick.Quantity > part.Quantity - part.Picked)
            return "more than is to be picked";
        part.Quantity -= pick.Quantity;
        var line = shipment.Order.Lines.Single(line => line.Number == pick.Line);
        line.Sourced -= pick.Quantity;
        line.Rejected = true;
        _waiting.TryAdd(shipment.Order.Arrival, shipment.Order);
        Decide(e.Time, OperationEvents.Rejected, shipment.Order.Id,
            new { order = new { orderId = shipment.Order.Id }, line = pick.Line, quantity = pick.Quantity });
        return null;
    }

    private string? Labelled(CloudEvent e)
    {
        if (!_shipments.TryGetValue(e.Subject, out var shipment))
            return "unknown shipment";
        if (shipment.Parts.TrueForAll(part => part.Quantity == 0))
            return "an empty shipment";
        if (_kinds[shipment.Location] == "warehouse" && shipment.Parts.Exists(part => part.Packed < part.Quantity - part.Joined))
            return "not all is packed";
        shipment.Status = "PACKED";
        return null;
    }

    private string? Moved(CloudEvent e)
    {
        if (!_shipments.TryGetValue(e.Subject, out var shipment))
            return "unknown shipment";
        var (from, to) = e.Type.Name switch
        {
            "shipment.picked_up" => ("PACKED", "SHIPPED"),
            "shipment.in_transit" => ("SHIPPED", "SHIPPED"),
            _ => ("SHIPPED", "DELIVERED"),
        };
        if (shipment.Status != from)
            return $"is {shipment.Status}";
        shipment.Status = to;
        foreach (var part in shipment.Parts)
        {
            var line = shipment.Order.Lines.Single(line => line.Number == part.Line);
            if (e.Type.Name == "shipment.picked_up")
                line.Shipped += part.Quantity;
            else if (to == "DELIVERED")
                line.Delivered += part.Quantity;
        }
        if (e.Type.Name == "shipment.picked_up")
            shipment.Order.Shipments++;
        return null;
    }

    private string? Request(CloudEvent e, ReturnRequested requested)
    {
        if (!_orders.TryGetValue(e.Subject, out var order))
            return "unknown order";
        foreach (var back in requested.Lines)
        {
            var line = order.Lines.Single(line => line.Number == back.Number);
            line.Returned += back.Quantity;
            if (line.Returned > line.Delivered)
                return $"line {back.Number}: {line.Returned} returned of {line.Delivered} delivered";
        }
        return _returns.TryAdd(requested.ReturnId.Value, [.. requested.Lines.Select(line => (line.Number, line.Quantity))]) ? null : "already exists";
    }

    private void RunDue(DateTimeOffset now)
    {
        Purchasing.RunDue(now);
        if (_round == DateTimeOffset.MinValue)
            _round = now;
        for (; _round + _cadence <= now; _round += _cadence)
            if (_waiting.Count > 0)
                Round(_round + _cadence);
    }

    private void Round(DateTimeOffset now)
    {
        foreach (var order in _waiting.Values.ToList())
        {
            var open = order.Lines.Where(line => line.Waits > 0).ToList();
            if (open.Count == 0)
            {
                _waiting.Remove(order.Arrival);
                continue;
            }
            var plan = Source(order, open);
            foreach (var (location, parts) in plan)
            {
                var shipment = order.Released.Find(open => open.Location == location && open.Status == "RELEASED"
                    && open.Parts.Exists(part => part.Quantity > 0) && open.Parts.TrueForAll(part => part is { Picked: 0, Packed: 0 }));
                var joins = shipment is not null;
                shipment ??= new($"S{order.Id}-{_shipments.Count + 1}", order, location, []);
                if (joins)
                    Joined++;
                else
                {
                    _shipments.Add(shipment.Id, shipment);
                    order.Released.Add(shipment);
                }
                foreach (var part in parts)
                {
                    if (shipment.Parts.Find(known => known.Line == part.Line) is not { } of)
                        shipment.Parts.Add(of = new(part.Line, part.Sku));
                    of.Quantity += part.Quantity;
                    of.Joined += joins ? part.Quantity : 0;
                }
                foreach (var part in parts)
                {
                    Move(part.Sku, location, -part.Quantity);
                    order.Lines.Single(line => line.Number == part.Line).Sourced += part.Quantity;
                }
                var lines = parts.ConvertAll(part => new { line = part.Line, sku = part.Sku, location, quantity = part.Quantity });
                Decide(now, OperationEvents.Allocated, order.Id, new { order = new { orderId = order.Id }, lines });
                var all = shipment.Parts.FindAll(part => part.Quantity > 0).ConvertAll(
                    part => new { line = part.Line, sku = part.Sku, location, quantity = part.Quantity });
                Decide(now, OperationEvents.Released, order.Id, new { order = new { orderId = order.Id }, shipmentId = shipment.Id, location, lines = all });
            }
            var lacking = open.Where(line => line.Waits > 0).ToList();
            if (lacking.Count == 0)
                _waiting.Remove(order.Arrival);
            else if (lacking.Exists(line => !line.Backordered))
            {
                foreach (var line in lacking)
                    line.Backordered = !order.ShipComplete || Total(line.Sku) < line.Waits;
                Decide(now, OperationEvents.Backordered, order.Id, new
                {
                    order = new { orderId = order.Id },
                    lines = lacking.ConvertAll(line => new { line = line.Number, sku = line.Sku, quantity = line.Waits }),
                });
            }
        }
    }

    private List<(string Location, List<Part> Parts)> Source(Order order, List<Line> open)
    {
        var nodes = _locations.OrderBy(node => node.Value).Select(node => node.Key).ToList();
        var one = nodes.Find(node =>
            open.TrueForAll(line => Available(line.Sku, node) >= open.Where(other => other.Sku == line.Sku).Sum(other => other.Waits)));
        if (one is not null)
            return [(one, open.ConvertAll(line => new Part(line.Number, line.Sku) { Quantity = line.Waits }))];
        if (order.ShipComplete)
            return [];
        // Greedy: the node that serves most lines whole, then the next.
        var plan = new List<(string, List<Part>)>();
        var left = open.ToDictionary(line => line.Number, line => line.Waits);
        var spent = new Dictionary<(string, string), long>();
        while (left.Values.Any(units => units > 0) && nodes.Count > 0)
        {
            var node = nodes.MaxBy(node => open.Count(line => left[line.Number] > 0 && Available(line.Sku, node) >= left[line.Number]))!;
            nodes.Remove(node);
            var parts = new List<Part>();
            foreach (var line in open)
            {
                var units = Math.Min(left[line.Number], Available(line.Sku, node) - spent.GetValueOrDefault((line.Sku, node)));
                if (units <= 0)
                    continue;
                spent[(line.Sku, node)] = spent.GetValueOrDefault((line.Sku, node)) + units;
                left[line.Number] -= units;
                parts.Add(new Part(line.Number, line.Sku) { Quantity = units });
            }
            if (parts.Count > 0)
                plan.Add((node, parts));
        }
        return plan;
    }

    private long Total(string sku) => _locations.Keys.Sum(node => Available(sku, node));

    private long Available(string sku, string location) => _available.GetValueOrDefault((sku, location));

    private void Move(string sku, string location, long quantity)
    {
        if (quantity == 0)
            return;
        _available[(sku, location)] = Available(sku, location) + quantity;
        var change = quantity > 0
            ? (object)new { entry = 1, sku, location, lot = "", to = "available", quantity, reason = "x" }
            : new { entry = 1, sku, location, lot = "", from = "available", to = "allocated", quantity = -quantity, reason = "x" };
        Decide(_last, OperationEvents.StockChangedType, sku, new { cause = "x", changes = new[] { change } });
    }

    private void Decide(DateTimeOffset time, string type, string subject, object data) =>
        _decided.Add(new(++Sequence, time, type, subject, JsonSerializer.SerializeToUtf8Bytes(data, Json)));

    private static string? Do(Action action)
    {
        action();
        return null;
    }
}
