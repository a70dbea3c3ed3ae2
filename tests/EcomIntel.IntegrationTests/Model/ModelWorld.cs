using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;

namespace EcomIntel.IntegrationTests.Model;

/// <summary>
/// A small world that knows what is true: what stands on which shelf, who has paid, what was sent back. It tells the hub of it in events, of which some come
/// late, some twice, in whatever order; of the hub it learns what a node of its would learn, which shipment to pick. Whatever it has told, once all has been
/// heard the hub must say the same.
/// </summary>
internal sealed partial class ModelWorld(int seed)
{
    public static readonly DateTimeOffset Opens = new(2026, 2, 2, 6, 0, 0, TimeSpan.Zero);

    private static readonly string[] Skus = ["cup", "jug", "pot", "pan", "bowl"];
    private static readonly string[] Nodes = ["north", "south", "west"];

    /// <summary>Whose orders may go in one parcel.</summary>
    private static readonly string[] Customers = ["ann", "bob", "cat", "dan", "eve", "fay"];

    /// <summary>Of a topic and key: when the latest of its events is heard. What a warehouse tells of a sku keeps its order.</summary>
    private readonly Dictionary<(string Topic, string Key), DateTimeOffset> _heardBefore = [];
    private readonly Random _random = new(seed);
    private readonly Shelves _shelves = new();
    private readonly List<(DateTimeOffset HeardAt, CloudEvent Event)> _onItsWay = [];
    private readonly Dictionary<string, ModelOrder> _orders = [];
    private readonly Dictionary<string, ModelShipment> _shipments = [];
    private readonly List<ModelReturn> _returns = [];
    private readonly List<ModelTransfer> _transfers = [];
    private int _numbers;

    public DateTimeOffset Now { get; private set; } = Opens;

    /// <summary>Events told so far, repeats left out.</summary>
    public int Told { get; private set; }

    public Shelves Shelves => _shelves;

    public IReadOnlyDictionary<string, int> Kinds => _kinds;

    private readonly SortedDictionary<string, int> _kinds = new(StringComparer.Ordinal);

    /// <summary>What is sold and where; heard at once.</summary>
    public void Open()
    {
        foreach (var sku in (string[])[.. Skus, .. Unsold])
            Tell(EventCatalogue.ItemUpdated, sku, new ItemUpdated($"A {sku}", UnitCost: 2m, Price: 5m), late: false);
        foreach (var node in Nodes)
            Tell(EventCatalogue.LocationUpdated, node, new LocationUpdated(node), late: false);
        Tell(EventCatalogue.PolicyUpdated, "allocation", new PolicyUpdated(1, JsonElement.Parse("""{"consolidate":true}""")), late: false);
        foreach (var sku in Skus)
            foreach (var node in Nodes)
                Receive(sku, node, _random.Next(20, 60), late: false);
    }

    /// <summary>Time goes on a little, and one thing happens.</summary>
    public void Step()
    {
        Now = Now.AddSeconds(_random.Next(5, 90));
        var what = _random.Next(100);
        Action happens = what switch
        {
            < 26 => Order,
            < 31 => Pay,
            < 35 => Stop,
            < 37 => Cancel,
            < 38 => CancelLine,
            < 65 => Work,
            < 75 => Carry,
            < 84 => SendBack,
            < 91 => Receive,
            < 94 => Transfer,
            < 98 => Correct,
            _ => Tell,
        };
        happens();
    }

    /// <summary>What is to be heard by now, in the order in which it is.</summary>
    public List<CloudEvent> Heard(bool all = false)
    {
        var heard = _onItsWay.FindAll(message => all || message.HeardAt <= Now);
        _onItsWay.RemoveAll(message => all || message.HeardAt <= Now);
        return [.. heard.OrderBy(message => message.HeardAt).Select(message => message.Event)];
    }

    /// <summary>Open holds, as <c>order|kind</c>.</summary>
    public IEnumerable<string> Holds() => _orders.Values.SelectMany(order => order.Holds().Select(hold => $"{order.Id}|{hold}"));

