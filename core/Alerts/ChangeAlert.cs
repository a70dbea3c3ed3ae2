using EcomIntel.Core.Events;

namespace EcomIntel.Core.Alerts;

/// <summary>alert.acknowledged and the others: what people do with alerts, as <see cref="AlertFlow"/> allows.</summary>
/// <param name="effectOf">When an event took effect.</param>
internal sealed class ChangeAlert(AlertBook alerts, Func<CloudEvent, DateTimeOffset> effectOf)
{
    public Rejection? Acknowledged(CloudEvent e, AlertDecided data) => Change(
        e, AlertAction.ACKNOWLEDGE, AlertChanged.Acknowledged, data.By, data.Note, null,
        (found, at) => (found.AcknowledgedAt, found.Assignee) = (at, Identifier.IsValid(data.By) ? data.By : null));

    public Rejection? Actioned(CloudEvent e, AlertActioned data)
    {
        var deed = Enum.Parse<AlertDeed>(data.Action, ignoreCase: true);
        var wrong = deed == AlertDeed.NOTE
            ? string.IsNullOrWhiteSpace(data.Note) ? "of the action note, the note must say what was done" : null
            : data.Reference is null ? $"reference must name the {data.Action.Replace('_', ' ')}" : null;
        return Change(
            e, AlertAction.ACTION, AlertChanged.Actioned, data.By, data.Note, wrong,
            (found, at) => (found.DecidedAt, found.EndedAt, found.Action, found.Reference) = (at, at, deed, data.Reference));
    }

    public Rejection? Dismissed(CloudEvent e, AlertDismissed data) => Change(
        e, AlertAction.DISMISS, AlertChanged.Dismissed, data.By, data.Note, null,
        (found, at) => (found.DecidedAt, found.EndedAt, found.DismissedAs) = (at, at, Enum.Parse<DismissReason>(data.Reason, ignoreCase: true)));

    public Rejection? Closed(CloudEvent e, AlertDecided data) => Change(
        e, AlertAction.CLOSE, AlertChanged.Closed, data.By, data.Note, null,
        (found, at) => (found.ClosedAt, found.ClosedAs) = (at, ClosedAs.BY_PERSON));

    /// <param name="wrong">What is wrong with the event, in one line; null if nothing.</param>
    private Rejection? Change(
        CloudEvent e, AlertAction action, string type, string by, string? note, string? wrong, Action<Alert, DateTimeOffset> change)
    {
        if (alerts.Find(e.Subject) is not { } found)
            return new(RejectionCodes.UnknownAlert, $"no alert {e.Subject}") { Awaits = $"alert/{e.Subject}" };
        if (AlertFlow.After(found.Status, action) is not { } after)
            return new(RejectionCodes.WrongState, AlertFlow.Refusal(found.AlertId, found.Status, action));
        if (wrong is not null)
            return new(RejectionCodes.Invalid, wrong);
        var at = Instant.Later(found.ChangedAt, effectOf(e));
        alerts.Escalate(found, at);
        found.Status = after;
        change(found, at);
        alerts.Change(found, at, type, by, note);
        return null;
    }
}
