using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Allocation;

/// <summary>
/// order.resource_requested: what is promised and not released is given back, and with all that waits is looked for anew, without a node where one is named.
/// </summary>
internal sealed class ResourceOrder(OrderBook orders, CatalogBook catalog, StockBook stock, Promises promises)
{
    /// <param name="at">When it took effect.</param>
    public Rejection? Apply(CloudEvent e, OrderResourceRequested data, DateTimeOffset at)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        if (data.Without is { } without && !catalog.Has(without))
            return CatalogBook.Unknown(without);
        if (!order.AwaitsRound)
            return new(RejectionCodes.WrongState, $"order {order.Id} is {order.Status}: nothing of it waits, and what was promised is released");
        if (!IsOlder(order, e, data))
            (order.AvoidedLocation, order.ResourcedAt) = (data.Without, e.Time);
        promises.GiveBack(order, Promises.Unreleased(order), data.Reason ?? "to be sourced again", e.Time, e.Id);
        Incomplete.Mark(order, e.Time);
        foreach (var line in order.Lines)
            if (line.Waiting > 0)
                stock.Gained.Add(line.Sku);
        HoldOrder.Free(order, at);
        return null;
    }

    /// <summary>Of two requests the later counts; of one instant the one that names the greater node.</summary>
    private static bool IsOlder(Order order, CloudEvent e, OrderResourceRequested data) => e.Time < order.ResourcedAt
        || (e.Time == order.ResourcedAt && string.CompareOrdinal(data.Without?.Value, order.AvoidedLocation?.Value) < 0);
}
