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
    /// <returns>Null also where nothing was left to leave: a case says so, and the shipment has not shipped.</returns>
    public Rejection? Apply(CloudEvent e, Order order, Shipment shipment, IReadOnlyList<ParcelLine>? contents = null)
    {
        if (shipment.HasShipped)
        {
            if (contents is not null)
                Found(e, order, shipment, contents);
            return null;
        }
        var live = order.LiveIn(shipment).ToList();
        var cancelled = Cancelled(order, shipment, live, contents);
        if (live.Count == 0 && cancelled.Count == 0)
        {
            exceptions.Open(e, CaseCategory.CarrierException, shipment.Id.Value, shipment.Location,
                "the carrier has it, and by the book nothing was left to go with it: its units were not found, or were put away; see what was in it");
            return null;
        }
        var filled = live.Concat(cancelled.Select(part => part.Allocation)).Select(allocation => allocation.Line).Distinct()
            .ToDictionary(line => line, order.IsFilled);
        var dueAgain = new HashSet<OrderLine>();
        foreach (var allocation in live)
        {
            var position = stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot);
            stock.Move(position, StockState.Picked, null, allocation.Picked, e.Time, "shipped", e.Id, order.Id);
            stock.Move(position, StockState.Allocated, null, allocation.Quantity - allocation.Picked, e.Time, "shipped", e.Id, order.Id);
        }
        var left = live.Concat(Withdrawn(e, order, shipment, cancelled, dueAgain)).ToList();
        shipment.Status = ShipmentStatus.SHIPPED;
        shipment.ShippedAt = e.Time;
        var number = order.Shipments.Count(other => other.HasShipped);
        shipment.Number = number;
        var firstShippedAt = order.FirstShippedAt ??= e.Time;
        var multiUnit = order.Lines.Sum(line => line.Ordered) > 1;
        var lines = left.GroupBy(allocation => allocation.Line).OrderBy(line => line.Key.Number).Select(line => new OperationEvents.OrderShipped.ShippedLine(
            line.Key.Number, line.Key.Sku, line.Sum(allocation => allocation.Quantity), line.Key.Price,
            order.IsFilled(line.Key) && !filled[line.Key], dueAgain.Contains(line.Key))).ToList();
        order.Emit(outbox, e.Time, OperationEvents.Shipped, state => new OperationEvents.OrderShipped(
            state, shipment.Id, shipment.Location, number, shipment.Carrier, shipment.ReleasedAt, e.Time, firstShippedAt, multiUnit, lines),
            OperationJson.Default.OrderShipped);
        Tell(e, ShipmentChanged.Steps.ShippedTwice, order, shipment, left.Where(allocation => allocation.Status == AllocationStatus.RESENT));
        provide($"shipment/{shipment.Id}");
        provide($"order/{order.Id}"); // what has left can be announced to come back
        return null;
    }

    /// <summary>
    /// It has left, and a later report says that more was in it. A line that was withdrawn whole, and so is not due, stays so: only the case tells of it.
    /// </summary>
    private void Found(CloudEvent e, Order order, Shipment shipment, IReadOnlyList<ParcelLine> contents)
    {
        var found = Cancelled(order, shipment, [.. order.ShippedIn(shipment)], contents);
        if (found.Where(part => !part.Allocation.Line.Due).ToList() is { Count: > 0 } withdrawn)
            exceptions.Open(e, CaseCategory.ShippedAfterCancel, order.Id.Value, shipment.Location,
                CancelOrder.WhatToDo(shipment.Id, withdrawn.Sum(part => part.Quantity)) + "; they are still in the book: count them",
                withdrawn.Sum(part => part.Quantity * part.Allocation.Line.Price));
        found.RemoveAll(part => !part.Allocation.Line.Due);
        if (found.Count == 0)
            return;
        var left = Withdrawn(e, order, shipment, found, []);
        Tell(e, ShipmentChanged.Steps.FoundInParcel, order, shipment, left);
        Tell(e, ShipmentChanged.Steps.ShippedTwice, order, shipment, left.Where(allocation => allocation.Status == AllocationStatus.RESENT));
        order.EmitChange(outbox, e.Time);
    }

    private void Tell(CloudEvent e, string step, Order order, Shipment shipment, IEnumerable<Orders.Allocation> units)
    {
        var lines = units.GroupBy(allocation => allocation.Line).Select(line => (line.Key, line.Sum(allocation => allocation.Quantity))).ToList();
        if (lines.Count > 0)
            ShipmentCases.Emit(outbox, e, step, order, shipment, shipment.Location, lines);
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
    /// What was cancelled or recalled leaves the book, and counts for the line again as far as that has room for it. What it has no room for has left all the
    /// same, beside the order.
    /// </summary>
    /// <returns>Allocations of what left: RELEASED where it is the line's, RESENT where the line has the units from elsewhere.</returns>
    private List<Orders.Allocation> Withdrawn(
        CloudEvent e, Order order, Shipment shipment, List<(Orders.Allocation Allocation, long Quantity)> parts, HashSet<OrderLine> dueAgain)
    {
        var left = new List<Orders.Allocation>();
        var (units, value) = (0L, 0m);
        // Cancelled ones first: they are the line's own, whatever becomes of those that were recalled.
        foreach (var (part, quantity) in parts.OrderBy(part => part.Allocation.Status))
        {
            var gone = Take(e, order, part, quantity);
            var line = gone.Line;
            var wanted = gone.Status == AllocationStatus.CANCELLED ? 0 : Want(e, order, line, quantity);
            var again = Math.Min(quantity - wanted, line.Cancelled);
            if (quantity - wanted - again is > 0 and var twice)
            {
                var beside = order.Split(gone, twice, Math.Min(twice, gone.Picked));
                beside.Status = AllocationStatus.RESENT;
                left.Add(beside);
                exceptions.Open(e, CaseCategory.ShippedTwice, order.Id.Value, shipment.Location,
                    $"{twice} recalled units of line {line.Number} left with shipment {shipment.Id}, and the line has them from elsewhere: "
                    + "call one of the two back, or expect a return",
                    twice * line.Price);
            }
            if (wanted + again == 0)
                continue;
            gone.Status = AllocationStatus.RELEASED;
            left.Add(gone);
            line.Cancelled -= again;
            line.Sourced += wanted + again;
            if (again == 0)
                continue;
            RecallInstead(order, line);
            if (!line.Due && (line.Due = true))
                dueAgain.Add(line);
            (units, value) = (units + again, value + again * line.Price);
        }
        if (units > 0)
        {
            order.CancelledAt = null;
            exceptions.Open(e, CaseCategory.ShippedAfterCancel, order.Id.Value, shipment.Location, CancelOrder.WhatToDo(shipment.Id, units), value);
        }
        return left;
    }

    /// <summary>Out of the node's hands, else off the shelf.</summary>
    /// <returns>The units in an allocation of their own.</returns>
    private Orders.Allocation Take(CloudEvent e, Order order, Orders.Allocation part, long quantity)
    {
        var picked = Math.Min(quantity, part.Picked);
        var gone = order.Split(part, quantity, picked);
        stock.Move(stock.At(gone.Line.Sku, gone.Location, gone.Lot), StockState.Picked, null, picked, e.Time, "shipped", e.Id, order.Id);
        if (quantity > picked)
            shelf.Take(e, order, gone, quantity - picked, null, "shipped");
        return gone;
    }

    /// <summary>The line waits for what was recalled, or has it from elsewhere by now: what of that nobody has released is given back.</summary>
    /// <returns>How many of the units the line waits for.</returns>
    private long Want(CloudEvent e, Order order, OrderLine line, long quantity)
    {
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
        return Math.Min(quantity, line.Waiting);
    }

    /// <summary>
    /// Recalled units have taken the room of cancelled ones that are at another node: if those leave as well, they are one too many, like any recalled ones.
    /// </summary>
    private static void RecallInstead(Order order, OrderLine line)
    {
        var atNodes = order.Allocations.FindAll(other => other.Line == line && other is { Status: AllocationStatus.CANCELLED, Shipment: not null });
        var over = atNodes.Sum(other => other.Quantity) - line.Cancelled;
        foreach (var other in atNodes)
            if (Math.Min(over, other.Quantity) is > 0 and var units)
            {
                order.Split(other, units, Math.Min(units, other.Picked)).Status = AllocationStatus.RECALLED;
                over -= units;
            }
    }
}
