using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Models;

/// <summary>Nothing is decided here by models: what they find comes by events of topic findings. The slice has their policy.</summary>
internal sealed class ModelsSlice : Slice
{
    public override void Open(Workspace workspace) => workspace.Get<PolicyBook>().Define(ModelPolicy.Kind);
}
