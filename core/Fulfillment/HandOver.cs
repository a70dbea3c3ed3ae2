using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// The units of a shipment leave the house, once: when the first report is heard that implies it. A carrier that has what was cancelled is believed: those
/// units become shipped ones again, and somebody must see to it. Of a shipment that was cancelled in part, the rest is in the parcel, unless the report says
/// more.
/// </summary>
internal sealed class HandOver(StockBook stock, ExceptionBook exceptions, Shelf shelf, Outbox outbox, Action<string> provide)
{
    /// <param name="contents">All that is in it, where the report says so.</param>
    public Rejection? Apply(CloudEvent e, Order order, Shipment shipment, IReadOnlyList<ParcelLine>? contents = null)
    {
        if (shipment.HasShipped)
            return null;
        var live = order.LiveIn(shipment).ToList();
        var cancelled = Cancelled(order, shipment, live, contents);
        if (live.Count == 0 && cancelled.Count == 0)
            return new(RejectionCodes.WrongState, $"shipment {shipment.Id} was cancelled: nothing was left to go with it");
        var filled = live.Concat(cancelled.Select(part => part.Allocation)).Select(allocation => allocation.Line).Distinct()
            .ToDictionary(line => line, order.IsFilled);
        var dueAgain = new HashSet<OrderLine>();
        foreach (var allocation in live)
        {
            var position = stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot);
            stock.Move(position, StockState.Picked, null, allocation.Picked, e.Time, "shipped", e.Id, order.Id);
            stock.Move(position, StockState.Allocated, null, allocation.Quantity - allocation.Picked, e.Time, "shipped", e.Id, order.Id);
        }
        foreach (var (part, quantity) in cancelled.Where(part => part.Allocation.Status == AllocationStatus.RECALLED).ToList())
        {
            cancelled.RemoveAll(each => each.Allocation == part);
            if (Unrecall(e, order, part, quantity) is { } allocation)
                live.Add(allocation);
        }
        foreach (var (part, quantity) in cancelled)
        {
            var allocation = Uncancel(e, order, part, quantity);
            if (!allocation.Line.Due && (allocation.Line.Due = true))
                dueAgain.Add(allocation.Line);
            live.Add(allocation);
        }
        if (cancelled.Count > 0)
        {
            order.CancelledAt = null;
            var units = cancelled.Sum(part => part.Quantity);
            exceptions.Open(e, CancelOrder.ShippedAfterCancel, order.Id.Value, shipment.Location, CancelOrder.WhatToDo(shipment.Id, units),
                cancelled.Sum(part => part.Quantity * part.Allocation.Line.Price));
        }
        shipment.Status = ShipmentStatus.SHIPPED;
        shipment.ShippedAt = e.Time;
        var number = order.Shipments.Count(other => other.HasShipped);
        shipment.Number = number;
        var firstShippedAt = order.FirstShippedAt ??= e.Time;
        var multiUnit = order.Lines.Sum(line => line.Ordered) > 1;
        var lines = live.GroupBy(allocation => allocation.Line).OrderBy(line => line.Key.Number).Select(line => new OperationEvents.OrderShipped.ShippedLine(
            line.Key.Number, line.Key.Sku, line.Sum(allocation => allocation.Quantity), line.Key.Price,
            order.IsFilled(line.Key) && !filled[line.Key], dueAgain.Contains(line.Key))).ToList();
        order.Emit(outbox, e.Time, OperationEvents.Shipped, state => new OperationEvents.OrderShipped(
            state, shipment.Id, shipment.Location, number, shipment.Carrier, shipment.ReleasedAt, e.Time, firstShippedAt, multiUnit, lines),
            OperationJson.Default.OrderShipped);
        provide($"shipment/{shipment.Id}");
        return null;
    }

    /// <summary>What was cancelled and is in the parcel nevertheless.</summary>
    private static List<(Orders.Allocation Allocation, long Quantity)> Cancelled(
        Order order, Shipment shipment, List<Orders.Allocation> live, IReadOnlyList<ParcelLine>? contents)
    {
        if (live.Count > 0 && contents is null)
            return [];
        var parts = order.CancelledIn(shipment);
        if (contents is null)
            return parts.ConvertAll(part => (part, part.Quantity));
        var said = contents.GroupBy(line => line.Number).ToDictionary(line => line.Key, line => line.Sum(units => units.Quantity));
        foreach (var allocation in live)
            if (said.TryGetValue(allocation.LineNumber, out var units))
                said[allocation.LineNumber] = Math.Max(0, units - allocation.Quantity);
        var left = new List<(Orders.Allocation, long)>();
        foreach (var part in parts.OrderByDescending(part => part.Picked))
            if (said.TryGetValue(part.LineNumber, out var units) && Math.Min(units, part.Quantity) is > 0 and var quantity)
            {
                left.Add((part, quantity));
                said[part.LineNumber] = units - quantity;
            }
        return left;
    }

    /// <summary>
    /// The line waits for what was recalled, or has it from elsewhere by now: what of that nobody has released is given back. What is still too much has left
    /// all the same, beside the order.
    /// </summary>
    /// <returns>What the line takes of it; null where that is nothing.</returns>
    private Orders.Allocation? Unrecall(CloudEvent e, Order order, Orders.Allocation part, long quantity)
    {
        var line = part.Line;
        foreach (var promise in order.Allocations.Where(other => other.Line == line && other.Status == AllocationStatus.ALLOCATED).ToList())
        {
            if (line.Waiting >= quantity)
                break;
            var back = order.Split(promise, Math.Min(promise.Quantity, quantity - line.Waiting), 0);
            stock.Move(stock.At(line.Sku, back.Location, back.Lot), StockState.Allocated, StockState.Available, back.Quantity, e.Time, "deallocated", e.Id,
                order.Id);
            back.Status = AllocationStatus.CANCELLED;
            line.Sourced -= back.Quantity;
        }
        var wanted = Math.Min(quantity, line.Waiting);
        var picked = Math.Min(quantity, part.Picked);
        stock.Move(stock.At(line.Sku, part.Location, part.Lot), StockState.Picked, null, picked, e.Time, "shipped", e.Id, order.Id);
        if (quantity > picked)
            shelf.Take(e, order, part, quantity - picked, null, "shipped");
        part.Picked -= picked;
        if (quantity > wanted)
            exceptions.Open(e, ExceptionBook.ShippedTwice, order.Id.Value, part.Location,
                $"{quantity - wanted} recalled units of line {line.Number} left with shipment {part.ShipmentId}, and the line has them from elsewhere: "
                + "call one of the two back, or expect a return",
                (quantity - wanted) * line.Price);
        if (wanted == 0)
            return null;
        var allocation = order.Split(part, wanted, 0);
        allocation.Status = AllocationStatus.RELEASED;
        line.Sourced += wanted;
        return allocation;
    }

    private Orders.Allocation Uncancel(CloudEvent e, Order order, Orders.Allocation part, long quantity)
    {
        var picked = Math.Min(quantity, part.Picked);
        var allocation = order.Split(part, quantity, picked);
        var line = allocation.Line;
        stock.Move(stock.At(line.Sku, allocation.Location, allocation.Lot), StockState.Picked, null, picked, e.Time, "shipped", e.Id, order.Id);
        if (quantity > picked)
            shelf.Take(e, order, allocation, quantity - picked, null, "shipped");
        allocation.Status = AllocationStatus.RELEASED;
        line.Cancelled -= quantity;
        line.Sourced += quantity;
        return allocation;
    }
}
