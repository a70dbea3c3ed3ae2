using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>Orders: captured, held, cancelled. What becomes of them otherwise is decided by the slices that come after.</summary>
internal sealed class OrdersSlice : Slice
{
    public static readonly KeyKind Orders = new("order");

    public override IReadOnlyList<Fact> Facts { get; } = [new OrderFact(), new LineFact()];

    public override void Open(Workspace workspace)
    {
        var (catalog, policies, stock) = (workspace.Get<CatalogBook>(), workspace.Get<PolicyBook>(), workspace.Get<StockBook>());
        policies.Define(PromisePolicy.Kind);
        policies.Define(LatenessPolicy.Kind);
        var orders = workspace.Share(new OrderBook());
        var capture = new CaptureOrder(orders, catalog, policies, workspace.Outbox);
        var hold = new HoldOrder(orders, workspace.Outbox);
        var cancel = new CancelOrder(orders, stock, workspace.Outbox);

        workspace.On<OrderPlaced>(EventCatalogue.OrderPlaced, capture.Apply, static (e, data, keys) =>
        {
            keys.Add(Orders, e.Subject);
            foreach (var line in data.Lines)
                keys.Add(CatalogSlice.Skus, line.Sku.Value);
        });
        workspace.On<OrderCancelled>(EventCatalogue.OrderCancelled, cancel.Apply, NameOrder);
        workspace.On<OrderLineCancelled>(EventCatalogue.OrderLineCancelled, cancel.Apply, NameOrder);
        workspace.On<OrderFlagged>(EventCatalogue.OrderPaymentFailed, (e, data) => hold.Place(e, Hold.AwaitingPayment, data.Reason), NameOrder);
        workspace.On<OrderFlagged>(EventCatalogue.OrderFraudFlagged, (e, data) => hold.Place(e, Hold.FraudRisk, data.Reason), NameOrder);
        workspace.On<OrderFlagged>(EventCatalogue.OrderAddressRejected, (e, data) => hold.Place(e, Hold.IncorrectAddress, data.Reason), NameOrder);
        workspace.On<PaymentAuthorized>(EventCatalogue.OrderPaymentAuthorized, (e, _) => Free(e, Hold.AwaitingPayment), NameOrder);
        workspace.On<OrderCleared>(EventCatalogue.OrderFraudCleared, (e, _) => Free(e, Hold.FraudRisk), NameOrder);
        workspace.On<OrderCleared>(EventCatalogue.OrderAddressConfirmed, (e, _) => Free(e, Hold.IncorrectAddress), NameOrder);

        workspace.Load(Stage.Aggregates, load => OrderLoading.Add(load, orders));
        workspace.Save(batch =>
        {
            var all = orders.All.OrderBy(order => order.Id).ToList();
            Order.Table.Save(batch, all);
            OrderLine.Table.Save(batch, all.SelectMany(order => order.Lines));
            Shipment.Table.Save(batch, all.SelectMany(order => order.Shipments));
            Allocation.Table.Save(batch, all.SelectMany(order => order.Allocations));
            Hold.Table.Save(batch, all.SelectMany(order => order.Holds));
        });

        Rejection? Free(CloudEvent e, string kind) => hold.Release(e, kind, workspace.EffectOf(e));
    }

    private static void NameOrder<TData>(CloudEvent e, TData data, Keys keys) => keys.Add(Orders, e.Subject);
}
