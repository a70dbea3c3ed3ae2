using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Suppliers;
using Npgsql;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>Purchase orders: made, approved, sent, acknowledged, announced, closed. What is received is Receiving's.</summary>
internal sealed class PurchaseOrdersSlice : Slice
{
    public static readonly KeyKind PurchaseOrders = new("purchase order");

    // A look into the index for each supplier.
    private const string SelectDelivered = """
        SELECT s.supplier_id FROM suppliers s WHERE (
            SELECT true FROM purchase_orders o WHERE o.supplier_id = s.supplier_id AND o.status = 'CLOSED'
                AND EXISTS (SELECT FROM purchase_order_lines l WHERE l.purchase_order_id = o.purchase_order_id AND l.received > 0)
            LIMIT 1)
        """;

    private const string Named = "WHERE purchase_order_id = ANY($1)";

    public override IReadOnlyList<Fact> Facts { get; } = [new PurchaseOrderLineFact(), new AsnLineFact()];

    public override void Open(Workspace workspace)
    {
        var (catalog, policies, exceptions) = (workspace.Get<CatalogBook>(), workspace.Get<PolicyBook>(), workspace.Get<ExceptionBook>());
        policies.Define(PurchasingPolicy.Kind);
        var (suppliers, orders) = (workspace.Get<SupplierBook>(), workspace.Share(new PurchaseOrderBook()));
        var changes = workspace.Share(new PurchaseOrderChanges(policies, workspace.Outbox, workspace.Provide));
        var approve = new ApprovePurchaseOrder(orders, suppliers, workspace.Get<ScoreBook>(), catalog, policies, changes);
        var make = workspace.Share(new MakePurchaseOrder(orders, suppliers, catalog, policies, exceptions, changes, approve));
        var reports = new SupplierReports(orders, suppliers, exceptions, changes);
        var cancel = new CancelPurchaseOrder(orders, suppliers, exceptions, changes);
        workspace.On<PurchaseOrderPlaced>(EventCatalogue.PurchaseOrderDrafted, make.Drafted, NameMade);
        workspace.On<PurchaseOrderPlaced>(EventCatalogue.PurchaseOrderPlaced, make.Placed, NameMade);
        workspace.On<PurchaseOrderDecided>(EventCatalogue.PurchaseOrderSubmitted, approve.Submitted, Name);
        workspace.On<PurchaseOrderDecided>(EventCatalogue.PurchaseOrderApproved, approve.Approved, Name);
        workspace.On<PurchaseOrderDecided>(EventCatalogue.PurchaseOrderRejected, approve.Rejected, Name);
        workspace.On<PurchaseOrderDecided>(EventCatalogue.PurchaseOrderSent, approve.Sent, Name);
        workspace.On<PurchaseOrderAcknowledged>(EventCatalogue.PurchaseOrderAcknowledged, reports.Acknowledged, Name);
        workspace.On<PurchaseOrderDateChanged>(EventCatalogue.PurchaseOrderDateChanged, reports.DateChanged, Name);
        workspace.On<AsnSent>(EventCatalogue.PurchaseOrderAsnSent, reports.Announced, Name);
        workspace.On<PurchaseOrderMilestone>(EventCatalogue.PurchaseOrderMilestone, reports.Reached, Name);
        workspace.On<PurchaseOrderCancelled>(EventCatalogue.PurchaseOrderCancelled, cancel.Cancelled, Name);
        workspace.On<PurchaseOrderLineClosed>(EventCatalogue.PurchaseOrderLineClosed, cancel.LineClosed, Name);
        workspace.On<ExpediteRequested>(EventCatalogue.PurchaseOrderExpediteRequested, new ExpeditePurchaseOrder(orders, changes).Apply, Name);
        var late = new LateOrders(orders, policies, exceptions);
        workspace.RunWhenDue(late);
        workspace.Load(Stage.References, late.Name);
        workspace.Load(Stage.Aggregates, load => Load(load, orders));
        workspace.Save(batch => Save(batch, orders));
    }

    /// <summary>Names a purchase order that an event is about, and what must be at hand with it.</summary>
    public static void Name(string id, Keys keys)
    {
        keys.Add(PurchaseOrders, id);
        keys.Add(SuppliersSlice.Purchasing, "");
    }

    private static void Name<TData>(CloudEvent e, TData data, Keys keys) => Name(e.Subject, keys);

    private static void NameMade(CloudEvent e, PurchaseOrderPlaced data, Keys keys)
    {
        Name(e.Subject, keys);
        foreach (var line in data.Lines)
        {
            keys.Add(CatalogSlice.Skus, line.Sku.Value);
            keys.Add(SuppliersSlice.Bought, line.Sku.Value);
        }
    }

    private static void Load(Load load, PurchaseOrderBook orders)
    {
        if (load.Keys.Any(SuppliersSlice.Purchasing))
            load.Query(SelectDelivered, [], row => orders.Delivered.Add(new(row.GetString(0))));
        if (!load.Keys.Any(PurchaseOrders))
            return;
        object[] ids = [load.Keys.Of(PurchaseOrders)];
        load.Rows(PurchaseOrder.Table, $"{Named} ORDER BY purchase_order_id FOR NO KEY UPDATE", ids, orders.Add);
        // An order that another copy has just stored may not be at hand while its parts are.
        load.Rows(PurchaseOrderLine.Table, $"{Named} ORDER BY purchase_order_id, line", ids, line =>
        {
            if (orders.Find(line.PurchaseOrderId) is not { } order)
                return;
            order.Lines.Add(line);
            load.Keys.Add(CatalogSlice.Skus, line.Sku.Value);
            load.Keys.Add(SuppliersSlice.Bought, line.Sku.Value);
        });
        load.Rows(PurchaseOrderPromise.Table, Named, ids, promise => orders.Find(promise.PurchaseOrderId)?.Promises.Add(promise));
        load.Rows(Asn.Table, $"{Named} ORDER BY purchase_order_id, asn_id", ids, asn => orders.Find(asn.PurchaseOrderId)?.Asns.Add(asn));
        load.Rows(Milestone.Table, Named, ids, milestone => orders.Find(milestone.PurchaseOrderId)?.Milestones.Add(milestone));
    }

    private static void Save(NpgsqlBatch batch, PurchaseOrderBook orders)
    {
        var all = orders.All.ToList();
        PurchaseOrder.Table.Save(batch, all);
        PurchaseOrderLine.Table.Save(batch, all.SelectMany(order => order.Lines.OrderBy(line => line.Number)));
        PurchaseOrderPromise.Table.Save(batch, all.SelectMany(order => order.Promises.OrderBy(each => each.LineNumber).ThenBy(each => each.Identity)));
        Asn.Table.Save(batch, all.SelectMany(order => order.Asns.OrderBy(asn => asn.AsnId, StringComparer.Ordinal)));
        Milestone.Table.Save(batch, all.SelectMany(order => order.Milestones.OrderBy(milestone => milestone.Identity)));
    }
}