    /// <summary>Units of each order that have left, as <c>order|units</c>.</summary>
    public IEnumerable<string> Left() => _shipments.Values.Where(shipment => shipment.HasLeft).GroupBy(shipment => shipment.OrderId)
        .Select(order => $"{order.Key}|{order.Sum(shipment => shipment.Lines.Values.Sum(line => line.Units))}");

    /// <summary>Of each return: <c>return|line|received|inspected</c>.</summary>
    public IEnumerable<string> Returned() => _returns.Select(returned => $"{returned.Id}|{returned.Line}|{returned.Received}|{returned.Inspected}");

    /// <summary>Money paid back, as <c>order|amount</c>.</summary>
    public IEnumerable<string> Refunded() => _orders.Values.Where(order => order.Refunded > 0)
        .Select(order => string.Create(CultureInfo.InvariantCulture, $"{order.Id}|{order.Refunded:0.####}"));

    private void Order()
    {
        var id = $"o-{++_numbers}";
        var lines = Enumerable.Range(1, _random.Next(1, 4)).Select(line => new OrderPlaced.PlacedLine(line, new(Any(Skus)), _random.Next(1, 5), 5m)).ToList();
        var pending = Chance(0.3);
        var complete = Chance(0.15);
        var customer = !complete && Chance(0.4) ? Any(Customers) : null;
        _orders.Add(id, new(id, lines, pending, customer));
        Tell(EventCatalogue.OrderPlaced, id, new OrderPlaced("web", lines, Currency: "EUR", ShipComplete: complete, Tier: _random.Next(4, 6),
            Payment: pending ? "pending" : "authorized", Customer: customer));
    }

    /// <summary>In one go or in two; sometimes the card is declined first.</summary>
    private void Pay()
    {
        if (AnyOf(_orders.Values.Where(order => order.Owed > 0 && order.IsOpen)) is not { } order)
            return;
        if (Chance(0.3))
        {
            Tell(EventCatalogue.OrderPaymentFailed, order.Id, new OrderFlagged("declined"));
            return;
        }
        if (order.Authorized.Keys.Except(order.Captured).FirstOrDefault() is { } given && Chance(0.2))
        {
            // It cannot have been released: something else stops it, or not all of it was paid.
            order.Authorized.Remove(given, out var units);
            order.Owed += units;
            Tell(Chance(0.5) ? EventCatalogue.OrderPaymentVoided : EventCatalogue.OrderPaymentExpired, order.Id, new PaymentChanged(AuthorizationId: given));
            return;
        }
        var amount = Chance(0.4) ? Math.Ceiling(order.Owed / 2) : order.Owed;
        order.Owed -= amount;
        order.Authorized.Add($"a-{++_numbers}", amount);
        Tell(EventCatalogue.OrderPaymentAuthorized, order.Id, new PaymentAuthorized(amount, $"a-{_numbers}"));
        if (Chance(0.3) && order.Captured.Add($"a-{_numbers}"))
            Tell(EventCatalogue.OrderPaymentCaptured, order.Id, new PaymentChanged(amount, $"a-{_numbers}"));
    }

    /// <summary>Fraud, an address or somebody stops an order, or lets it go again.</summary>
    private void Stop()
    {
        if (AnyOf(_orders.Values.Where(order => order.IsOpen)) is not { } order)
            return;
        var (kind, stops, clears) = Any<(string, EventType, EventType)>(
        [
            ("fraud_risk", EventCatalogue.OrderFraudFlagged, EventCatalogue.OrderFraudCleared),
            ("incorrect_address", EventCatalogue.OrderAddressRejected, EventCatalogue.OrderAddressConfirmed),
            ("manual", EventCatalogue.OrderHoldPlaced, EventCatalogue.OrderHoldReleased),
        ]);
        var type = order.Stopped.Remove(kind) ? clears : stops;
        if (type == stops)
            order.Stopped.Add(kind);
        Tell(type, order.Id, kind == "manual" ? new HoldRequested(kind) : type == stops ? new OrderFlagged("odd") : new OrderCleared());
    }

