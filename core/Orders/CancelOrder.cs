using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;

namespace EcomIntel.Core.Orders;

/// <summary>
/// order.cancelled and order.line_cancelled: what has not shipped can be cancelled, waiting units first, then those least far on their way. Promised units
/// go back to available. Picked ones stay in the node's hands until it says that they were put back: meanwhile they are nobody's promise, and may leave
/// nevertheless.
/// </summary>
internal sealed class CancelOrder(OrderBook orders, StockBook stock, ExceptionBook exceptions, Outbox outbox)
{
    public Rejection? Apply(CloudEvent e, OrderCancelled data)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        var wanted = order.Lines.ConvertAll(line => (Line: line, Quantity: line.Live - order.Shipped(line))).FindAll(wish => wish.Quantity > 0);
        var crossed = order.Lines.ConvertAll(line => (Line: line, Quantity: LeftSince(e, order, line))).FindAll(wish => wish.Quantity > 0);
        if (wanted.Count == 0 && crossed.Count == 0)
            return new(RejectionCodes.WrongState, $"order {order.Id} is {order.Status}: nothing is left to cancel");
        if (wanted.Count > 0)
            Cancel(e, order, wanted, data.By, data.Reason);
        TooLate(e, order, crossed);
        return null;
    }

    public Rejection? Apply(CloudEvent e, OrderLineCancelled data)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        if (order.Line(data.Line) is not { } line)
            return new(RejectionCodes.UnknownLine, $"order {order.Id} has no line {data.Line}");
        var (open, left) = (line.Live - order.Shipped(line), LeftSince(e, order, line));
        var quantity = data.Quantity ?? open + left;
        if (quantity == 0 || quantity > open + left)
            return new(RejectionCodes.QuantityExceeded,
                $"order {order.Id} line {line.Number}: {open} units have not shipped, {data.Quantity?.ToString() ?? "all"} to cancel");
        if (open > 0)
            Cancel(e, order, [(line, Math.Min(open, quantity))], data.By, data.Reason);
        if (quantity > open)
            TooLate(e, order, [(line, quantity - open)]);
        return null;
    }

    /// <summary>For whom cancelled units left nevertheless.</summary>
    public static string WhatToDo(ShipmentId shipment, long units) =>
        $"{units} cancelled units left with shipment {shipment}: call it back, or expect a return";

    /// <summary>Units that left after they were cancelled, though it was heard first that they left.</summary>
    private static long LeftSince(CloudEvent e, Order order, OrderLine line) => order.Allocations
        .Where(allocation => allocation.Line == line && allocation.IsLive && allocation.Shipment?.ShippedAt > e.Time).Sum(allocation => allocation.Quantity);

    private void TooLate(CloudEvent e, Order order, List<(OrderLine Line, long Quantity)> left)
    {
        if (left.Count == 0)
            return;
        var shipment = order.Shipments.Where(shipment => shipment.ShippedAt > e.Time).MinBy(shipment => shipment.Number)!;
        exceptions.Open(e, CaseCategory.ShippedAfterCancel, order.Id.Value, shipment.Location, WhatToDo(shipment.Id, left.Sum(wish => wish.Quantity)),
            left.Sum(wish => wish.Quantity * wish.Line.Price));
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
            // Who gives up on what is late was not served: the line stays due. So does one of which something left before.
            var withdrawn = line.Due && line.Live == 0 && by != "stock" && e.Time < order.PromisedAt && line.FilledFirst is null;
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
        if (!picked)
        {
            var position = stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot);
            stock.Move(position, StockState.Allocated, StockState.Available, quantity, e.Time, "cancelled", e.Id, order.Id);
        }
        if (allocation.Shipment is null && quantity < allocation.Quantity)
            allocation.Quantity -= quantity;
        else
            order.Split(allocation, quantity, picked ? quantity : 0).Status = AllocationStatus.CANCELLED;
        allocation.Line.Sourced -= quantity;
        return quantity;
    }
}
