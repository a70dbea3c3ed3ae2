using EcomIntel.Core.Catalog;
using EcomIntel.Core.Database;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;
using Npgsql;

namespace EcomIntel.Core.Procurement.Valuation;

/// <summary>What stock has cost: layers, first in, first out; what each shipment's units cost; costs that are told later.</summary>
internal sealed class ValuationSlice : Slice
{
    private const string SelectActive = "SELECT 1 WHERE EXISTS (SELECT FROM suppliers)";

    // One statement, so that its head and its rows are of one instant; a row without entry where nothing has moved.
    private const string SelectMovements = """
        SELECT v.name, v.position, v.at, s.ledger, l.entry, l.at, l.sku, l.location, l.from_state IS NULL, l.quantity, l.reason, l.cause, l.order_id,
            h.shipment_id
        FROM valuation v CROSS JOIN sequences s
        LEFT JOIN stock_ledger l ON l.entry > v.position AND l.entry <= s.ledger AND (l.from_state IS NULL) <> (l.to_state IS NULL)
        LEFT JOIN LATERAL (
            SELECT shipment_id FROM shipments h
            WHERE l.reason = 'shipped' AND h.order_id = l.order_id AND h.location = l.location AND h.shipped_at <= l.at
            ORDER BY h.shipped_at DESC, h.shipment_id COLLATE "C" LIMIT 1) h ON true
        WHERE v.name = 'ledger' ORDER BY l.entry
        """;

    private const string SelectCounts = "SELECT invoice_id, status IN ('MATCHED', 'APPROVED') FROM invoices WHERE invoice_id = ANY($1)";

    private const string OfSources = "WHERE (kind, source_id) IN (SELECT * FROM unnest($1, $2))";

    private const string SelectLayered = """
        SELECT receipt_id, sku, sum(quantity)::bigint FROM cost_layers WHERE receipt_id = ANY($1) GROUP BY receipt_id, sku
        """;

    public override IReadOnlyList<Fact> Facts { get; } = [new StockCostFact()];

    public override void Open(Workspace workspace)
    {
        var (stock, orders, suppliers) = (workspace.Get<StockBook>(), workspace.Get<OrderBook>(), workspace.Get<SupplierBook>());
        var (policies, invoices, incoming) = (workspace.Get<PolicyBook>(), workspace.Get<InvoiceBook>(), workspace.Get<IncomingCosts>());
        var (catalog, purchases) = (workspace.Get<CatalogBook>(), workspace.Get<PurchaseOrderBook>());
        policies.Define(ValuationPolicy.Kind);
        var costs = workspace.Share(new CostBook());
        var run = new ValuationRun(costs, stock, orders, invoices, incoming, suppliers, catalog, policies, workspace.Outbox, () => workspace.IsLive);
        workspace.Load(Stage.References, load =>
        {
            run.IsAtHand = false;
            if (load.Passing is not null)
                load.Query(SelectActive, [], _ => run.IsActive = true);
        });
        workspace.Load(Stage.DueWork, load =>
        {
            var isWanted = run.IsActive || load.Keys.Any(SuppliersSlice.Purchasing);
            if (load.Passing is not { } passing || !isWanted || !(passing.LoadAll || run.MayRun(passing.From, passing.Until)))
                return;
            run.IsAtHand = true;
            load.Keys.Add(SuppliersSlice.Purchasing, "");
            load.QueryWhole(SelectMovements, [], row => Read(row, costs));
            invoices.CostsToBook.Load(load);
        });
        workspace.Load(Stage.Aggregates, load =>
        {
            if (!run.IsAtHand)
                return;
            var sources = invoices.CostsToBook.Keys.Select(source => source.Split('/', 2)).ToList();
            load.Query(SelectCounts, [sources.FindAll(source => source[0] == LandedCost.OfInvoice).ConvertAll(source => source[1]).ToArray()],
                row => run.IsCost[row.GetString(0)] = row.GetBoolean(1));
            load.Rows(LandedCost.Table, OfSources, [sources.ConvertAll(source => source[0]).ToArray(), sources.ConvertAll(source => source[1]).ToArray()],
                invoices.Add);
        });
        workspace.Load(Stage.Skus, load =>
        {
            if (run.IsAtHand)
                LoadCosts(load, costs, invoices, ReceiptsOf(load, invoices, incoming, purchases));
        });
        workspace.RunWhenDue(run);
        workspace.Save(batch =>
        {
            if (!run.IsAtHand)
                return;
            CostLayer.Table.Save(batch, costs.Layers);
            CostIssue.Table.Save(batch, costs.Issues);
            PostedCost.Table.Save(batch, costs.Posted);
            ValuationPosition.Table.Save(batch, [costs.Position]);
            invoices.CostsToBook.Forget(batch, run.Booked().Contains);
        });
    }

