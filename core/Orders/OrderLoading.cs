using EcomIntel.Core.Catalog;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>Loads whole orders, locked in the order of their ids.</summary>
internal static class OrderLoading
{
    private const string OrderIds = "WHERE order_id = ANY($1) ORDER BY order_id";

    public static void Add(Load load, OrderBook orders)
    {
        object[] ids = [load.Keys.Of(OrdersSlice.Orders)];
        if (ids is [string[] { Length: 0 }])
            return;
        // All that follows the orders comes in the order of their ids. An order that another copy has just stored may not be at hand while what follows it is.
        load.Rows(Order.Table, OrderIds + " FOR NO KEY UPDATE", ids, orders.Add);
        load.Rows(OrderLine.Table, OrderIds + ", line", ids, line =>
        {
            if (orders.Find(line.OrderId) is not { } order)
                return;
            order.Lines.Add(line);
            load.Keys.Add(CatalogSlice.Skus, line.Sku.Value);
        });
        load.Rows(Shipment.Table, OrderIds + ", length(shipment_id), shipment_id", ids, shipment =>
        {
            if (orders.Find(shipment.OrderId) is { } order)
                orders.AddStored(order, shipment);
        });
        load.Rows(Allocation.Table, OrderIds + ", line, number", ids, allocation =>
        {
            if (orders.Find(allocation.OrderId) is not { } order)
                return;
            allocation.Line = order.Line(allocation.LineNumber)!;
            allocation.Shipment = allocation.ShipmentId is { } shipment ? order.Shipment(shipment) : null;
            order.Allocations.Add(allocation);
        });
        load.Rows(Hold.Table, OrderIds + ", number", ids, hold => orders.Find(hold.OrderId)?.Holds.Add(hold));
        object[] judged = [load.Keys.Of(OrdersSlice.Judged)];
        if (judged is [string[] { Length: 0 }])
            return;
        load.Rows(HoldFact.Table, OrderIds + ", kind, at, opens", judged, fact => orders.Find(fact.OrderId)?.HoldFacts.Add(fact));
        load.Rows(Payment.Table, OrderIds + ", number", judged, payment => orders.Find(payment.OrderId)?.Payments.Add(payment));
    }
}
