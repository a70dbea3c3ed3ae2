using EcomIntel.Core.Events;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>exception.acknowledged and the others: what people do with cases, as <see cref="CaseFlow"/> allows.</summary>
/// <param name="effectOf">When an event took effect.</param>
internal sealed class ChangeCase(ExceptionBook cases, Func<CloudEvent, DateTimeOffset> effectOf)
{
    public Rejection? Acknowledged(CloudEvent e, CaseDecided data) => Change(e, data, CaseAction.ACKNOWLEDGE, ExceptionChanged.Acknowledged);

    public Rejection? Started(CloudEvent e, CaseDecided data) => Change(e, data, CaseAction.START, ExceptionChanged.Started);

    public Rejection? Waiting(CloudEvent e, CaseDecided data) => Change(e, data, CaseAction.WAIT, ExceptionChanged.Waiting);

    public Rejection? Closed(CloudEvent e, CaseDecided data) => Change(e, data, CaseAction.CLOSE, ExceptionChanged.Closed);

    public Rejection? Reopened(CloudEvent e, CaseDecided data) => Change(e, data, CaseAction.REOPEN, ExceptionChanged.Reopened);

    public Rejection? Assigned(CloudEvent e, CaseAssigned data) => Change(
        e, data.CaseId, CaseAction.ASSIGN, ExceptionChanged.Assigned, data.By, data.Note,
        found => data.Team is null && data.Assignee is null ? new(RejectionCodes.Invalid, "team or assignee must be given")
            : data.Team is { } wanted && !cases.PolicyOf(found).Teams.Any(team => team.Name == wanted)
                ? new(RejectionCodes.Invalid,
                    $"there is no team {wanted}; of case {found.CaseId} there are {string.Join(", ", cases.PolicyOf(found).Teams.Select(team => team.Name))}")
            : null,
        (found, _) => (found.Team, found.Assignee) =
            (data.Team ?? found.Team, data.Assignee ?? (data.Team is null || data.Team == found.Team ? found.Assignee : null)));

    public Rejection? Resolved(CloudEvent e, CaseResolved data) => Change(
        e, data.CaseId, CaseAction.RESOLVE, ExceptionChanged.Resolved, data.By, data.Note,
        found => cases.PolicyOf(found).RootCauses.Contains(data.RootCause) ? null : new(RejectionCodes.Invalid,
            $"there is no root cause {data.RootCause}; there are {string.Join(", ", cases.PolicyOf(found).RootCauses)}"),
        (found, at) => (found.RootCause, found.EndedAt) = (data.RootCause, at));

    public Rejection? Duplicated(CloudEvent e, CaseDuplicated data) => Change(
        e, data.CaseId, CaseAction.MARK_DUPLICATE, ExceptionChanged.Duplicated, data.By, data.Note,
        _ => data.DuplicateOf == data.CaseId ? new(RejectionCodes.Invalid, "a case is no duplicate of itself")
            : cases.Find(data.DuplicateOf) is not { } other ? Unknown(data.DuplicateOf)
            : other.Status == ExceptionStatus.DUPLICATE
                ? new(RejectionCodes.Invalid, $"case {other.CaseId} is a duplicate itself, of {other.DuplicateOf}")
            : null,
        (found, at) => (found.DuplicateOf, found.EndedAt) = (data.DuplicateOf, at));

    private Rejection? Change(CloudEvent e, CaseDecided data, CaseAction action, string type) => Change(
        e, data.CaseId, action, type, data.By, data.Note,
        found => action == CaseAction.REOPEN && cases.OpenLike(found) is { } open
            ? new(RejectionCodes.WrongState, $"case {open.CaseId} is open about the same") : null,
        (found, at) =>
        {
            if (action == CaseAction.CLOSE)
                found.ClosedAt = at;
            if (action == CaseAction.REOPEN)
                (found.RootCause, found.EndedAt, found.ClosedAt, found.DuplicateOf) = (null, null, null, null);
            if (action == CaseAction.START)
                found.Assignee ??= Identifier.IsValid(data.By) ? data.By : null;
        });

    private Rejection? Change(
        CloudEvent e, string caseId, CaseAction action, string type, string by, string? note, Func<ExceptionCase, Rejection?> refuse,
        Action<ExceptionCase, DateTimeOffset> change)
    {
        if (cases.Find(caseId) is not { } found || found.Subject != e.Subject)
            return Unknown(caseId);
        if (found.Team is null)
            return Unowned(found);
        if (CaseFlow.After(found.Status, action) is not { } after)
            return new(RejectionCodes.WrongState, CaseFlow.Refusal(found.CaseId, found.Status, action));
        if (refuse(found) is { } refused)
            return refused;
        var at = Instant.Later(found.ChangedAt, effectOf(e));
        cases.CatchUp(found, at);
        var calendar = cases.CalendarOf(found);
        found.Status = after;
        change(found, at);
        cases.Change(found, at, calendar, type, by, note);
        return null;
    }

    public static Rejection Unowned(ExceptionCase found) =>
        new(RejectionCodes.WrongState, $"case {found.CaseId} is from before cases had owners, and is to be given one within a minute");

    public static Rejection Unknown(string caseId) => new(RejectionCodes.UnknownCase, $"no case {caseId}") { Awaits = $"case/{caseId}" };
}
