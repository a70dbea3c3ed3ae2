using System.Globalization;
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
            < 35 => Flag,
            < 38 => Cancel,
            < 66 => Work,
            < 74 => Carry,
            < 84 => SendBack,
            < 92 => Receive,
            < 96 => Transfer,
            _ => Correct,
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
        _orders.Add(id, new(id, lines, pending));
        Tell(EventCatalogue.OrderPlaced, id, new OrderPlaced("web", lines, Currency: "EUR", ShipComplete: Chance(0.15), Tier: _random.Next(4, 6),
            Payment: pending ? "pending" : "authorized"));
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
        var amount = Chance(0.4) ? Math.Ceiling(order.Owed / 2) : order.Owed;
        order.Owed -= amount;
        Tell(EventCatalogue.OrderPaymentAuthorized, order.Id, new PaymentAuthorized(amount));
    }

    private void Flag()
    {
        if (AnyOf(_orders.Values.Where(order => order.IsOpen)) is not { } order)
            return;
        var clear = order.Flagged > order.Cleared || (order.Flagged is not null && order.Cleared is null);
        if (clear)
            order.Cleared = Now;
        else
            order.Flagged = Now;
        Tell(clear ? EventCatalogue.OrderFraudCleared : EventCatalogue.OrderFraudFlagged, order.Id, clear ? new OrderCleared() : new OrderFlagged("odd"));
    }

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
