using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>The orders that the batch at hand names or may source, in the queues in which an allocation round looks for work.</summary>
/// <param name="provide">As <see cref="Processing.Workspace.Provide"/>.</param>
internal sealed class OrderBook(Action<string> provide)
{
    private readonly Dictionary<OrderId, Order> _orders = [];
    private readonly Dictionary<ShipmentId, Order> _byShipment = [];

    /// <summary>By what they are to be packed with, but that itself.</summary>
    private readonly Dictionary<ShipmentId, List<Shipment>> _packedWith = [];
    private readonly HashSet<Order> _touched = [];
    private readonly HashSet<Order> _unsourced = [];
    private readonly HashSet<Order> _waiting = [];
    private readonly HashSet<Order> _unreleased = [];
    private readonly HashSet<Order> _freed = [];
    private readonly HashSet<Order> _reserved = [];
    private readonly HashSet<Order> _incomplete = [];
    private readonly HashSet<Order> _backordered = [];
    private readonly Agenda<OrderId> _watched = new();
    private readonly HashSet<Order> _changed = [];
    private DateTimeOffset? _earliestFreed;
    private DateTimeOffset? _earliestReserved;

    public IReadOnlyCollection<Order> All => _orders.Values;

    /// <summary>Orders with a waiting line that was never found without stock.</summary>
    public IReadOnlyCollection<Order> Unsourced => Updated(_unsourced);

    /// <summary>Orders whose waiting lines were all looked for in vain: worth another look only when stock was gained.</summary>
    public IReadOnlyCollection<Order> Waiting => Updated(_waiting);

    /// <summary>Orders with units that are promised and not yet released.</summary>
    public IReadOnlyCollection<Order> Unreleased => Updated(_unreleased);

    /// <summary>Orders of which <see cref="Order.FreedAt"/> says that a round must look at them soon.</summary>
    public IReadOnlyCollection<Order> Freed => Updated(_freed);

    /// <summary>Orders of which <see cref="Order.IncompleteSince"/> says that the next round must look at them.</summary>
    public IReadOnlyCollection<Order> Incomplete => Updated(_incomplete);

    /// <summary>Orders with units that wait and were found without stock.</summary>
    public IReadOnlyCollection<Order> Backordered => Updated(_backordered);

    /// <summary>The earliest of those that were freed; null where there is none.</summary>
    public DateTimeOffset? EarliestFreed => Freed.Count == 0 ? null : _earliestFreed ??= _freed.Min(order => order.FreedAt);

    /// <summary>Orders that are not paid yet and for which stock is kept until <see cref="Order.ReservedUntil"/>.</summary>
    public IReadOnlyCollection<Order> Reserved => Updated(_reserved);

    /// <summary>The earliest of those instants; null where there is none.</summary>
    public DateTimeOffset? EarliestReserved => Reserved.Count == 0 ? null : _earliestReserved ??= _reserved.Min(order => order.ReservedUntil);

    /// <summary>When an order is to be looked at: told by <see cref="OrderWatch"/>.</summary>
    public Func<Order, DateTimeOffset?>? NextWatch { get; set; }

    /// <summary>When those at hand are to be looked at. One that was loaded and has not changed: as is stored of it.</summary>
    public Agenda<OrderId> Watched
    {
        get
        {
            if (NextWatch is { } next)
                foreach (var order in _changed)
                    _watched.Set(order.Id, order.WatchAt = next(order));
            _changed.Clear();
            return _watched;
        }
    }

    /// <summary>Whoever finds an order may change it: the queues are updated when they are next looked at.</summary>
    public Order? Find(OrderId id) => Touched(_orders.GetValueOrDefault(id));

    /// <inheritdoc cref="Find(OrderId)"/>
    public Order? Find(ShipmentId id) => Touched(_byShipment.GetValueOrDefault(id));

    /// <summary>One that is at hand, and is only looked at.</summary>
    public Order Peek(OrderId id) => _orders[id];

    public static Rejection Unknown(OrderId id) => new(RejectionCodes.UnknownOrder, $"no order {id}") { Awaits = $"order/{id}" };

