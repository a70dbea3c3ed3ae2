using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <content>Where its units are: promised, in which shipment, sent, back.</content>
internal sealed partial class Order
{
    /// <summary>
    /// Promises units of a line. Allocations stay in the order in which they are stored (line, number), so that it does not show whether an order was saved
    /// and loaded in between.
    /// </summary>
    public Allocation Promise(OrderLine line, LocationId location, string lot, long quantity)
    {
        int number = 1, place = 0;
        for (; place < Allocations.Count && Allocations[place].LineNumber <= line.Number; place++)
            if (Allocations[place].Line == line)
                number++;
        var allocation = new Allocation
        {
            OrderId = Id, LineNumber = line.Number, Number = number, Location = location, Lot = lot, Quantity = quantity, Line = line,
        };
        Allocations.Insert(place, allocation);
        return allocation;
    }

    /// <summary>
    /// Takes units out of an allocation, into one of their own: the same, but for what the caller then sets. What is packed stays where it can.
    /// </summary>
    /// <param name="picked">How many of them are picked.</param>
    /// <returns>That one; the allocation itself where all of it is taken.</returns>
    public Allocation Split(Allocation allocation, long quantity, long picked)
    {
        if (quantity == allocation.Quantity)
            return allocation;
        var part = Promise(allocation.Line, allocation.Location, allocation.Lot, quantity);
        var packed = Math.Min(allocation.Packed, allocation.Picked - picked);
        (part.Status, part.Shipment, part.Picked, part.Packed) =
            (allocation.Status, allocation.Shipment, picked, Math.Min(allocation.Packed - packed, quantity));
        (allocation.Quantity, allocation.Picked, allocation.Packed) = (allocation.Quantity - quantity, allocation.Picked - picked, packed);
        return part;
    }

    public Shipment? Shipment(ShipmentId id) => Shipments.Find(shipment => shipment.Id == id);

    public IEnumerable<Allocation> LiveIn(Shipment shipment) => Allocations.Where(allocation => allocation.Shipment == shipment && allocation.IsLive);

    /// <summary>What was cancelled or recalled after its release: it may be picked, and may have left, nevertheless.</summary>
    public List<Allocation> CancelledIn(Shipment shipment) =>
        Allocations.FindAll(allocation => allocation.Shipment == shipment && allocation.IsWithdrawn);

    /// <summary>All that left with a shipment, sent again since or not, or beside the order.</summary>
    public IEnumerable<Allocation> ShippedIn(Shipment shipment) =>
        Allocations.Where(allocation => allocation.Shipment == shipment && allocation.Status is AllocationStatus.RELEASED or AllocationStatus.RESENT);

    public long Shipped(OrderLine line)
    {
        var units = 0L;
        foreach (var allocation in Allocations)
            if (allocation.Line == line && allocation.IsLive && allocation.Shipment is { HasShipped: true })
                units += allocation.Quantity;
        return units;
    }

    /// <summary>
    /// Units of a line that left with a shipment, came back unopened, and were not sent again: the customer does not have them. What was sent again once a
    /// parcel of it was lost is for that one, and not for what came back.
    /// </summary>
    public long BackFrom(Shipment shipment, OrderLine line)
    {
        if (Unopened.Count == 0)
            return 0;
        var back = Unopened.Where(units => units.ShipmentId == shipment.Id && units.Line == line.Number).Sum(units => units.Received);
        var (live, forBack) = (0L, 0L);
        foreach (var unit in ShippedIn(shipment))
            if (unit.Line == line && unit.Status != AllocationStatus.RESENT)
                live += unit.Quantity;
            else if (unit.Line == line && !(unit.ResentAt >= shipment.LostAt))
                forBack += unit.Quantity;
        return Math.Max(0, Math.Min(back - forBack, live));
    }

    /// <summary>The whole line has shipped from stock at the first attempt. False once units of it are to be sent again: what was so then is kept.</summary>
    public bool IsFilled(OrderLine line) => line.FilledFirst is null && !line.Backordered && !line.Rejected && line.Live > 0 && Shipped(line) == line.Live;
}
