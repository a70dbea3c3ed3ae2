using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Allocation;

/// <summary>
/// Tells nodes what to pick: a shipment for each node of an order, which later units join while nobody has begun with it, and what it is to be packed with.
/// </summary>
internal sealed class Releases(OrderBook orders, CatalogBook catalog, Outbox outbox)
{
    private readonly SharedParcels _parcels = new(orders);

    /// <summary>Before the orders of a round are released.</summary>
    public void Begin(AllocationPolicy settings, DateTimeOffset at) => _parcels.Begin(settings.Consolidate, at);

    public void Release(Order order, AllocationPolicy settings, DateTimeOffset at)
    {
        var promised = Promises.Unreleased(order);
        var ready = promised.FindAll(promise => catalog.IsOpen(promise.Location, at));
        if (ready.Count == 0 || (WaitsForTheRest(order, settings, at) && (ready.Count < promised.Count || order.Lines.Exists(line => line.Waiting > 0))))
            return;
        foreach (var node in ready.GroupBy(promise => promise.Location).OrderBy(node => node.Key))
        {
            var shipment = settings.JoinParcels || order.ShipComplete
                ? order.Shipments.Find(open => open.Location == node.Key && Promises.MayJoin(order, open) && (order.ShipComplete || _parcels.IsUntouched(open)))
                : null;
            if (shipment is null)
            {
                shipment = new()
                {
                    Id = new($"{order.Id}-S{order.Shipments.Count + 1}"), OrderId = order.Id, Location = node.Key, ReleasedAt = at,
                    PackWith = _parcels.Find(order, node.Key),
                };
                orders.Add(order, shipment);
                _parcels.Add(order, shipment);
            }
            shipment.Status = ShipmentStatus.RELEASED;
            foreach (var promise in node)
                (promise.Status, promise.Shipment) = (AllocationStatus.RELEASED, shipment);
            var lines = order.LiveIn(shipment).Select(a => new OperationEvents.LineQuantity(a.LineNumber, a.Line.Sku, a.Location, a.Quantity)).ToList();
            order.Emit(outbox, at, OperationEvents.Released,
                state => new OperationEvents.OrderReleased(state, shipment.Id, shipment.Location, lines, shipment.PackWith),
                OperationJson.Default.OrderReleased);
        }
        orders.UpdateQueues(order);
    }

    /// <summary>It goes together, or later.</summary>
    private static bool WaitsForTheRest(Order order, AllocationPolicy settings, DateTimeOffset at) =>
        order.ShipComplete || (settings.Release == AllocationPolicy.Complete && at < order.PlacedAt + settings.CompleteWithin);
}
