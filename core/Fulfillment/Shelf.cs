using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// Takes units that a node or a carrier has, though they were cancelled and so may be free or promised to others by now: free ones first, of the lot and
/// then of others; then those that are promised to orders and not released, the youngest order first, which is sourced again. What is not there either
/// cannot be taken: a case says how much.
/// </summary>
internal sealed class Shelf(OrderBook orders, StockBook stock, ExceptionBook exceptions, Outbox outbox)
{
    /// <returns>What was taken, by lot.</returns>
    public List<(string Lot, long Quantity)> Take(CloudEvent e, Order order, Orders.Allocation part, long quantity, StockState? into, string reason)
    {
        var taken = new List<(string, long)>();
        var (sku, location) = (part.Line.Sku, part.Location);
        var left = quantity;
        foreach (var position in stock.Of(sku).Where(position => position.Location == location).OrderBy(position => position.Lot != part.Lot).ToList())
            Move(position, StockState.Available, position[StockState.Available]);
        if (left > 0)
            foreach (var promise in Promises(order, sku, location))
            {
                if (left == 0)
                    break;
                var units = Math.Min(left, promise.Quantity);
                Move(stock.At(sku, location, promise.Lot), StockState.Allocated, units);
                GiveBack(e, promise, units);
            }
        if (left > 0)
            exceptions.Open(e, CaseCategory.StockNegative, sku.Value, location,
                $"{quantity} units of order {order.Id}, cancelled before, to take ({reason}), the book has {quantity - left}: count it",
                left * part.Line.Price);
        return taken;

        void Move(StockPosition position, StockState from, long there)
        {
            var units = Math.Min(left, there);
            if (units == 0)
                return;
            stock.Move(position, from, into, units, e.Time, reason, e.Id, order.Id);
            taken.Add((position.Lot, units));
            left -= units;
        }
    }

    private List<Orders.Allocation> Promises(Order order, Sku sku, LocationId location) =>
    [
        .. orders.All.Where(other => other != order).OrderByDescending(other => other.PlacedAt).ThenByDescending(other => other.Id)
            .SelectMany(other => other.Allocations.FindAll(promise =>
                promise.Status == AllocationStatus.ALLOCATED && promise.Location == location && promise.Line.Sku == sku)),
    ];

    private void GiveBack(CloudEvent e, Orders.Allocation promise, long units)
    {
        var order = orders.Find(promise.OrderId)!;
        if (promise.Quantity == units)
            promise.Status = AllocationStatus.CANCELLED;
        else
            promise.Quantity -= units;
        promise.Line.Sourced -= units;
        stock.Gained.Add(promise.Line.Sku);
        if (order.ShipComplete)
            order.IncompleteSince ??= e.Time; // the next round finds it again or gives back the rest of it
        order.EmitChange(outbox, e.Time);
    }
}
