using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// The choice about what was lost, refused or comes back unopened: send it again (the line wants the units anew, and they are sourced like any others), or
/// pay it back (nothing of the shipment is waited for any more; the money itself is told by refund.paid of the order).
/// </summary>
internal sealed class MakeGood(CarrierHandlers carrier, ParcelContents contents, StockBook stock, Outbox outbox, Func<IReturnClaims> returns)
{
    public Rejection? Resend(CloudEvent e, ShipmentResendRequested data)
    {
        if (Find(e, out var order, out var shipment) is { } refused)
            return refused;
        if (data.Lines is null && shipment.Status == ShipmentStatus.SHIPPED)
            return new(RejectionCodes.Invalid, $"shipment {shipment.Id}: other parcels of it are on their way, so lines must say what is to be sent again");
        var there = ShipmentCases.Units(order, shipment);
        var wanted = data.Lines is { } lines
            ? lines.GroupBy(line => line.Number).Select(line => (order.Line(line.Key), line.Key, Quantity: line.Sum(units => units.Quantity))).ToList()
            : there.ConvertAll(unit => ((OrderLine?)unit.Line, unit.Line.Number, unit.Quantity));
        foreach (var (line, number, quantity) in wanted)
        {
            if (line is null)
                return new(RejectionCodes.UnknownLine, $"order {order.Id} has no line {number}");
            if (there.Find(unit => unit.Line == line).Quantity is var units && quantity > units)
                return new(RejectionCodes.QuantityExceeded, $"shipment {shipment.Id} line {number}: {units} units can be sent again, {quantity} are to be");
            var free = Math.Max(0, returns().Unclaimed(order, line)) + order.BackFrom(shipment, line);
            if (quantity > free)
                return new(RejectionCodes.QuantityExceeded,
                    $"shipment {shipment.Id} line {number}: returns claim all but {free} units, {quantity} are to be sent again; close the return first")
                {
                    Awaits = $"order/{order.Id}",
                };
        }
        foreach (var (line, _, quantity) in wanted)
            Want(e, order, shipment, line!, quantity);
        ShipmentCases.Emit(outbox, e, ShipmentChanged.Steps.ResendRequested, order, shipment, shipment.Location,
            wanted.ConvertAll(wish => (wish.Item1!, wish.Quantity)));
        order.EmitChange(outbox, e.Time);
        return null;
    }

    public Rejection? Refund(CloudEvent e, ShipmentRefundRequested _)
    {
        if (Find(e, out var order, out var shipment) is { } refused)
            return refused;
        if (shipment.Status == ShipmentStatus.SHIPPED)
            return new(RejectionCodes.WrongState, $"shipment {shipment.Id}: other parcels of it are on their way") { Awaits = $"shipment/{shipment.Id}" };
        shipment.SettledAt = e.Time;
        ShipmentCases.Emit(outbox, e, ShipmentChanged.Steps.RefundRequested, order, shipment, shipment.Location, ShipmentCases.Units(order, shipment));
        order.EmitChange(outbox, e.Time);
        return null;
    }

    private void Want(CloudEvent e, Order order, Shipment shipment, OrderLine line, long quantity)
    {
        line.FilledFirst ??= order.IsFilled(line);
        foreach (var unit in order.LiveIn(shipment).Where(unit => unit.Line == line).ToList())
        {
            var part = Math.Min(quantity, unit.Quantity);
            if (part == 0)
                continue;
            var again = order.Split(unit, part, Math.Min(part, unit.Picked));
            (again.Status, again.ResentAt) = (AllocationStatus.RESENT, e.Time);
            line.Sourced -= part;
            quantity -= part;
        }
        stock.Gained.Add(line.Sku);
    }

    private Rejection? Find(CloudEvent e, out Order order, out Shipment shipment)
    {
        if (carrier.Find(e, out order, out shipment) is { } unknown)
            return unknown;
        var fates = contents.Fates(shipment);
        if (!shipment.HasShipped || fates.TrueForAll(fate => fate.End is null or ParcelEnd.DELIVERED))
            return new(RejectionCodes.WrongState, $"shipment {shipment.Id} is {shipment.Status}: nothing of it is lost, refused or on its way back")
            {
                Awaits = $"shipment/{shipment.Id}",
            };
        if (shipment.SettledAt is { } at)
            return new(RejectionCodes.WrongState, $"shipment {shipment.Id} is to be paid back since {at:yyyy-MM-dd HH:mm}Z");
        return order.LiveIn(shipment).Any() ? null
            : new(RejectionCodes.WrongState, $"shipment {shipment.Id}: all of it was asked for again, or comes from elsewhere");
    }
}
