using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Alerts;

/// <summary>An alert that is changed by the API; whether the caller may see it is looked up before.</summary>
public sealed record DirectAlert(string AlertId) : DirectSubject
{
    internal override Rejection? Refuse(Workspace workspace) =>
        workspace.Get<AlertBook>().Find(AlertId) is null ? new(RejectionCodes.UnknownAlert, $"no alert {AlertId}") : null;

    internal override Standing Stands(Workspace workspace)
    {
        var found = workspace.Get<AlertBook>().Find(AlertId)!;
        return new(found.Version, found.Status.ToString());
    }
}
