using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Returns;

/// <summary>Returns and refunds: requested, authorized, received, inspected, closed; paid.</summary>
internal sealed class ReturnsSlice : Slice
{
    private static readonly KeyKind Returns = new("return");

    // Read once the rows of the orders are locked: an order's returns change under its lock.
    private const string OfReturns = "WHERE order_id = ANY($1) OR return_id = ANY($2)";
    private const string OfReturnsParts = $"WHERE return_id IN (SELECT return_id FROM returns {OfReturns})";

    // By the index of those that may expire.
    private const string SelectExpiring = """
        SELECT expires_at, return_id, order_id FROM returns WHERE status IN ('REQUESTED', 'AUTHORIZED') AND expires_at <= $1
        ORDER BY expires_at, return_id COLLATE "C" LIMIT $2
        """;

    public override IReadOnlyList<Fact> Facts { get; } = [new ReturnFact(), new RefundFact()];

    public override void Open(Workspace workspace)
    {
        var (orders, stock, catalog) = (workspace.Get<OrderBook>(), workspace.Get<StockBook>(), workspace.Get<CatalogBook>());
        var (policies, exceptions) = (workspace.Get<PolicyBook>(), workspace.Get<ExceptionBook>());
        policies.Define(ReturnsPolicy.Kind);
        var returns = workspace.Share(new ReturnBook());
        workspace.Share<IReturnClaims>(returns);
        var changes = new ReturnChanges(returns, orders, policies, exceptions, workspace.Outbox, workspace.Provide);
        var request = new RequestReturn(returns, orders, policies, changes, workspace.Provide);
        var receive = new ReceiveReturn(returns, orders, stock, catalog, exceptions, changes);
        var refund = new PayRefund(returns, orders, exceptions, changes, workspace.Outbox);
        workspace.On<ReturnRequested>(EventCatalogue.ReturnRequested, request.Requested, static (e, data, keys) => Name(e, data.ReturnId, keys));
        workspace.On<ReturnAuthorized>(EventCatalogue.ReturnAuthorized, request.Authorized, static (e, data, keys) => Name(e, data.ReturnId, keys));
        workspace.On<ReturnRefused>(EventCatalogue.ReturnRefused, request.Refused, static (e, data, keys) => Name(e, data.ReturnId, keys));
        workspace.On<ReturnReceived>(EventCatalogue.ReturnReceived, receive.Received, static (e, data, keys) => Name(e, data.ReturnId, keys));
        workspace.On<ReturnInspected>(EventCatalogue.ReturnInspected, receive.Inspected, static (e, data, keys) => Name(e, data.ReturnId, keys));
        workspace.On<ReturnClosed>(EventCatalogue.ReturnClosed, request.Closed, static (e, data, keys) => Name(e, data.ReturnId, keys));
        workspace.On<RefundPaid>(EventCatalogue.RefundPaid, refund.Apply, static (e, data, keys) => Name(e, data.ReturnId, keys));
        var expiry = new ReturnExpiry(returns, request);
        workspace.RunWhenDue(expiry);
        workspace.AfterEach(e =>
        {
            if (e.Type.Topic == Topics.Carriers)
                Carried(e, orders, workspace.Provide);
        });

        workspace.Load(Stage.References, load => load.Due(expiry, SelectExpiring, row => Name(row.GetString(2), row.GetString(1), load.Keys)));
        workspace.Load(Stage.Aggregates, load =>
        {
            if (!load.Keys.Any(OrdersSlice.WithReturns))
                return;
            object[] ids = [load.Keys.Of(OrdersSlice.WithReturns), load.Keys.Of(Returns)];
            load.Rows(Return.Table, OfReturns, ids, returns.Add);
            load.Rows(ReturnLine.Table, $"{OfReturnsParts} ORDER BY return_id, line", ids, line =>
            {
                // A return that another copy has just stored may not be at hand while its lines are.
                if (returns.Find(line.ReturnId) is not { } found)
                    return;
                found.Lines.Add(line);
                load.Keys.Add(CatalogSlice.Skus, line.Sku.Value);
            });
            load.Rows(ReturnReport.Table, $"{OfReturnsParts} ORDER BY return_id, line, number", ids,
                report => returns.Find(report.ReturnId)?.Line(report.LineNumber)?.Reports.Add(report));
            load.Rows(ReturnUnit.Table, $"{OfReturnsParts} ORDER BY return_id, line, location, disposition", ids,
                unit => returns.Find(unit.ReturnId)?.Line(unit.LineNumber)?.Units.Add(unit));
            load.Rows(Refund.Table, "WHERE order_id = ANY($1)", [load.Keys.Of(OrdersSlice.WithReturns)], returns.Add);
        });
        workspace.Save(batch =>
        {
            var all = returns.All.OrderBy(returned => returned.Id).ToList();
            var lines = all.SelectMany(returned => returned.Lines).ToList();
            Return.Table.Save(batch, all);
            ReturnLine.Table.Save(batch, lines);
            ReturnReport.Table.Save(batch, lines.SelectMany(line => line.Reports));
            ReturnUnit.Table.Save(batch, lines.SelectMany(line => line.Units));
            Refund.Table.Save(batch, returns.Refunds);
        });
    }

    /// <summary>What has shipped can be returned.</summary>
    private static void Carried(CloudEvent e, OrderBook orders, Action<string> provide)
    {
        var id = new ShipmentId(e.Subject);
        if (orders.Find(id) is not { } order || order.Shipment(id) is not { HasShipped: true })
            return;
        provide($"order/{order.Id}");
    }

    private static void Name(CloudEvent e, ReturnId? returnId, Keys keys) => Name(e.Subject, returnId?.Value, keys);

    private static void Name(string orderId, string? returnId, Keys keys)
    {
        keys.Add(OrdersSlice.Orders, orderId);
        keys.Add(OrdersSlice.WithReturns, orderId);
        if (returnId is not null)
            keys.Add(Returns, returnId);
    }
}
