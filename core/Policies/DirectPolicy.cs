using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Policies;

/// <summary>A policy that is changed by the API. Its version is the highest there is, whether it rules already or not; 0 where there is none.</summary>
public sealed record DirectPolicy(string Kind) : DirectSubject
{
    internal override Rejection? Refuse(Workspace workspace) =>
        workspace.Get<PolicyBook>().Kinds.ContainsKey(Kind) ? null : new(RejectionCodes.Invalid, $"no policy kind '{Kind}'");

    /// <returns>As its status the settings of that version, as JSON.</returns>
    internal override Standing Stands(Workspace workspace)
    {
        var policies = workspace.Get<PolicyBook>();
        var highest = policies.All.Where(version => version.Kind == Kind).MaxBy(version => version.Version);
        return new(highest?.Version ?? 0, policies.Kinds[Kind].Whole(highest?.Settings ?? "{}"));
    }
}
