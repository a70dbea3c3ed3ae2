using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>What a node reports about a released shipment: picked, packed, or not to be found. The subject is the sku.</summary>
internal sealed class NodeHandlers(OrderBook orders, StockBook stock, ExceptionBook exceptions, Outbox outbox)
{
    public Rejection? Picked(CloudEvent e, PickConfirmed data)
    {
        if (Find(e, data.OrderId, data.ShipmentId, data.Line, out var order, out var shipment, out var allocations) is { } unknown)
            return unknown;
        if (shipment.HasShipped)
            return null; // the carrier was heard first; its pick-up implied this
        var open = allocations.Sum(allocation => allocation.Quantity - allocation.Picked);
        if (data.Quantity > open)
            return new(RejectionCodes.QuantityExceeded, $"shipment {shipment.Id} line {data.Line}: {open} units are left to pick, {data.Quantity} were picked");
        Spread(allocations, data.Quantity, allocation => allocation.Quantity - allocation.Picked,
            (allocation, quantity) => Pick(e, order, allocation, quantity));
        Progress(e, order, shipment);
        return null;
    }

    public Rejection? Packed(CloudEvent e, PickConfirmed data)
    {
        if (Find(e, data.OrderId, data.ShipmentId, data.Line, out var order, out var shipment, out var allocations) is { } unknown)
            return unknown;
        if (shipment.HasShipped)
            return null;
        var open = allocations.Sum(allocation => allocation.Quantity - allocation.Packed);
        if (data.Quantity > open)
            return new(RejectionCodes.QuantityExceeded, $"shipment {shipment.Id} line {data.Line}: {open} units are left to pack, {data.Quantity} were packed");
        Spread(allocations, data.Quantity, allocation => allocation.Quantity - allocation.Packed, (allocation, quantity) =>
        {
            if (allocation.Packed + quantity > allocation.Picked)
                Pick(e, order, allocation, allocation.Packed + quantity - allocation.Picked); // what is packed was picked
            allocation.Packed += quantity;
        });
        Progress(e, order, shipment);
        return null;
    }

    /// <summary>
    /// The node rejects units: they are sourced again without it. The book said they were there, so they stand in quarantine, and in nobody's promise,
    /// until somebody has counted.
    /// </summary>
    public Rejection? Short(CloudEvent e, PickShort data)
    {
        if (Find(e, data.OrderId, data.ShipmentId, data.Line, out var order, out var shipment, out var allocations) is { } unknown)
            return unknown;
        if (shipment.HasShipped)
            return new(RejectionCodes.WrongState, $"shipment {shipment.Id} has left");
        var open = allocations.Sum(allocation => allocation.Quantity - allocation.Picked);
        if (data.Quantity > open)
            return new(RejectionCodes.QuantityExceeded, $"shipment {shipment.Id} line {data.Line}: {open} units are left to pick, {data.Quantity} are short");
        var line = order.Line(data.Line)!;
        Spread(allocations, data.Quantity, allocation => allocation.Quantity - allocation.Picked,
            (allocation, quantity) => Reject(e, order, allocation, quantity));
        line.Rejected = true;
        stock.Gained.Add(line.Sku);
        if (!order.LiveIn(shipment).Any())
            shipment.Status = ShipmentStatus.CANCELLED;
        var why = data.Reason ?? "no reason given";
        exceptions.Open(e, ExceptionBook.PickShort, line.Sku.Value, shipment.Location, $"{data.Quantity} units for shipment {shipment.Id} not found: {why}");
        order.Emit(outbox, e.Time, OperationEvents.Rejected, state => new OperationEvents.OrderRejected(
            state, shipment.Id, shipment.Location, line.Number, line.Sku, data.Quantity, data.Reason ?? "short"), OperationJson.Default.OrderRejected);
        Progress(e, order, shipment);
        return null;
    }

    private void Pick(CloudEvent e, Order order, Orders.Allocation allocation, long quantity)
    {
        stock.Move(stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot), StockState.Allocated, StockState.Picked, quantity, e.Time, "picked",
            e.Id, order.Id);
        allocation.Picked += quantity;
    }

    private void Reject(CloudEvent e, Order order, Orders.Allocation allocation, long quantity)
    {
        stock.Move(stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot), StockState.Allocated, StockState.Quarantined, quantity, e.Time,
            "pick_short", e.Id, order.Id);
        if (allocation.Quantity == quantity)
            (allocation.Status, allocation.RejectedAt) = (AllocationStatus.REJECTED, e.Time);
        else
        {
            allocation.Quantity -= quantity;
            var rejected = order.Promise(allocation.Line, allocation.Location, allocation.Lot, quantity);
            (rejected.Status, rejected.RejectedAt) = (AllocationStatus.REJECTED, e.Time);
            rejected.Shipment = allocation.Shipment;
        }
        allocation.Line.Sourced -= quantity;
    }

    /// <summary>Moves the shipment, and with it perhaps the order, one step on; emits it only when the order's status changed.</summary>
    private void Progress(CloudEvent e, Order order, Shipment shipment)
    {
        if (shipment.Status is ShipmentStatus.RELEASED or ShipmentStatus.PICKED)
        {
            bool packed = true, picked = true;
            foreach (var allocation in order.LiveIn(shipment))
            {
                packed &= allocation.Packed == allocation.Quantity;
                picked &= allocation.Picked == allocation.Quantity;
            }
            shipment.Status = packed ? ShipmentStatus.PACKED : picked ? ShipmentStatus.PICKED : shipment.Status;
        }
        order.EmitStatusChange(outbox, e.Time);
    }

    private Rejection? Find(
        CloudEvent e, OrderId orderId, ShipmentId shipmentId, int line, out Order order, out Shipment shipment, out List<Orders.Allocation> allocations)
    {
        order = null!;
        shipment = null!;
        allocations = [];
        if (orders.Find(orderId) is not { } known)
            return new(RejectionCodes.UnknownOrder, $"no order {orderId}");
        if (known.Shipment(shipmentId) is not { } its)
            return new(RejectionCodes.UnknownShipment, $"order {orderId} has no shipment {shipmentId}");
        if (known.Line(line) is not { } of || of.Sku.Value != e.Subject)
            return new(RejectionCodes.UnknownLine, $"order {orderId} has no line {line} of {e.Subject}");
        (order, shipment) = (known, its);
        foreach (var allocation in known.Allocations)
            if (allocation.Line == of && allocation.Shipment == its && allocation.IsLive)
                allocations.Add(allocation);
        return allocations.Count > 0 || its.HasShipped ? null : new(RejectionCodes.UnknownLine, $"shipment {shipmentId} has nothing of line {line} any more");
    }

    private static void Spread(List<Orders.Allocation> allocations, long quantity, Func<Orders.Allocation, long> open, Action<Orders.Allocation, long> apply)
    {
        foreach (var allocation in allocations)
        {
            var part = Math.Min(quantity, open(allocation));
            if (part <= 0)
                continue;
            apply(allocation, part);
            quantity -= part;
        }
    }
}
