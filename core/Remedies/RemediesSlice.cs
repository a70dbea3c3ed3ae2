using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Remedies;

/// <summary>What is done about exception cases, by what the other slices do: it comes after them.</summary>
internal sealed class RemediesSlice : Slice
{
    public override void Open(Workspace workspace)
    {
        var act = new ActOnCase(workspace);
        workspace.On<CaseActed>(EventCatalogue.ExceptionActed, act.Apply, act.Name);
    }
}
