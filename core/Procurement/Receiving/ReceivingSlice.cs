using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>
/// What comes of suppliers: received, inspected, matched; and what is claimed for what did not come as it was ordered. Where an order is at hand, so are its
/// receipts and claims.
/// </summary>
internal sealed class ReceivingSlice : Slice
{
    private static readonly KeyKind Receipts = new("receipt");

    // Read once the rows of the orders are locked: an order's receipts change under its lock, one of no order under its own.
    private const string OfReceipts = "WHERE purchase_order_id = ANY($1) OR receipt_id = ANY($2)";

    public override IReadOnlyList<Fact> Facts { get; } = [new ReceiptLineFact(), new SupplierClaimFact()];

    public override void Open(Workspace workspace)
    {
        var (orders, suppliers) = (workspace.Get<PurchaseOrderBook>(), workspace.Get<SupplierBook>());
        var (stock, catalog) = (workspace.Get<StockBook>(), workspace.Get<CatalogBook>());
        var (policies, exceptions) = (workspace.Get<PolicyBook>(), workspace.Get<ExceptionBook>());
        policies.Define(ReceivingPolicy.Kind);
        var receipts = workspace.Share(new ReceiptBook());
        var discrepancies = new Discrepancies(receipts, exceptions, workspace.Outbox, workspace.Provide);
        var changes = new ReceiptChanges(
            receipts, orders, suppliers, workspace.Get<PurchaseOrderChanges>(), discrepancies, exceptions, workspace.Outbox, workspace.Provide);
        var receive = new ReceiveGoods(receipts, orders, suppliers, stock, catalog, policies, exceptions, changes, workspace.EffectOf);
        var inspect = new InspectGoods(receipts, orders, stock, changes, workspace.EffectOf);
        var settle = new SettleClaim(receipts, discrepancies);

        workspace.On<GoodsReceived>(EventCatalogue.PurchaseOrderReceived, receive.Received, static (e, data, keys) =>
        {
            Name(e.Subject, data.ReceiptId, keys);
            foreach (var line in data.Lines)
                NameStock(line.Sku, line.ExpiresAt, keys);
        });
        workspace.On<BlindReceived>(EventCatalogue.ReceiptBlind, receive.Blind, static (e, data, keys) =>
        {
            keys.Add(Receipts, e.Subject);
            keys.Add(SuppliersSlice.Purchasing, "");
            foreach (var line in data.Lines)
                NameStock(line.Sku, line.ExpiresAt, keys);
        });
        workspace.On<ReceiptMatched>(EventCatalogue.ReceiptMatched, receive.Matched, static (e, data, keys) => Name(e.Subject, data.ReceiptId, keys));
        workspace.On<GoodsInspected>(EventCatalogue.PurchaseOrderInspected, inspect.Inspected, static (e, data, keys) =>
        {
            Name(e.Subject, data.ReceiptId, keys);
            keys.Add(CatalogSlice.Skus, data.Sku.Value);
        });
        workspace.On<ClaimAnswered>(EventCatalogue.ClaimAccepted, settle.Accepted, static (e, _, keys) => Name(e.Subject, null, keys));
        workspace.On<ClaimAnswered>(EventCatalogue.ClaimRefused, settle.Refused, static (e, _, keys) => Name(e.Subject, null, keys));
        workspace.On<ClaimCredited>(EventCatalogue.ClaimCredited, settle.Credited, static (e, _, keys) => Name(e.Subject, null, keys));

        var missing = new MissingConsignments(orders, receipts, policies, exceptions, workspace.Get<PurchaseOrderChanges>());
        workspace.RunWhenDue(missing);
        workspace.AfterEach(e =>
        {
            changes.Acknowledged(e);
            if (e.Type.Topic == Topics.Suppliers && orders.Find(new(e.Subject)) is { } order)
                missing.Look(order, e.Time);
        });
        workspace.Load(Stage.References, missing.Name);

        workspace.Load(Stage.Aggregates, load =>
        {
            if (!load.Keys.Any(PurchaseOrdersSlice.PurchaseOrders) && !load.Keys.Any(Receipts))
                return;
            object[] ids = [load.Keys.Of(PurchaseOrdersSlice.PurchaseOrders), load.Keys.Of(Receipts)];
            load.Rows(Receipt.Table, $"{OfReceipts} ORDER BY receipt_id FOR NO KEY UPDATE", ids, receipts.Add);
            load.Rows(ReceiptLine.Table, $"WHERE receipt_id IN (SELECT receipt_id FROM receipts {OfReceipts}) ORDER BY receipt_id, line", ids, line =>
            {
                // A receipt that another copy has just stored may not be at hand while its lines are.
                if (receipts.Find(line.ReceiptId) is not { } receipt)
                    return;
                receipt.Lines.Add(line);
                load.Keys.Add(CatalogSlice.Skus, line.Sku.Value);
            });
            load.Rows(SupplierClaim.Table, "WHERE purchase_order_id = ANY($1)", [load.Keys.Of(PurchaseOrdersSlice.PurchaseOrders)], receipts.Add);
        });
        workspace.Save(batch =>
        {
            Receipt.Table.Save(batch, receipts.All);
            ReceiptLine.Table.Save(batch, receipts.All.SelectMany(receipt => receipt.Lines));
            SupplierClaim.Table.Save(batch, receipts.Claims);
        });
    }

    private static void Name(string orderId, ReceiptId? receipt, Keys keys)
    {
        PurchaseOrdersSlice.Name(orderId, keys);
        if (receipt is { } id)
            keys.Add(Receipts, id.Value);
    }

    private static void NameStock(Sku sku, DateTimeOffset? expiresAt, Keys keys)
    {
        keys.Add(CatalogSlice.Skus, sku.Value);
        if (expiresAt is not null)
            keys.Add(InventorySlice.Lots, sku.Value);
    }
}
