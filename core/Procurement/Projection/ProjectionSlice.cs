using EcomIntel.Core.Database;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory.Transfers;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Projection;

/// <summary>Stock that runs out before its next receipt is known in advance.</summary>
internal sealed class ProjectionSlice : Slice
{
    private const string DeleteOver = """
        DELETE FROM projected_outs p USING unnest($1, $2) AS o (sku, location) WHERE p.sku = o.sku AND p.location = o.location
        """;

    public override IReadOnlyList<Fact> Facts { get; } = [new ProjectedOutFact()];

    public override void Open(Workspace workspace)
    {
        var (policies, replenishment) = (workspace.Get<PolicyBook>(), workspace.Get<ReplenishmentBook>());
        policies.Define(ProjectionPolicy.Kind);
        var open = new OpenUnits(replenishment, workspace.Get<OrderBook>(), workspace.Get<PurchaseOrderBook>(), workspace.Get<TransferBook>());
        var projection = workspace.Share(new StockProjection(
            open, workspace.Get<SupplierBook>(), policies, workspace.Get<ExceptionBook>(), workspace.Outbox));
        workspace.Get<ReplenishmentRun>().Looked = projection.Look;
        // Under the lock of replenishment's state.
        workspace.Load(Stage.Late, load =>
        {
            if (!replenishment.IsAtHand)
                return;
            open.Load(load);
            load.Rows(ProjectedOut.Table, "", [], projection.Add);
            load.Rows(ProjectionState.Table, "", [], state => projection.State = state);
        });
        workspace.Save(batch =>
        {
            if (projection.Over.ToList() is { Count: > 0 } over)
                batch.Add(DeleteOver, over.Column(row => row.Sku.Value), over.Column(row => row.Location.Value));
            ProjectedOut.Table.Save(batch, projection.Rows.Where(ProjectedOut.Table.IsChanged));
            if (projection.State is { } state)
                ProjectionState.Table.Save(batch, [state]);
        });
    }
}