    /// <summary>A unit of an order of which no node has heard yet.</summary>
    private void CancelLine()
    {
        if (AnyOf(_orders.Values.Where(order => order is { IsOpen: true, Authorized.Count: 0, Units: > 1 } && !Of(order).Any())) is not { } order)
            return;
        var line = order.Lines.MaxBy(order.UnitsOf)!.Number;
        order.Cancelled[line] = order.Cancelled.GetValueOrDefault(line) + 1;
        order.Owed = order.WasPending ? order.Owed - 5m : 0;
        Tell(EventCatalogue.OrderLineCancelled, order.Id, new OrderLineCancelled(line, 1), late: false);
    }

    /// <summary>What changes no truth that is compared.</summary>
    private void Tell()
    {
        switch (_random.Next(6))
        {
            case 0: Tell(EventCatalogue.ItemUpdated, Any(Skus), new ItemUpdated("Renamed", UnitCost: 2m, Price: 6m)); break;
            case 1: Tell(EventCatalogue.CarrierUpdated, "post", new CarrierUpdated("Post")); break;
            case 2: Tell(EventCatalogue.ChannelUpdated, "web", new ChannelUpdated("Web", _random.Next(1, 9))); break;
            case 3 when AnyOf(_orders.Values.Where(order => order.IsOpen)) is { } promised:
                Tell(EventCatalogue.OrderPromiseChanged, promised.Id, new PromiseChanged(Now.AddDays(_random.Next(1, 9))));
                break;
            case 4:
                _isClosed = !_isClosed;
                Tell(EventCatalogue.LocationUpdated, "west", new LocationUpdated("west", Active: !_isClosed));
                break;
            case 5 when AnyOf(_shipments.Values.Where(shipment => shipment is { HasLeft: true, HasEnded: false })) is { } late:
                Tell(EventCatalogue.ShipmentException, late.Id, new ShipmentException("late"));
                break;
        }
    }

    private bool _isClosed;

    /// <summary>The whole order, by its customer, who has none of it yet.</summary>
    private void Cancel()
    {
        if (AnyOf(_orders.Values.Where(order => order.IsOpen && !Of(order).Any(shipment => shipment.HasLeft))) is not { } order)
            return;
        order.CancelledAt = Now;
        Tell(EventCatalogue.OrderCancelled, order.Id, new OrderCancelled());
    }

    private IEnumerable<ModelShipment> Of(ModelOrder order) => _shipments.Values.Where(shipment => shipment.OrderId == order.Id);

    private void Receive() => Receive(Any(Skus), Any(Nodes), _random.Next(1, 30), late: Chance(0.3));

    private void Receive(string sku, string node, long units, bool late, string lot = "")
    {
        _shelves.Add(sku, node, Place.Shelf, units);
        Tell(EventCatalogue.StockReceived, sku, new StockReceived(new(node), units, lot), late);
    }

    /// <param name="late">Heard later than what happens after it, sometimes.</param>
    private void Tell(EventType type, string subject, IEventData data, bool late = true)
    {
        Told++;
        _kinds[type.Name] = _kinds.GetValueOrDefault(type.Name) + 1;
        var told = new CloudEvent($"e-{Told}", "model", type, subject, Now, data);
        var delay = !late || Chance(0.7) ? 0 : Chance(0.8) ? _random.Next(1, 300) : _random.Next(300, 7_200);
        var heardAt = Now.AddSeconds(delay);
        if (type.Topic == Topics.Inventory && _heardBefore.GetValueOrDefault((type.Topic, subject)) is var before && before > heardAt)
            heardAt = before;
        _heardBefore[(type.Topic!, subject)] = heardAt;
        _onItsWay.Add((heardAt, told));
        if (Chance(0.05))
            _onItsWay.Add((heardAt.AddSeconds(_random.Next(0, 3_600)), told));
    }

    private bool Chance(double share) => _random.NextDouble() < share;

    private T Any<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    private T? AnyOf<T>(IEnumerable<T> all) where T : class
    {
        var list = all.ToList();
        return list.Count == 0 ? null : list[_random.Next(list.Count)];
    }
}
