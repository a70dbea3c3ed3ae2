using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>Purchase orders: made, approved, sent, acknowledged, announced, closed. What is received is Receiving's.</summary>
internal sealed class PurchaseOrdersSlice : Slice
{
    public static readonly KeyKind PurchaseOrders = new("purchase order");

    public override void Open(Workspace workspace)
    {
        var orders = workspace.Share(new PurchaseOrderBook());
        workspace.Share(new PurchaseOrderChanges(workspace.Outbox, workspace.Provide));
        workspace.Load(Stage.Aggregates, load =>
        {
            if (!load.Keys.Any(PurchaseOrders))
                return;
            object[] ids = [load.Keys.Of(PurchaseOrders)];
            load.Rows(PurchaseOrder.Table, "WHERE purchase_order_id = ANY($1) ORDER BY purchase_order_id FOR NO KEY UPDATE", ids, orders.Add);
            load.Rows(PurchaseOrderLine.Table, "WHERE purchase_order_id = ANY($1) ORDER BY purchase_order_id, line", ids, line =>
            {
                // An order that another copy has just stored may not be at hand while its lines are.
                if (orders.Find(line.PurchaseOrderId) is not { } order)
                    return;
                order.Lines.Add(line);
                load.Keys.Add(CatalogSlice.Skus, line.Sku.Value);
                load.Keys.Add(SuppliersSlice.Bought, line.Sku.Value);
            });
        });
        workspace.Save(batch =>
        {
            PurchaseOrder.Table.Save(batch, orders.All);
            PurchaseOrderLine.Table.Save(batch, orders.All.SelectMany(order => order.Lines.OrderBy(line => line.Number)));
        });
    }

    /// <summary>Names a purchase order that an event is about, and what must be at hand with it.</summary>
    public static void Name(string id, Keys keys)
    {
        keys.Add(PurchaseOrders, id);
        keys.Add(SuppliersSlice.Purchasing, "");
    }
}
