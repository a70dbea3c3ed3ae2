using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.DelayRisk;

/// <summary>How likely open purchase order lines are late, as models foretell it.</summary>
internal sealed class DelayRiskSlice : Slice
{
    public static readonly KeyKind Assessed = new("purchase order that is assessed");

    public override IReadOnlyList<Fact> Facts { get; } = [new DelayAssessmentFact()];

    public override void Open(Workspace workspace)
    {
        workspace.Get<PolicyBook>().Define(DelayRiskPolicy.Kind);
        var risks = workspace.Share(new DelayRiskBook(workspace.Get<PurchaseOrderBook>(), workspace.Outbox));
        workspace.On<DelayRiskAssessed>(EventCatalogue.DelayRiskAssessed, risks.Assess, static (e, _, keys) =>
        {
            PurchaseOrdersSlice.Name(e.Subject, keys);
            keys.Add(Assessed, e.Subject);
        });
        // Under the lock of their order.
        workspace.Load(Stage.Aggregates, load =>
        {
            if (load.Keys.Any(Assessed))
                load.Rows(LineRisk.Table, "WHERE purchase_order_id = ANY($1)", [load.Keys.Of(Assessed)], risks.Add);
        });
        workspace.Save(batch => LineRisk.Table.Save(batch, risks.All));
    }
}