    /// <summary>Receipts that what the batch hears may make cost more, or less.</summary>
    private static string[] ReceiptsOf(Load load, InvoiceBook invoices, IncomingCosts incoming, PurchaseOrderBook purchases) =>
    [
        .. invoices.Landed.Select(cost => cost.ReceiptId.Value).Concat(load.Keys.Of(InvoicesSlice.Receipts))
            .Concat(purchases.All.SelectMany(order => order.Lines.SelectMany(line => incoming.Received.Of(order.Id, line.Number)))
                .Select(units => units.ReceiptId.Value))
            .Distinct(StringComparer.Ordinal),
    ];

    private static void LoadCosts(Load load, CostBook costs, InvoiceBook invoices, string[] receipts)
    {
        string[] skus =
        [
            .. costs.Stored.Select(movement => movement.Sku.Value).Concat(invoices.Landed.Select(cost => cost.Sku.Value))
                .Concat(load.Keys.Of(CatalogSlice.Skus)).Distinct(StringComparer.Ordinal),
        ];
        string[] causes = [.. costs.Stored.Where(movement => movement.In).Select(movement => movement.Cause).Distinct(StringComparer.Ordinal)];
        string[] returned =
        [
            .. costs.Stored.Where(movement => movement is { In: true, OrderId: not null }).Select(movement => movement.OrderId!.Value.Value)
                .Concat(load.Keys.Of(OrdersSlice.Orders)).Distinct(StringComparer.Ordinal),
        ];
        load.Rows(CostLayer.Table, "WHERE sku = ANY($1) AND remaining > 0 ORDER BY entry", [skus], costs.Add);
        load.Query(SelectLayered, [receipts], row => costs.Layered(new(row.GetString(0)), new(row.GetString(1)), row.GetInt64(2)));
        load.Rows(IncomingCost.Table, "WHERE cause = ANY($1)", [causes], costs.Add);
        load.Rows(CostIssue.Table, "WHERE order_id = ANY($1) AND sku = ANY($2)", [returned, skus], costs.Add);
        load.Rows(PostedCost.Table, "WHERE source_id = ANY($1)",
            [invoices.Landed.Select(cost => cost.SourceId).Distinct(StringComparer.Ordinal).ToArray()], costs.Add);
        load.Rows(ItemCost.Table, "WHERE sku = ANY($1)", [skus], cost => costs.AddStandardCost(cost.Sku, cost.At, cost.UnitCost));
    }

    private static void Read(NpgsqlDataReader row, CostBook costs)
    {
        if (costs.Position.Stored is null)
        {
            costs.Position = new() { Name = row.GetString(0), Entry = row.GetInt64(1), At = row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2) };
            costs.Position.MarkStored();
            costs.Head = row.GetInt64(3);
        }
        if (!row.IsDBNull(4))
            costs.Stored.Add(new(
                row.GetInt64(4), row.GetFieldValue<DateTimeOffset>(5), new(row.GetString(6)), new(row.GetString(7)), row.GetBoolean(8), row.GetInt64(9),
                row.GetString(10), row.GetString(11), row.IsDBNull(12) ? null : new(row.GetString(12)), row.IsDBNull(13) ? null : new(row.GetString(13))));
    }
}
