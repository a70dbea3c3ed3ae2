using EcomIntel.Core.Catalog;
using EcomIntel.Core.Database;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Returns;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>Loads a workspace in a fixed number of round trips. Locks are taken in one order everywhere: orders by id, then skus.</summary>
internal static class WorkspaceLoader
{
    /// <summary>
    /// The orders to load beside those the events name: of the shipments, and those that a round looks at. A waiting line matters only where its sku has stock now ($2: rounds will run),
    /// or may gain some by this batch's events ($3 skus named, $4 orders that may give stock back).
    /// </summary>
    private const string SelectOrders = """
        SELECT order_id FROM shipments WHERE shipment_id = ANY($1)
        UNION
        SELECT order_id FROM orders WHERE closed_at IS NULL AND status = 'SOURCING'
        UNION
        SELECT order_id FROM allocations a WHERE status = 'ALLOCATED' AND NOT EXISTS (SELECT FROM holds h WHERE h.order_id = a.order_id AND h.released_at IS NULL)
        UNION
        SELECT order_id FROM order_lines l WHERE $2 AND ordered > cancelled + sourced
            AND EXISTS (SELECT FROM stock_balances b WHERE b.sku = l.sku AND b.state = 'available' AND b.quantity > 0 OFFSET 0) -- asked line by line: few wait, stock is long
        UNION
        SELECT order_id FROM order_lines WHERE $2 AND ordered > cancelled + sourced AND sku = ANY($3)
        UNION
        SELECT order_id FROM order_lines WHERE $2 AND ordered > cancelled + sourced AND sku IN (SELECT sku FROM order_lines WHERE order_id = ANY($4))
        """;

    /// <summary>Of the shipments alone, where no round is run nor counted for.</summary>
    private const string SelectNamed = "SELECT order_id FROM shipments WHERE shipment_id = ANY($1)";

    /// <param name="rounds">Rounds will run.</param>
    /// <param name="named">Only what the events name is loaded, and so locked: no round looks at the workspace.</param>
    public static async Task<Workspace> LoadAsync(NpgsqlConnection connection, Footprint footprint, bool rounds, bool named, CancellationToken cancellationToken)
    {
        string[] orders = [.. footprint.Orders];
        var ids = new HashSet<string>(footprint.Orders, StringComparer.Ordinal);
        List<Location> locations = [];
        List<Channel> channels = [];
        List<PolicyVersion> policies = [];
        await using (var batch = connection.CreateBatch())
        {
            batch.Add(CatalogStore.SelectLocations);
            batch.Add(CatalogStore.SelectChannels);
            batch.Add(PolicyStore.Select);
            if (named)
                batch.Add(SelectNamed, (object)footprint.Shipments.ToArray());
            else
                batch.Add(SelectOrders, footprint.Shipments.ToArray(), rounds, footprint.Skus.ToArray(), orders);
            await using var row = await batch.ReadPreparedAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                locations.Add(CatalogStore.ReadLocation(row));
            await row.NextResultAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                channels.Add(CatalogStore.ReadChannel(row));
            await row.NextResultAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                policies.Add(PolicyStore.Read(row));
            await row.NextResultAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                ids.Add(row.GetString(0));
        }

        var workspace = new Workspace(new(locations, channels), new(policies));
        foreach (var order in await OrderStore.LoadAsync(connection, [.. ids], cancellationToken))
        {
            workspace.Orders.Add(order);
            foreach (var line in order.Lines)
                footprint.Skus.Add(line.Sku.Value);
        }
        await LoadStockAndReturnsAsync(connection, footprint, workspace, cancellationToken);
        return workspace;
    }

    private static async Task LoadStockAndReturnsAsync(NpgsqlConnection connection, Footprint footprint, Workspace workspace, CancellationToken cancellationToken)
    {
        if (footprint.Skus.Count == 0)
            return;
        await using var batch = connection.CreateBatch();
        string[] skus = [.. footprint.Skus];
        batch.Add(CatalogStore.LockItems, (object)skus);
        batch.Add(StockStore.SelectBalances, (object)skus);
        if (footprint.Returns.Count > 0)
        {
            string[] orders = [.. footprint.ReturnOrders], returns = [.. footprint.Returns];
            batch.Add(ReturnStore.SelectReturns, orders, returns);
            batch.Add(ReturnStore.SelectLines, orders, returns);
        }
        await using var row = await batch.ReadPreparedAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            workspace.Catalog.Loaded(new(row.GetString(0)), row.GetFieldValue<DateTimeOffset>(1));
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            StockStore.Read(row, workspace.Stock);
        if (footprint.Returns.Count == 0)
            return;
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            workspace.Returns.Add(ReturnStore.ReadReturn(row));
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            ReturnStore.ReadLine(row, workspace.Returns);
    }
}
