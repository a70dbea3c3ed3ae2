namespace EcomIntel.Core.ExceptionCases;

/// <summary>What people do with a case.</summary>
internal enum CaseAction
{
    /// <summary>Somebody has looked at it.</summary>
    ACKNOWLEDGE,

    /// <summary>To a team, a person, or both.</summary>
    ASSIGN,
    START,

    /// <summary>For somebody outside: its clock stands still meanwhile.</summary>
    WAIT,

    /// <summary>With a root cause.</summary>
    RESOLVE,
    CLOSE,
    REOPEN,
    MARK_DUPLICATE,

    /// <summary>By the hub alone: what it was about is over by itself, and nobody has looked at it.</summary>
    SETTLE,
}

/// <summary>What may be done with a case of each status, and what it is then.</summary>
internal static class CaseFlow
{
    private static readonly Dictionary<(ExceptionStatus, CaseAction), ExceptionStatus> Steps = new()
    {
        [(ExceptionStatus.DETECTED, CaseAction.ACKNOWLEDGE)] = ExceptionStatus.TRIAGED,
        [(ExceptionStatus.DETECTED, CaseAction.ASSIGN)] = ExceptionStatus.ASSIGNED,
        [(ExceptionStatus.DETECTED, CaseAction.MARK_DUPLICATE)] = ExceptionStatus.DUPLICATE,
        [(ExceptionStatus.DETECTED, CaseAction.SETTLE)] = ExceptionStatus.RESOLVED,

        [(ExceptionStatus.TRIAGED, CaseAction.ASSIGN)] = ExceptionStatus.ASSIGNED,
        [(ExceptionStatus.TRIAGED, CaseAction.START)] = ExceptionStatus.IN_PROGRESS,
        [(ExceptionStatus.TRIAGED, CaseAction.RESOLVE)] = ExceptionStatus.RESOLVED,
        [(ExceptionStatus.TRIAGED, CaseAction.MARK_DUPLICATE)] = ExceptionStatus.DUPLICATE,

        [(ExceptionStatus.ASSIGNED, CaseAction.ASSIGN)] = ExceptionStatus.ASSIGNED,
        [(ExceptionStatus.ASSIGNED, CaseAction.START)] = ExceptionStatus.IN_PROGRESS,
        [(ExceptionStatus.ASSIGNED, CaseAction.RESOLVE)] = ExceptionStatus.RESOLVED,
        [(ExceptionStatus.ASSIGNED, CaseAction.MARK_DUPLICATE)] = ExceptionStatus.DUPLICATE,

        [(ExceptionStatus.IN_PROGRESS, CaseAction.ASSIGN)] = ExceptionStatus.ASSIGNED,
        [(ExceptionStatus.IN_PROGRESS, CaseAction.WAIT)] = ExceptionStatus.WAITING_EXTERNAL,
        [(ExceptionStatus.IN_PROGRESS, CaseAction.RESOLVE)] = ExceptionStatus.RESOLVED,
        [(ExceptionStatus.IN_PROGRESS, CaseAction.MARK_DUPLICATE)] = ExceptionStatus.DUPLICATE,

        [(ExceptionStatus.WAITING_EXTERNAL, CaseAction.ASSIGN)] = ExceptionStatus.ASSIGNED,
        [(ExceptionStatus.WAITING_EXTERNAL, CaseAction.START)] = ExceptionStatus.IN_PROGRESS,
        [(ExceptionStatus.WAITING_EXTERNAL, CaseAction.RESOLVE)] = ExceptionStatus.RESOLVED,
        [(ExceptionStatus.WAITING_EXTERNAL, CaseAction.MARK_DUPLICATE)] = ExceptionStatus.DUPLICATE,

        [(ExceptionStatus.RESOLVED, CaseAction.CLOSE)] = ExceptionStatus.CLOSED,
        [(ExceptionStatus.RESOLVED, CaseAction.REOPEN)] = ExceptionStatus.REOPENED,

        [(ExceptionStatus.CLOSED, CaseAction.REOPEN)] = ExceptionStatus.REOPENED,

        [(ExceptionStatus.REOPENED, CaseAction.ACKNOWLEDGE)] = ExceptionStatus.TRIAGED,
        [(ExceptionStatus.REOPENED, CaseAction.ASSIGN)] = ExceptionStatus.ASSIGNED,
        [(ExceptionStatus.REOPENED, CaseAction.START)] = ExceptionStatus.IN_PROGRESS,
        [(ExceptionStatus.REOPENED, CaseAction.MARK_DUPLICATE)] = ExceptionStatus.DUPLICATE,

        [(ExceptionStatus.DUPLICATE, CaseAction.REOPEN)] = ExceptionStatus.REOPENED,
    };

    /// <returns>Null where it may not be done.</returns>
    public static ExceptionStatus? After(ExceptionStatus status, CaseAction action) => Steps.TryGetValue((status, action), out var after) ? after : null;

    /// <summary>Why an action is refused, in one line.</summary>
    public static string Refusal(string caseId, ExceptionStatus status, CaseAction action)
    {
        var may = Enum.GetValues<CaseAction>().Where(each => each != CaseAction.SETTLE && After(status, each) is not null).Select(Word);
        return $"case {caseId} is {status}: it cannot be {Done(action)}; what can be done is {string.Join(", ", may)}";
    }

    /// <summary>Neither resolved nor closed nor a duplicate.</summary>
    public static bool IsOpen(ExceptionStatus status) => status is not (ExceptionStatus.RESOLVED or ExceptionStatus.CLOSED or ExceptionStatus.DUPLICATE);

    /// <summary>Its clock runs: it is open, and nobody outside is waited for.</summary>
    public static bool Runs(ExceptionStatus status) => IsOpen(status) && status != ExceptionStatus.WAITING_EXTERNAL;

    private static string Word(CaseAction action) => action.ToString().ToLowerInvariant().Replace('_', ' ');

    private static string Done(CaseAction action) => action switch
    {
        CaseAction.ACKNOWLEDGE => "acknowledged",
        CaseAction.ASSIGN => "assigned",
        CaseAction.START => "started",
        CaseAction.WAIT => "set waiting",
        CaseAction.RESOLVE => "resolved",
        CaseAction.CLOSE => "closed",
        CaseAction.REOPEN => "reopened",
        _ => "marked as a duplicate",
    };
}
