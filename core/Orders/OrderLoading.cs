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
        // All that follows the orders comes in the order of their ids, so it is added to an order that is there.
        load.Rows(Order.Table, OrderIds + " FOR NO KEY UPDATE", ids, orders.Add);
        load.Rows(OrderLine.Table, OrderIds + ", line", ids, line =>
        {
            orders.Find(line.OrderId)!.Lines.Add(line);
            load.Keys.Add(CatalogSlice.Skus, line.Sku.Value);
        });
        load.Rows(Shipment.Table, OrderIds + ", length(shipment_id), shipment_id", ids, shipment => orders.Add(orders.Find(shipment.OrderId)!, shipment));
        load.Rows(Allocation.Table, OrderIds + ", line, number", ids, allocation =>
        {
            var order = orders.Find(allocation.OrderId)!;
            allocation.Line = order.Line(allocation.LineNumber)!;
            allocation.Shipment = allocation.ShipmentId is { } shipment ? order.Shipment(shipment) : null;
            order.Allocations.Add(allocation);
        });
        load.Rows(Hold.Table, OrderIds + ", number", ids, hold => orders.Find(hold.OrderId)!.Holds.Add(hold));
        object[] judged = [load.Keys.Of(OrdersSlice.Judged)];
        if (judged is [string[] { Length: 0 }])
            return;
        load.Rows(HoldFact.Table, OrderIds + ", kind, at, opens", judged, fact => orders.Find(fact.OrderId)!.HoldFacts.Add(fact));
        load.Rows(Payment.Table, OrderIds + ", number", judged, payment => orders.Find(payment.OrderId)!.Payments.Add(payment));
    }
}
