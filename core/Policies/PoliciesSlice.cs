using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Policies;

/// <summary>Rules that a business may change, as versioned data: each slice defines its own kinds.</summary>
internal sealed class PoliciesSlice : Slice
{
    public override void Open(Workspace workspace)
    {
        var policies = workspace.Share(new PolicyBook());
        policies.Define(EventPolicy.Kind);
        workspace.Share(new EventRules(
            at => policies.At(EventPolicy.Kind, at).Settings.WaitFor, (at, now) => policies.At(EventPolicy.Kind, at).Settings.At(now)));
        workspace.On<PolicyUpdated>(EventCatalogue.PolicyUpdated, policies.Update);
        workspace.Load(Stage.References, load => load.Rows(PolicyVersion.Table, "", [], policies.Add));
        workspace.Save(batch => PolicyVersion.Table.Save(batch, policies.All));
    }
}
