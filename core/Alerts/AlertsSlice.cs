using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Alerts;

/// <summary>What models and outside monitors see is kept, and becomes alerts.</summary>
internal sealed class AlertsSlice : Slice
{
    public static readonly KeyKind Findings = new("finding");

    public override void Open(Workspace workspace)
    {
        var findings = workspace.Share(new FindingBook(workspace.Get<PolicyBook>(), workspace.Get<SupplierBook>(), workspace.Provide));
        workspace.On<FindingRaised>(EventCatalogue.FindingRaised, findings.Tell, Name);
        workspace.On<FindingRaised>(EventCatalogue.FindingUpdated, findings.Tell, Name);
        workspace.On<FindingCleared>(EventCatalogue.FindingCleared, findings.Clear, static (e, _, keys) => keys.Add(Findings, e.Subject));
        workspace.Load(Stage.Aggregates, load =>
        {
            if (load.Keys.Any(Findings))
                load.Rows(Finding.Table, """WHERE finding_id = ANY($1) ORDER BY finding_id COLLATE "C" FOR NO KEY UPDATE""",
                    [load.Keys.Of(Findings)], findings.Add);
        });
        workspace.Save(batch =>
        {
            Finding.Table.Save(batch, findings.All.OrderBy(each => each.FindingId, StringComparer.Ordinal));
            FindingProof.Table.Save(batch, findings.Proofs.OrderBy(each => each.FindingId, StringComparer.Ordinal));
        });
    }

    private static void Name(CloudEvent e, FindingRaised data, Keys keys)
    {
        keys.Add(Findings, e.Subject);
        if (data.MoneyAtRisk is not null)
            keys.Add(SuppliersSlice.Purchasing, "");
    }
}
