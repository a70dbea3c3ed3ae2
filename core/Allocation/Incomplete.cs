using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Allocation;

/// <summary>Orders that ship complete and of which some units wait while others are promised.</summary>
internal static class Incomplete
{
    /// <summary>The next round must look at it, whatever else is at hand.</summary>
    public static void Mark(Order order, DateTimeOffset at)
    {
        if (order.ShipComplete && order.Lines.Exists(line => line.Waiting > 0) && Promises.Holding(order).Count > 0)
            order.IncompleteSince ??= at;
    }

    /// <summary>What a node or a carrier says about a shipment may bind the rest of the order to a node, or free it.</summary>
    public static void Settle(CloudEvent e, OrderBook orders, StockBook stock)
    {
        var found = e.Data switch
        {
            PickConfirmed picked => orders.Find(picked.OrderId),
            PickShort rejected => orders.Find(rejected.OrderId),
            _ when e.Type.Topic == Topics.Carriers => orders.Find(new ShipmentId(e.Subject)),
            _ => null,
        };
        if (found is not { ShipComplete: true } order)
            return;
        foreach (var line in order.Lines)
            if (line.Waiting > 0)
                stock.Gained.Add(line.Sku);
        if (e.Data is PickShort)
            Mark(order, e.Time);
    }
}
