using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Allocation;

/// <summary>Tells nodes what to pick: a shipment for each node of an order, which later units join while nobody has begun with it.</summary>
internal sealed class Releases(OrderBook orders, CatalogBook catalog, Outbox outbox)
{
    public void Release(Order order, AllocationPolicy settings, DateTimeOffset at)
    {
        var promised = Promises.Unreleased(order);
        var ready = promised.FindAll(promise => catalog.IsOpen(promise.Location, at));
        if (ready.Count == 0 || (WaitsForTheRest(order, settings, at) && (ready.Count < promised.Count || order.Lines.Exists(line => line.Waiting > 0))))
            return;
        foreach (var node in ready.GroupBy(promise => promise.Location).OrderBy(node => node.Key))
        {
            var shipment = settings.JoinParcels || order.ShipComplete
                ? order.Shipments.Find(open => open.Location == node.Key && Promises.MayJoin(order, open))
                : null;
            if (shipment is null)
            {
                shipment = new() { Id = new($"{order.Id}-S{order.Shipments.Count + 1}"), OrderId = order.Id, Location = node.Key, ReleasedAt = at };
                orders.Add(order, shipment);
            }
            shipment.Status = ShipmentStatus.RELEASED;
            foreach (var promise in node)
                (promise.Status, promise.Shipment) = (AllocationStatus.RELEASED, shipment);
            var lines = order.LiveIn(shipment).Select(a => new OperationEvents.LineQuantity(a.LineNumber, a.Line.Sku, a.Location, a.Quantity)).ToList();
            order.Emit(outbox, at, OperationEvents.Released,
                state => new OperationEvents.OrderReleased(state, shipment.Id, shipment.Location, lines), OperationJson.Default.OrderReleased);
        }
        orders.UpdateQueues(order);
    }

    /// <summary>It goes together, or later.</summary>
    private static bool WaitsForTheRest(Order order, AllocationPolicy settings, DateTimeOffset at) =>
        order.ShipComplete || (settings.Release == AllocationPolicy.Complete && at < order.PlacedAt + settings.CompleteWithin);
}
