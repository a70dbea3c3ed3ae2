using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>The orders that the batch at hand names or may source.</summary>
internal sealed class OrderBook
{
    private readonly Dictionary<OrderId, Order> _orders = [];
    private readonly Dictionary<ShipmentId, Order> _byShipment = [];

    public IReadOnlyCollection<Order> All => _orders.Values;

    /// <summary>Orders with a waiting line that was never found without stock.</summary>
    public HashSet<Order> Unsourced { get; } = [];

    /// <summary>Orders whose waiting lines were all looked for in vain: worth another look only when stock was gained.</summary>
    public HashSet<Order> Waiting { get; } = [];

    /// <summary>Orders with units that are promised and not yet released.</summary>
    public HashSet<Order> Unreleased { get; } = [];

    public Order? Find(OrderId id) => _orders.GetValueOrDefault(id);

    public Order? Find(ShipmentId id) => _byShipment.GetValueOrDefault(id);

    public void Add(Order order)
    {
        _orders.Add(order.Id, order);
        foreach (var shipment in order.Shipments)
            _byShipment[shipment.Id] = order;
        Sort(order);
    }

    public void Add(Order order, Shipment shipment)
    {
        order.Shipments.Add(shipment);
        _byShipment[shipment.Id] = order;
    }

    /// <summary>Puts an order where the next round looks for it. To be called after every change to its lines, allocations or holds.</summary>
    public void Sort(Order order)
    {
        bool unsourced = false, waiting = false;
        foreach (var line in order.Lines)
            if (line.Waiting > 0)
            {
                waiting = true;
                unsourced |= !line.Backordered;
            }
        Keep(Unsourced, order, unsourced);
        Keep(Waiting, order, waiting && !unsourced);
        Keep(Unreleased, order, order.Allocations.Exists(allocation => allocation.Status == AllocationStatus.ALLOCATED) && !order.IsHeld);
    }

    private static void Keep(HashSet<Order> set, Order order, bool wanted)
    {
        if (wanted)
            set.Add(order);
        else
            set.Remove(order);
    }
}
