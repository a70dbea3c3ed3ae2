using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;

namespace EcomIntel.Core.Orders;

/// <summary>
/// order.cancelled and order.line_cancelled: what has not shipped can be cancelled, waiting units first, then those least far on their way.
/// Promised units go back to available, picked ones too (they are put back).
/// </summary>
internal sealed class CancelOrder(OrderBook orders, StockBook stock, Outbox outbox)
{
    public Rejection? Apply(CloudEvent e, OrderCancelled data)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        var wanted = order.Lines.ConvertAll(line => (Line: line, Quantity: line.Live - order.Shipped(line))).FindAll(wish => wish.Quantity > 0);
        if (wanted.Count == 0)
            return new(RejectionCodes.WrongState, $"order {order.Id} is {order.Status}: nothing is left to cancel");
        Cancel(e, order, wanted, data.By, data.Reason);
        return null;
    }

    public Rejection? Apply(CloudEvent e, OrderLineCancelled data)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        if (order.Line(data.Line) is not { } line)
            return new(RejectionCodes.UnknownLine, $"order {order.Id} has no line {data.Line}");
        var open = line.Live - order.Shipped(line);
        var quantity = data.Quantity ?? open;
        if (quantity == 0 || quantity > open)
            return new(RejectionCodes.QuantityExceeded,
                $"order {order.Id} line {line.Number}: {open} units have not shipped, {data.Quantity?.ToString() ?? "all"} to cancel");
        Cancel(e, order, [(line, quantity)], data.By, data.Reason);
        return null;
    }

    private void Cancel(CloudEvent e, Order order, List<(OrderLine Line, long Quantity)> wanted, string by, string? reason)
    {
        var cancelled = new List<OperationEvents.OrderCancelled.CancelledLine>(wanted.Count);
        foreach (var (line, quantity) in wanted)
        {
            var left = quantity - Math.Min(quantity, line.Waiting);
            // From the last promise to the first; units already picked only where no others are left.
            foreach (var picked in (ReadOnlySpan<bool>)[false, true])
                for (var index = order.Allocations.Count - 1; index >= 0 && left > 0; index--)
                    if (order.Allocations[index] is { IsLive: true } allocation && allocation.Line == line && allocation.Shipment is not { HasShipped: true })
                        left -= Undo(e, order, allocation, left, picked);
            line.Cancelled += quantity;
            if (by == "stock")
                line.Backordered = true;
            // Who gives up on what is late was not served: the line stays due.
            var withdrawn = line.Due && line.Live == 0 && by != "stock" && e.Time < order.PromisedAt;
            if (withdrawn)
                line.Due = false;
            cancelled.Add(new(line.Number, line.Sku, quantity, withdrawn, order.IsFilled(line)));
        }
        foreach (var shipment in order.Shipments)
            if (shipment is { HasShipped: false, Status: not ShipmentStatus.CANCELLED } && !order.LiveIn(shipment).Any())
                shipment.Status = ShipmentStatus.CANCELLED;
        // What is left may now be had: an order that ships complete wants less than before.
        foreach (var line in order.Lines)
            if (line.Waiting > 0)
                stock.Gained.Add(line.Sku);
        if (order.Lines.TrueForAll(line => line.Live == 0))
            order.CancelledAt = e.Time;
        order.Emit(outbox, e.Time, OperationEvents.Cancelled, state => new OperationEvents.OrderCancelled(state, by, reason, cancelled),
            OperationJson.Default.OrderCancelled);
    }

    /// <summary>Takes up to <paramref name="max"/> units back from a promise.</summary>
    /// <returns>How many it took.</returns>
    private long Undo(CloudEvent e, Order order, Allocation allocation, long max, bool picked)
    {
        var quantity = Math.Min(max, picked ? allocation.Picked : allocation.Quantity - allocation.Picked);
        if (quantity == 0)
            return 0;
        var position = stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot);
        stock.Move(position, picked ? StockState.Picked : StockState.Allocated, StockState.Available, quantity, e.Time, "cancelled", e.Id, order.Id);
        if (picked)
        {
            allocation.Picked -= quantity;
            allocation.Packed = Math.Min(allocation.Packed, allocation.Picked);
        }
        if (allocation.Quantity == quantity)
            allocation.Status = AllocationStatus.CANCELLED;
        else
            allocation.Quantity -= quantity;
        allocation.Line.Sourced -= quantity;
        return quantity;
    }
}
