using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// What a carrier reports about a parcel. The subject is the shipment. A later report implies the earlier ones, since they may come in any order.
/// </summary>
internal sealed class CarrierHandlers(OrderBook orders, StockBook stock, ExceptionBook exceptions, Outbox outbox)
{
    public Rejection? Labelled(CloudEvent e, ShipmentLabelled data)
    {
        if (Find(e, out var order, out var shipment) is { } unknown)
            return unknown;
        shipment.Carrier = data.Carrier;
        shipment.Service = data.Service;
        shipment.Tracking = data.Tracking;
        if (shipment.Status is ShipmentStatus.RELEASED or ShipmentStatus.PICKED)
            shipment.Status = ShipmentStatus.PACKED; // a label is stuck on a closed parcel
        order.EmitStatusChange(outbox, e.Time);
        return null;
    }

    public Rejection? PickedUp(CloudEvent e)
    {
        if (Find(e, out var order, out var shipment) is { } unknown)
            return unknown;
        Ship(e, order, shipment);
        return null;
    }

    public Rejection? Delivered(CloudEvent e)
    {
        if (Find(e, out var order, out var shipment) is { } unknown)
            return unknown;
        Ship(e, order, shipment);
        if (shipment.DeliveredAt is not null)
            return null;
        if (shipment.Status != ShipmentStatus.RETURNED) // its way back may be heard of first
            shipment.Status = ShipmentStatus.DELIVERED;
        shipment.DeliveredAt = e.Time;
        order.Emit(outbox, e.Time, OperationEvents.Delivered, state => new OperationEvents.OrderDelivered(state, shipment.Id, e.Time),
            OperationJson.Default.OrderDelivered);
        return null;
    }

    /// <summary>The parcel comes back unopened; its goods become stock again when the node receives and inspects them.</summary>
    public Rejection? Returned(CloudEvent e)
    {
        if (Find(e, out var order, out var shipment) is { } unknown)
            return unknown;
        Ship(e, order, shipment);
        shipment.Status = ShipmentStatus.RETURNED;
        order.EmitStatusChange(outbox, e.Time);
        return null;
    }

    public Rejection? ExceptionReported(CloudEvent e, ShipmentException data)
    {
        if (Find(e, out _, out var shipment) is { } unknown)
            return unknown;
        exceptions.Open(e, ExceptionBook.Carrier, shipment.Id.Value, shipment.Location, data.Detail is null ? data.Code : $"{data.Code}: {data.Detail}");
        return null;
    }

    private void Ship(CloudEvent e, Order order, Shipment shipment)
    {
        if (shipment.HasShipped)
            return;
        var units = new SortedDictionary<int, (OrderLine Line, long Quantity)>();
        foreach (var allocation in order.LiveIn(shipment))
        {
            var line = allocation.Line;
            var position = stock.At(line.Sku, allocation.Location, allocation.Lot);
            stock.Move(position, StockState.Picked, null, allocation.Picked, e.Time, "shipped", e.Id, order.Id);
            stock.Move(position, StockState.Allocated, null, allocation.Quantity - allocation.Picked, e.Time, "shipped", e.Id, order.Id);
            units[line.Number] = (line, (units.TryGetValue(line.Number, out var before) ? before.Quantity : 0) + allocation.Quantity);
        }
        shipment.Status = ShipmentStatus.SHIPPED;
        shipment.ShippedAt = e.Time;
        var number = order.Shipments.Count(other => other.HasShipped);
        shipment.Number = number;
        var firstShippedAt = order.FirstShippedAt ??= e.Time;
        var multiUnit = order.Lines.Sum(line => line.Ordered) > 1;
        var lines = units.Values
            .Select(unit => new OperationEvents.OrderShipped.ShippedLine(
                unit.Line.Number, unit.Line.Sku, unit.Quantity, unit.Line.Price, order.IsFilled(unit.Line)))
            .ToList();
        order.Emit(outbox, e.Time, OperationEvents.Shipped, state => new OperationEvents.OrderShipped(
            state, shipment.Id, shipment.Location, number, shipment.Carrier, shipment.ReleasedAt, e.Time, firstShippedAt, multiUnit, lines),
            OperationJson.Default.OrderShipped);
    }

    private Rejection? Find(CloudEvent e, out Order order, out Shipment shipment)
    {
        var id = new ShipmentId(e.Subject);
        order = orders.Find(id)!;
        shipment = order?.Shipment(id)!;
        if (order is null)
            return OrderBook.Unknown(id);
        return shipment.Status == ShipmentStatus.CANCELLED ? new(RejectionCodes.WrongState, $"shipment {id} was cancelled") : null;
    }
}
