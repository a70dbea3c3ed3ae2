using EcomIntel.Core.Catalog;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>Orders: captured, held, cancelled. What becomes of them otherwise is decided by the slices that come after.</summary>
internal sealed class OrdersSlice : Slice
{
    public static readonly KeyKind Orders = new("order");

    /// <summary>Orders whose holds may change by what is told: what was told before is loaded with them.</summary>
    public static readonly KeyKind Judged = new("order whose holds are judged");

    /// <summary>Orders of which units come back, or are claimed: their returns are loaded with them, and what came back unopened.</summary>
    public static readonly KeyKind WithReturns = new("order with returns");

    // As its queue has it.
    private const string UpdatePromise = """
        UPDATE order_lines l SET queue_promised_at = p.promise FROM unnest($1, $2) AS p (order_id, promise) WHERE l.order_id = p.order_id
        """;

    public override IReadOnlyList<Fact> Facts { get; } = [new OrderFact(), new LineFact(), new PaymentFact()];

    public override void Open(Workspace workspace)
    {
        var (catalog, policies, stock) = (workspace.Get<CatalogBook>(), workspace.Get<PolicyBook>(), workspace.Get<StockBook>());
        policies.Define(PromisePolicy.Kind);
        policies.Define(LatenessPolicy.Kind);
        policies.Define(PaymentPolicy.Kind);
        var (orders, exceptions) = (workspace.Share(new OrderBook(workspace.Provide)), workspace.Get<ExceptionBook>());
        var hold = new HoldOrder(orders, stock, policies, exceptions, workspace.Outbox);
        var pay = new PayOrder(orders, hold, exceptions, workspace.Outbox);
        var capture = new CaptureOrder(orders, catalog, policies, hold, workspace.Outbox);
        var promise = new ChangePromise(orders, workspace.Outbox);
        var cancel = new CancelOrder(orders, stock, exceptions, workspace.Outbox);

        workspace.On<OrderPlaced>(EventCatalogue.OrderPlaced, capture.Apply, static (e, data, keys) =>
        {
            keys.Add(Orders, e.Subject);
            foreach (var line in data.Lines)
                keys.Add(CatalogSlice.Skus, line.Sku.Value);
        });
        workspace.On<OrderCancelled>(EventCatalogue.OrderCancelled, (e, data) => Reduce(e, () => cancel.Apply(e, data)), NameJudged);
        workspace.On<OrderLineCancelled>(EventCatalogue.OrderLineCancelled, (e, data) => Reduce(e, () => cancel.Apply(e, data)), NameJudged);
        workspace.On<OrderFlagged>(EventCatalogue.OrderPaymentFailed, (e, data) => pay.Fail(e, data.Reason), NameJudged);
        workspace.On<OrderFlagged>(EventCatalogue.OrderFraudFlagged, (e, data) => hold.Place(e, Hold.FraudRisk, data.Reason), NameJudged);
        workspace.On<OrderFlagged>(EventCatalogue.OrderAddressRejected, (e, data) => hold.Place(e, Hold.IncorrectAddress, data.Reason), NameJudged);
        workspace.On<HoldRequested>(EventCatalogue.OrderHoldPlaced, (e, data) => hold.Place(e, data.Hold, data.Reason), NameJudged);
        workspace.On<OrderCleared>(EventCatalogue.OrderFraudCleared, (e, _) => Clear(e, Hold.FraudRisk), NameJudged);
        workspace.On<OrderCleared>(EventCatalogue.OrderAddressConfirmed, (e, _) => Clear(e, Hold.IncorrectAddress), NameJudged);
        workspace.On<HoldRequested>(EventCatalogue.OrderHoldReleased, (e, data) => Clear(e, data.Hold), NameJudged);
        workspace.On<PaymentAuthorized>(EventCatalogue.OrderPaymentAuthorized,
            (e, data) => pay.Apply(e, PaymentKind.AUTHORIZED, data.Amount, data.AuthorizationId, null, workspace.EffectOf(e)), NameJudged);
        OnPayment(EventCatalogue.OrderPaymentCaptured, PaymentKind.CAPTURED);
        OnPayment(EventCatalogue.OrderPaymentVoided, PaymentKind.VOIDED);
        OnPayment(EventCatalogue.OrderPaymentExpired, PaymentKind.EXPIRED);
        OnPayment(EventCatalogue.OrderChargedBack, PaymentKind.CHARGED_BACK);
        workspace.On<PromiseChanged>(EventCatalogue.OrderPromiseChanged, promise.Apply, NameOrder);

        var reservations = new UnpaidReservations(orders, stock, workspace.Outbox);
        workspace.RunWhenDue(reservations);
        var watch = new OrderWatch(orders, policies, exceptions);
        workspace.RunWhenDue(watch);
        workspace.Load(Stage.References, watch.Name);
        workspace.Load(Stage.DueWork, watch.NameShipments);
        workspace.Load(Stage.References, reservations.Name); // before the queues ask which orders are named
        workspace.Load(Stage.Aggregates, load => OrderLoading.Add(load, orders));
        workspace.Save(batch =>
        {
            _ = orders.Watched; // so that WatchAt is up to date
            var all = orders.All.OrderBy(order => order.Id).ToList();
            Order.Table.Save(batch, all);
            OrderLine.Table.Save(batch, all.SelectMany(order => order.Lines));
            Shipment.Table.Save(batch, all.SelectMany(order => order.Shipments));
            Allocation.Table.Save(batch, all.SelectMany(order => order.Allocations));
            Hold.Table.Save(batch, all.SelectMany(order => order.Holds));
            HoldFact.Table.Save(batch, all.SelectMany(order => order.HoldFacts));
            Payment.Table.Save(batch, all.SelectMany(order => order.Payments));
            if (all.FindAll(order => order.CurrentPromiseAt != (order.Stored as Order)?.CurrentPromiseAt) is { Count: > 0 } promised)
                batch.Add(UpdatePromise, promised.Column(order => order.Id.Value), promised.Column(order => order.LatestPromise));
        });

        Rejection? Clear(CloudEvent e, string kind) => hold.Release(e, kind, workspace.EffectOf(e));

        void OnPayment(EventType type, PaymentKind kind) => workspace.On<PaymentChanged>(
            type, (e, data) => pay.Apply(e, kind, data.Amount, data.AuthorizationId, data.Reason, workspace.EffectOf(e)), NameJudged);

        Rejection? Reduce(CloudEvent e, Func<Rejection?> cancelled)
        {
            var order = orders.Find(new OrderId(e.Subject));
            var due = order?.Due ?? 0;
            if (cancelled() is { } refused)
                return refused;
            pay.Reduce(e, order!, due - order!.Due, workspace.EffectOf(e));
            return null;
        }
    }

    private static void NameJudged<TData>(CloudEvent e, TData data, Keys keys)
    {
        keys.Add(Orders, e.Subject);
        keys.Add(Judged, e.Subject);
    }

    private static void NameOrder<TData>(CloudEvent e, TData data, Keys keys) => keys.Add(Orders, e.Subject);
}
