using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Returns;

/// <summary>Returns: requested, received, inspected, refunded.</summary>
internal sealed class ReturnsSlice : Slice
{
    private static readonly KeyKind Returns = new("return");

    /// <summary>Orders whose returns matter.</summary>
    private static readonly KeyKind Orders = new("order with returns");

    // Read once the rows of the orders are locked: an order's returns change under its lock.
    private const string OfReturns = "WHERE order_id = ANY($1) OR return_id = ANY($2)";
    private const string OfLines =
        "WHERE return_id IN (SELECT return_id FROM returns WHERE order_id = ANY($1) OR return_id = ANY($2)) ORDER BY return_id, line";

    public override IReadOnlyList<Fact> Facts { get; } = [new ReturnFact(), new RefundFact()];

    public override void Open(Workspace workspace)
    {
        var returns = new ReturnBook();
        var handlers = new ReturnHandlers(
            returns, workspace.Get<OrderBook>(), workspace.Get<StockBook>(), workspace.Get<CatalogBook>(), workspace.Outbox, workspace.Provide);
        workspace.On<ReturnRequested>(EventCatalogue.ReturnRequested, handlers.Requested, static (e, data, keys) => Name(e, data.ReturnId, keys));
        workspace.On<ReturnReceived>(EventCatalogue.ReturnReceived, handlers.Received, static (e, data, keys) => Name(e, data.ReturnId, keys));
        workspace.On<ReturnInspected>(EventCatalogue.ReturnInspected, handlers.Inspected, static (e, data, keys) => Name(e, data.ReturnId, keys));
        workspace.On<RefundPaid>(EventCatalogue.RefundPaid, handlers.Refunded, static (e, data, keys) => Name(e, data.ReturnId, keys));

        workspace.Load(Stage.Aggregates, load =>
        {
            if (!load.Keys.Any(Returns))
                return;
            object[] ids = [load.Keys.Of(Orders), load.Keys.Of(Returns)];
            load.Rows(Return.Table, OfReturns, ids, returns.Add);
            load.Rows(ReturnLine.Table, OfLines, ids, line =>
            {
                // A return that another copy has just stored may not be at hand while its lines are.
                if (returns.Find(line.ReturnId) is not { } found)
                    return;
                found.Lines.Add(line);
                load.Keys.Add(CatalogSlice.Skus, line.Sku.Value);
            });
        });
        workspace.Save(batch =>
        {
            var all = returns.All.OrderBy(returned => returned.Id).ToList();
            Return.Table.Save(batch, all);
            ReturnLine.Table.Save(batch, all.SelectMany(returned => returned.Lines));
        });
    }

    private static void Name(CloudEvent e, ReturnId returnId, Keys keys)
    {
        keys.Add(OrdersSlice.Orders, e.Subject);
        keys.Add(Orders, e.Subject);
        keys.Add(Returns, returnId.Value);
    }
}
