using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Processing;

/// <summary>What holds for events of all kinds, as policy <c>events</c> has it.</summary>
internal sealed class EventsSlice : Slice
{
    public override void Open(Workspace workspace)
    {
        var policies = workspace.Get<PolicyBook>();
        policies.Define(EventPolicy.Kind);
        workspace.Share(new EventRules(policies));
    }
}

/// <summary>The rules for events of all kinds, at an instant.</summary>
internal sealed class EventRules(PolicyBook policies)
{
    public EventPolicy At(DateTimeOffset at) => policies.At(EventPolicy.Kind, at).Settings;
}
