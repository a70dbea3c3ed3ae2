using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>A proposal that is accepted or dismissed by the API.</summary>
/// <param name="With">Others that are accepted with it.</param>
/// <param name="Locations">They must be for one of these; null for any.</param>
public sealed record DirectProposal(string ProposalId, IReadOnlyList<string> With, IReadOnlyList<string>? Locations) : DirectSubject
{
    internal override Rejection? Refuse(Workspace workspace)
    {
        foreach (var id in With.Prepend(ProposalId))
            if (workspace.Get<ReplenishmentBook>().Find(id) is not { } proposal || Locations?.Contains(proposal.Location.Value) == false)
                return new(RejectionCodes.UnknownProposal, $"no proposal {id}");
        return null;
    }

    internal override Standing Stands(Workspace workspace)
    {
        var proposal = workspace.Get<ReplenishmentBook>().Find(ProposalId)!;
        return new(proposal.Version, proposal.Status.ToString());
    }
}