    public static Rejection Unknown(ShipmentId id) => new(RejectionCodes.UnknownShipment, $"no shipment {id}") { Awaits = $"shipment/{id}" };

    public bool Has(OrderId id) => _orders.ContainsKey(id);

    public void Add(Order order)
    {
        _orders.Add(order.Id, order);
        order.Emitted = Changed;
        _watched.Set(order.Id, order.WatchAt);
        foreach (var shipment in order.Shipments)
            Index(order, shipment);
        _touched.Add(order);
    }

    /// <summary>A new shipment.</summary>
    public void Add(Order order, Shipment shipment)
    {
        AddStored(order, shipment);
        provide($"shipment/{shipment.Id}");
    }

    /// <summary>One that was there.</summary>
    public void AddStored(Order order, Shipment shipment)
    {
        order.Shipments.Add(shipment);
        Index(order, shipment);
    }

    /// <summary>
    /// What is at hand of the shipments that are to go in one parcel with this one, itself included: the first, then the others as they were released.
    /// </summary>
    public IReadOnlyList<Shipment> OfParcel(Shipment shipment)
    {
        if (!_packedWith.TryGetValue(shipment.ParcelId, out var others))
            return [shipment];
        return _byShipment.GetValueOrDefault(shipment.ParcelId)?.Shipment(shipment.ParcelId) is { } first ? [first, .. others] : others;
    }

    /// <summary>A new order.</summary>
    public void Capture(Order order)
    {
        Add(order);
        Changed(order);
        provide($"order/{order.Id}");
    }

    /// <summary>Puts an order that was not found by its id, but in a queue, where it belongs now.</summary>
    public void UpdateQueues(Order order)
    {
        bool unsourced = false, waiting = false, backordered = false;
        if (order.ReservationEndedAt is null)
            foreach (var line in order.Lines)
                if (line.Waiting > 0)
                {
                    waiting = true;
                    unsourced |= !line.Backordered;
                    backordered |= line.Backordered;
                }
        Keep(_unsourced, order, unsourced);
        Keep(_waiting, order, waiting && !unsourced);
        Keep(_backordered, order, backordered && order.ClosedAt is null);
        Keep(_unreleased, order, order.Allocations.Exists(allocation => allocation.Status == AllocationStatus.ALLOCATED) && !order.IsHeld);
        if (order is { ReservedUntil: not null, ReservationEndedAt: null })
            (_, _earliestReserved) = (_reserved.Add(order), null);
        else if (_reserved.Remove(order))
            _earliestReserved = null;
        Keep(_incomplete, order, order.IncompleteSince is not null);
        if (order.FreedAt is not { } freed)
            _earliestFreed = _freed.Remove(order) ? null : _earliestFreed;
        else if ((_freed.Add(order) && _freed.Count == 1) || freed < _earliestFreed)
            _earliestFreed = freed;
    }

    /// <summary>When it is to be looked at may be another instant now.</summary>
    public void Changed(Order order) => _changed.Add(order);

    private void Index(Order order, Shipment shipment)
    {
        _byShipment[shipment.Id] = order;
        if (shipment.PackWith is not { } first)
            return;
        if (!_packedWith.TryGetValue(first, out var others))
            _packedWith.Add(first, others = []);
        others.Add(shipment);
        others.Sort(static (a, b) => a.ReleasedAt != b.ReleasedAt ? a.ReleasedAt.CompareTo(b.ReleasedAt) : a.Id.CompareTo(b.Id));
    }

    private HashSet<Order> Updated(HashSet<Order> queue)
    {
        foreach (var order in _touched)
            UpdateQueues(order);
        _touched.Clear();
        return queue;
    }

    private Order? Touched(Order? order)
    {
        if (order is not null)
        {
            _touched.Add(order);
            Changed(order);
        }
        return order;
    }

    private static void Keep(HashSet<Order> queue, Order order, bool wanted)
    {
        if (wanted)
            queue.Add(order);
        else
            queue.Remove(order);
    }
}
