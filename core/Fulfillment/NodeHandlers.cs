using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// What a node reports about a released shipment: picked, packed, put back, or not to be found. The subject is the sku. A node may have picked what was
/// cancelled meanwhile, whichever of the two is heard first: of a line's units in a shipment those that are not cancelled count as picked first.
/// </summary>
/// <param name="onPacked">Told where units of a shipment were packed: its parcel may have left.</param>
internal sealed class NodeHandlers(
    OrderBook orders, StockBook stock, ExceptionBook exceptions, Shelf shelf, Outbox outbox, Action<string> provide, Func<IReturnClaims> returns,
    Action<CloudEvent, Shipment> onPacked)
{
    public Rejection? Picked(CloudEvent e, PickConfirmed data)
    {
        if (Find(e, data.OrderId, data.ShipmentId, data.Line, out var at) is { } unknown)
            return unknown;
        if (at.IsOver)
            return null; // the carrier was heard first; its pick-up implied this
        var open = at.All.Sum(allocation => allocation.Quantity - allocation.Picked);
        // What was packed before this was heard counts as picked since then.
        var owed = Math.Min(data.Quantity, at.All.Sum(Owed));
        if (data.Quantity - owed > open)
            return at.Shipment.HasShipped ? null : new(RejectionCodes.QuantityExceeded,
                $"shipment {at.Shipment.Id} line {data.Line}: {open + owed} units are left to pick, {data.Quantity} were picked");
        Spread(at.All, owed, Owed, (allocation, quantity) => allocation.PickOwed -= quantity);
        Spread(at.All, data.Quantity - owed, allocation => allocation.Quantity - allocation.Picked,
            (allocation, quantity) => Pick(e, at, allocation, quantity));
        Progress(e, at);
        return null;

        long Owed(Orders.Allocation allocation) => allocation.PackedAt < e.Time ? 0 : allocation.PickOwed;
    }

    public Rejection? Packed(CloudEvent e, PickConfirmed data)
    {
        if (Find(e, data.OrderId, data.ShipmentId, data.Line, out var at) is { } unknown)
            return unknown;
        var open = at.All.Sum(allocation => allocation.Quantity - allocation.Packed);
        if (data.Quantity > open && !at.Shipment.HasShipped)
            return new(RejectionCodes.QuantityExceeded,
                $"shipment {at.Shipment.Id} line {data.Line}: {open} units are left to pack, {data.Quantity} were packed");
        if (!(at.Shipment.PackedAt <= e.Time))
            at.Shipment.PackedAt = e.Time;
        if (!at.IsOver && data.Quantity <= open)
        {
            var picked = Math.Min(data.Quantity, at.All.Sum(allocation => Math.Max(0, allocation.Picked - allocation.Packed)));
            Spread(at.All, picked, allocation => allocation.Picked - allocation.Packed, Pack);
            // What is packed was picked.
            Spread(at.All, data.Quantity - picked, allocation => allocation.Quantity - allocation.Packed, (allocation, quantity) =>
            {
                Pack(allocation, quantity);
                allocation.PickOwed += quantity;
                Pick(e, at, allocation, quantity);
            });
            Progress(e, at);
        }
        onPacked(e, at.Shipment);
        return null;

        void Pack(Orders.Allocation allocation, long quantity)
        {
            allocation.Packed += quantity;
            allocation.PackedAt = Instant.Later(allocation.PackedAt, e.Time);
        }
    }

    /// <summary>Cancelled units first: they are free again. Others are still promised, and to be picked once more.</summary>
    public Rejection? PutBack(CloudEvent e, PickConfirmed data)
    {
        if (Find(e, data.OrderId, data.ShipmentId, data.Line, out var at) is { } unknown)
            return unknown;
        var held = at.Shipment.HasShipped ? at.Cancelled : [.. at.Cancelled, .. at.Live];
        var picked = held.Sum(allocation => allocation.Picked);
        if (at.Shipment.HasShipped && at.Cancelled.Count == 0)
            return null; // it was in the parcel: the carrier is believed
        if (data.Quantity > picked)
            return new(RejectionCodes.QuantityExceeded,
                $"shipment {at.Shipment.Id} line {data.Line}: {picked} units are picked, {data.Quantity} were put back")
            {
                Awaits = $"shipment/{at.Shipment.Id}",
            };
        Spread(held, data.Quantity, allocation => allocation.Picked, (allocation, quantity) =>
        {
            stock.Move(stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot), StockState.Picked,
                allocation.IsLive ? StockState.Allocated : StockState.Available, quantity, e.Time, "put_back", e.Id, at.Order.Id);
            allocation.Picked -= quantity;
            allocation.Packed = Math.Min(allocation.Packed, allocation.Picked);
        });
        if (at.Shipment.Status is ShipmentStatus.PICKED or ShipmentStatus.PACKED)
            at.Shipment.Status = ShipmentStatus.RELEASED;
        Progress(e, at);
        return null;
    }

    /// <summary>
    /// The node rejects units: they are sourced again without it, but for those that were cancelled. The book said they were there, so they stand in
    /// quarantine, and in nobody's promise, until somebody has counted. Heard after the hand-over, what was not found before it did not leave; but what a
    /// customer returns did.
    /// </summary>
    public Rejection? Short(CloudEvent e, PickShort data)
    {
        if (Find(e, data.OrderId, data.ShipmentId, data.Line, out var at) is { } unknown)
            return unknown;
        var (order, shipment) = (at.Order, at.Shipment);
        if (shipment.ShippedAt < e.Time)
            return new(RejectionCodes.WrongState, $"shipment {shipment.Id} has left");
        var open = at.All.Sum(allocation => allocation.Quantity - allocation.Picked);
        if (data.Quantity > open)
            return new(RejectionCodes.QuantityExceeded, $"shipment {shipment.Id} line {data.Line}: {open} units are left to pick, {data.Quantity} are short");
        var line = order.Line(data.Line)!;
        var filled = order.IsFilled(line);
        var why = data.Reason ?? "no reason given";
        var told = $"{data.Quantity} units for shipment {shipment.Id} not found: {why}";
        var (ofLive, ofCancelled) = NotSent(at, line, data.Quantity);
        var sent = data.Quantity - ofLive - ofCancelled;
        if (sent > 0)
            told += $"; {sent} of them count as sent, for the carrier had them or a return claims them: see what was in it";
        if (sent == data.Quantity)
        {
            exceptions.Open(e, CaseCategory.PickShort, line.Sku.Value, shipment.Location, told, sent * line.Price);
            return null;
        }
        Spread(at.Live, ofLive, allocation => allocation.Quantity - allocation.Picked, (allocation, quantity) => Reject(e, order, allocation, quantity));
        Spread(at.Cancelled, ofCancelled, allocation => allocation.Quantity - allocation.Picked,
            (allocation, quantity) => Reject(e, order, allocation, quantity));
        var stayed = shipment.HasShipped ? ofLive : 0;
        line.Rejected = true;
        stock.Gained.Add(line.Sku);
        if (!order.LiveIn(shipment).Any())
            shipment.Status = ShipmentStatus.CANCELLED;
        exceptions.Open(e, CaseCategory.PickShort, line.Sku.Value, shipment.Location,
            stayed == 0 ? told : $"{told}; {stayed} of them did not leave with it", sent == 0 ? null : sent * line.Price);
        order.Emit(outbox, e.Time, OperationEvents.Rejected, state => new OperationEvents.OrderRejected(
            state, shipment.Id, shipment.Location, line.Number, line.Sku, ofLive + ofCancelled, data.Reason ?? "short", filled),
            OperationJson.Default.OrderRejected);
        if (stayed > 0)
            ShipmentCases.Emit(outbox, e, ShipmentChanged.Steps.NotLeft, order, shipment, shipment.Location, [(line, stayed)]);
        Progress(e, at);
        return null;
    }

    /// <summary>What has left was taken out of the book already; what was cancelled is back on the shelf by it, or promised to others.</summary>
    private void Pick(CloudEvent e, Place at, Orders.Allocation allocation, long quantity)
    {
        if (!allocation.IsWithdrawn)
        {
            if (!at.Shipment.HasShipped)
                stock.Move(stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot), StockState.Allocated, StockState.Picked, quantity, e.Time,
                    "picked", e.Id, at.Order.Id);
            allocation.Picked += quantity;
            return;
        }
        foreach (var (lot, units) in shelf.Take(e, at.Order, allocation, quantity, StockState.Picked, "picked"))
        {
            var part = lot == allocation.Lot ? allocation : at.Order.Split(allocation, units, 0);
            part.Lot = lot;
            part.Picked += units;
        }
    }

    /// <summary>
    /// How many of the units that a node did not find have not left: all, while the shipment has not. Afterwards those without which something was in the
    /// parcel, where it did not come back with what it had, and which no return claims.
    /// </summary>
    private (long OfLive, long OfCancelled) NotSent(Place at, OrderLine line, long quantity)
    {
        var (order, shipment) = (at.Order, at.Shipment);
        var live = Math.Min(quantity, at.Live.Sum(allocation => allocation.Quantity - allocation.Picked));
        if (!shipment.HasShipped)
            return (live, quantity - live);
        if (shipment.Status is ShipmentStatus.RETURNED or ShipmentStatus.REFUSED || order.ShippedIn(shipment).Sum(unit => unit.Quantity) <= quantity)
            return (0, 0);
        live = Math.Min(live, Math.Max(0, returns().Unclaimed(order, line)));
        return (live, Math.Min(quantity - live, at.Cancelled.Sum(allocation => allocation.Quantity - allocation.Picked)));
    }

    /// <summary>Of what has left, the units did not: the book had them leave with the rest.</summary>
    private void Reject(CloudEvent e, Order order, Orders.Allocation allocation, long quantity)
    {
        var rejected = order.Split(allocation, quantity, 0);
        if (rejected.IsLive)
        {
            stock.Move(stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot),
                rejected.Shipment is { HasShipped: true } ? null : StockState.Allocated, StockState.Quarantined, quantity, e.Time, "pick_short", e.Id,
                order.Id);
            allocation.Line.Sourced -= quantity;
        }
        else
            shelf.Take(e, order, allocation, quantity, StockState.Quarantined, "pick_short");
        (rejected.Status, rejected.RejectedAt) = (AllocationStatus.REJECTED, e.Time);
    }

    /// <summary>Moves the shipment, and with it perhaps the order, one step on; emits it only when the order's status changed.</summary>
    private void Progress(CloudEvent e, Place at)
    {
        if (at.Shipment.Status is ShipmentStatus.RELEASED or ShipmentStatus.PICKED)
        {
            bool packed = true, picked = true;
            foreach (var allocation in at.Order.LiveIn(at.Shipment))
            {
                packed &= allocation.Packed == allocation.Quantity;
                picked &= allocation.Picked == allocation.Quantity;
            }
            at.Shipment.Status = packed ? ShipmentStatus.PACKED : picked ? ShipmentStatus.PICKED : at.Shipment.Status;
        }
        at.Order.EmitStatusChange(outbox, e.Time);
        provide($"shipment/{at.Shipment.Id}");
    }

    private Rejection? Find(CloudEvent e, OrderId orderId, ShipmentId shipmentId, int line, out Place at)
    {
        at = null!;
        if (orders.Find(orderId) is not { } order)
            return OrderBook.Unknown(orderId);
        if (order.Shipment(shipmentId) is not { } shipment)
            return OrderBook.Unknown(shipmentId) with { Detail = $"order {orderId} has no shipment {shipmentId}" };
        if (order.Line(line) is not { } of || of.Sku.Value != e.Subject)
            return new(RejectionCodes.UnknownLine, $"order {orderId} has no line {line} of {e.Subject}");
        at = new(order, shipment);
        foreach (var allocation in order.Allocations)
            if (allocation.Line == of && allocation.Shipment == shipment)
                if (allocation.IsLive || allocation.Status == AllocationStatus.RESENT)
                    at.Live.Add(allocation);
                else if (allocation.IsWithdrawn)
                    at.Cancelled.Add(allocation);
        return at.Live.Count + at.Cancelled.Count > 0 || shipment.HasShipped ? null
            : new(RejectionCodes.UnknownLine, $"shipment {shipmentId} has nothing of line {line} any more");
    }

    private static void Spread(
        IReadOnlyList<Orders.Allocation> allocations, long quantity, Func<Orders.Allocation, long> open, Action<Orders.Allocation, long> apply)
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

    /// <summary>A line's units in a shipment.</summary>
    private sealed record Place(Order Order, Shipment Shipment)
    {
        /// <summary>To be sent, or they have left.</summary>
        public List<Orders.Allocation> Live { get; } = [];

        /// <summary>Withdrawn.</summary>
        public List<Orders.Allocation> Cancelled { get; } = [];

        public IReadOnlyList<Orders.Allocation> All => Cancelled.Count == 0 ? Live : [.. Live, .. Cancelled];

        /// <summary>It has left, and nothing of it was cancelled that the node may still have.</summary>
        public bool IsOver => Shipment.HasShipped && Cancelled.Count == 0;
    }
}
