using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory.Adjustments;
using EcomIntel.Core.Inventory.Transfers;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Inventory;

/// <summary>Stock: positions and their ledger, what the outside reports about them, transfers, and corrections that people ask for.</summary>
internal sealed class InventorySlice : Slice
{
    /// <summary>Skus of which something is held against the book: it matters what happened since.</summary>
    private static readonly KeyKind Claimed = new("claimed sku");

    /// <summary>Skus of which it is told when a lot expires.</summary>
    public static readonly KeyKind Lots = new("lots of sku");

    private static readonly KeyKind Transfers = new("transfer");
    private static readonly KeyKind Adjustments = new("adjustment");

    public override IReadOnlyList<Fact> Facts { get; } = [new StockChangeFact(), new TransferFact()];

    public override void Open(Workspace workspace)
    {
        var stock = workspace.Share(new StockBook(workspace.Outbox));
        var (catalog, exceptions, policies) = (workspace.Get<CatalogBook>(), workspace.Get<ExceptionBook>(), workspace.Get<PolicyBook>());
        policies.Define(AdjustmentPolicy.Kind);
        var judge = new StockJudge(stock, catalog, exceptions);
        var handlers = new StockHandlers(stock, judge, catalog, workspace.EffectOf);
        workspace.On<StockReceived>(EventCatalogue.StockReceived, handlers.Received, static (e, data, keys) =>
        {
            NameSku(e, data, keys);
            if (data.ExpiresAt is not null)
                keys.Add(Lots, e.Subject);
        });
        workspace.On<StockAdjusted>(EventCatalogue.StockAdjusted, handlers.Adjusted, NameClaimed);
        workspace.On<StockCounted>(EventCatalogue.StockCounted, handlers.Counted, NameClaimed);
        workspace.On<StockMoved>(EventCatalogue.StockMoved, handlers.Moved, NameClaimed);
        workspace.On<PartnerStockReported>(EventCatalogue.PartnerStockReported, handlers.PartnerReported, NameClaimed);

        var transfers = workspace.Share(new TransferBook());
        var transfer = new TransferHandlers(transfers, judge, catalog, exceptions, workspace.Outbox, workspace.Provide, workspace.EffectOf);
        workspace.On<TransferDispatched>(
            EventCatalogue.TransferDispatched, transfer.Dispatched, static (e, data, keys) => NameTransfer(e, data.TransferId, keys));
        workspace.On<TransferReceived>(EventCatalogue.TransferReceived, transfer.Received, static (e, data, keys) => NameTransfer(e, data.TransferId, keys));
        workspace.On<TransferLost>(EventCatalogue.TransferLost, transfer.Lost, static (e, data, keys) => NameTransfer(e, data.TransferId, keys));
        workspace.On<TransferClosed>(EventCatalogue.TransferClosed, transfer.Closed, static (e, data, keys) => NameTransfer(e, data.TransferId, keys));

        var adjustments = workspace.Share(new AdjustmentBook());
        var adjustment = new AdjustmentHandlers(adjustments, handlers, judge, catalog, policies, workspace.Outbox, workspace.Provide);
        workspace.On<AdjustmentRequested>(
            EventCatalogue.AdjustmentRequested, adjustment.Requested, static (e, data, keys) => NameAdjustment(e, data.AdjustmentId, keys));
        workspace.On<AdjustmentDecided>(
            EventCatalogue.AdjustmentApproved, adjustment.Approved, static (e, data, keys) => NameAdjustment(e, data.AdjustmentId, keys));
        workspace.On<AdjustmentDecided>(
            EventCatalogue.AdjustmentRefused, adjustment.Refused, static (e, data, keys) => NameAdjustment(e, data.AdjustmentId, keys));

        workspace.Load(Stage.Aggregates, load =>
        {
            if (load.Keys.Any(Adjustments))
                load.Rows(
                    Adjustment.Table, "WHERE adjustment_id = ANY($1) ORDER BY adjustment_id FOR NO KEY UPDATE", [load.Keys.Of(Adjustments)], adjustments.Add);
        });
        workspace.Load(Stage.Skus, load =>
        {
            if (load.Keys.Any(CatalogSlice.Skus))
                StockStore.LoadBalances(load, load.Keys.Of(CatalogSlice.Skus), stock);
            if (load.Keys.Any(Lots))
                load.Rows(Lot.Table, "WHERE sku = ANY($1)", [load.Keys.Of(Lots)], stock.Add);
            if (!load.Keys.Any(Transfers))
                return;
            load.Rows(TransferReport.Table, "WHERE transfer_id = ANY($1) AND sku = ANY($2)",
                [load.Keys.Of(Transfers), load.Keys.Of(CatalogSlice.Skus)], transfers.Add);
            load.Rows(Transfer.Table, "WHERE transfer_id = ANY($1) AND sku = ANY($2)",
                [load.Keys.Of(Transfers), load.Keys.Of(CatalogSlice.Skus)], transfers.Add);
        });
        workspace.Load(Stage.Late, load => StockStore.LoadLate(load, load.Keys.Of(Claimed), stock));
        workspace.BeforeEach(_ =>
        {
            stock.TakeOvertaken(); // what a round decided between two events was decided on what was known
            return null;
        });
        workspace.AfterEach(e =>
        {
            judge.WeighAnew(e);
            stock.Emit(e.Subject);
        });
        workspace.Save(batch =>
        {
            StockStore.SaveBalances(batch, stock);
            Lot.Table.Save(batch, stock.Lots);
            StockStore.SaveClaims(batch, stock);
            TransferReport.Table.Save(batch, transfers.Reports);
            Transfer.Table.Save(batch, transfers.All);
            Adjustment.Table.Save(batch, adjustments.All);
            Sighting.Table.Save(batch, stock.Sightings);
        });
        workspace.Save(new NumberedRows("ledger", () => stock.Ledger.Count, last =>
        {
            foreach (var entry in stock.Ledger)
                entry.Number = ++last;
        }, batch => LedgerEntry.Table.Save(batch, stock.Ledger)));
    }

    private static void NameSku<TData>(CloudEvent e, TData data, Keys keys) => keys.Add(CatalogSlice.Skus, e.Subject);

    private static void NameClaimed<TData>(CloudEvent e, TData data, Keys keys)
    {
        NameSku(e, data, keys);
        keys.Add(Claimed, e.Subject);
    }

    private static void NameTransfer(CloudEvent e, string transferId, Keys keys)
    {
        NameClaimed(e, transferId, keys);
        keys.Add(Transfers, transferId);
    }

    private static void NameAdjustment(CloudEvent e, string adjustmentId, Keys keys)
    {
        NameClaimed(e, adjustmentId, keys);
        keys.Add(Adjustments, adjustmentId);
    }
}
