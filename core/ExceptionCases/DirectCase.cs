using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>A case that is changed by the API.</summary>
/// <param name="Locations">It must be at one of these; null for any.</param>
public sealed record DirectCase(string CaseId, IReadOnlyList<string>? Locations) : DirectSubject
{
    internal override Rejection? Refuse(Workspace workspace) =>
        workspace.Get<ExceptionBook>().Find(CaseId) is { } found && Locations?.Contains(found.Location?.Value ?? "", StringComparer.Ordinal) != false
            ? null : new(RejectionCodes.UnknownCase, $"no case {CaseId}");

    internal override Standing Stands(Workspace workspace)
    {
        var found = workspace.Get<ExceptionBook>().Find(CaseId)!;
        return new(found.Version, found.Status.ToString());
    }
}
