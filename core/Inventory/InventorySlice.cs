using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Inventory;

/// <summary>Stock: positions and their ledger, and what the outside reports about them.</summary>
internal sealed class InventorySlice : Slice
{
    public override IReadOnlyList<Fact> Facts { get; } = [new StockChangeFact()];

    public override void Open(Workspace workspace)
    {
        var stock = workspace.Share(new StockBook(workspace.Outbox));
        var handlers = new StockHandlers(stock, workspace.Get<CatalogBook>(), workspace.Get<ExceptionBook>());
        workspace.On<StockReceived>(EventCatalogue.StockReceived, handlers.Received, NameSku);
        workspace.On<StockAdjusted>(EventCatalogue.StockAdjusted, handlers.Adjusted, NameSku);
        workspace.On<StockCounted>(EventCatalogue.StockCounted, handlers.Counted, NameSku);
        workspace.On<StockMoved>(EventCatalogue.StockMoved, handlers.Moved, NameSku);
        workspace.On<TransferDispatched>(EventCatalogue.TransferDispatched, handlers.Dispatched, NameSku);
        workspace.On<TransferReceived>(EventCatalogue.TransferReceived, handlers.Arrived, NameSku);
        workspace.On<PartnerStockReported>(EventCatalogue.PartnerStockReported, handlers.PartnerReported, NameSku);

        workspace.Load(Stage.Skus, load =>
        {
            if (load.Keys.Any(CatalogSlice.Skus))
                StockStore.LoadBalances(load, load.Keys.Of(CatalogSlice.Skus), stock);
        });
        workspace.AfterEach(e => stock.Emit(e.Time, e.Subject, e.Id));
        workspace.Save(batch => StockStore.SaveBalances(batch, stock));
        workspace.Save(batch => Sighting.Table.Save(batch, stock.Sightings));
        workspace.Save(new NumberedRows("ledger", () => stock.Ledger.Count, last =>
        {
            foreach (var entry in stock.Ledger)
                entry.Number = ++last;
        }, batch => LedgerEntry.Table.Save(batch, stock.Ledger)));
    }

    private static void NameSku<TData>(CloudEvent e, TData data, Keys keys) => keys.Add(CatalogSlice.Skus, e.Subject);
}
