namespace EcomIntel.Core.Alerts;

/// <summary>Frozen: stored by name.</summary>
internal enum AlertStatus
{
    RAISED,
    ACKNOWLEDGED,
    ACTIONED,
    DISMISSED,
    CLOSED,
}

/// <summary>What is done with an alert: by people, and the last by the hub.</summary>
internal enum AlertAction
{
    /// <summary>Somebody has seen it: it is escalated no more.</summary>
    ACKNOWLEDGE,

    /// <summary>Something was done about it.</summary>
    ACTION,

    /// <summary>Nothing is to be done about it.</summary>
    DISMISS,
    CLOSE,

    /// <summary>What it was about is over, or long decided.</summary>
    SETTLE,
}

/// <summary>What may be done with an alert of each status, and what it is then.</summary>
internal static class AlertFlow
{
    private static readonly Dictionary<(AlertStatus, AlertAction), AlertStatus> Steps = new()
    {
        [(AlertStatus.RAISED, AlertAction.ACKNOWLEDGE)] = AlertStatus.ACKNOWLEDGED,
        [(AlertStatus.RAISED, AlertAction.SETTLE)] = AlertStatus.CLOSED,

        [(AlertStatus.ACKNOWLEDGED, AlertAction.ACTION)] = AlertStatus.ACTIONED,
        [(AlertStatus.ACKNOWLEDGED, AlertAction.DISMISS)] = AlertStatus.DISMISSED,

        [(AlertStatus.ACTIONED, AlertAction.CLOSE)] = AlertStatus.CLOSED,
        [(AlertStatus.ACTIONED, AlertAction.SETTLE)] = AlertStatus.CLOSED,

        [(AlertStatus.DISMISSED, AlertAction.CLOSE)] = AlertStatus.CLOSED,
        [(AlertStatus.DISMISSED, AlertAction.SETTLE)] = AlertStatus.CLOSED,
    };

    /// <returns>Null where it may not be done.</returns>
    public static AlertStatus? After(AlertStatus status, AlertAction action) => Steps.TryGetValue((status, action), out var after) ? after : null;

    /// <summary>Why an action of a person is refused, in one line.</summary>
    public static string Refusal(string alertId, AlertStatus status, AlertAction action)
    {
        var may = Enum.GetValues<AlertAction>().Where(each => each != AlertAction.SETTLE && After(status, each) is not null).Select(Word).ToList();
        return $"alert {alertId} is {status}: it cannot be {Done(action)}; what can be done is {(may.Count == 0 ? "nothing" : string.Join(", ", may))}";
    }

    /// <summary>A person is to decide about it.</summary>
    public static bool IsOpen(AlertStatus status) => status is AlertStatus.RAISED or AlertStatus.ACKNOWLEDGED;

    private static string Word(AlertAction action) => action switch
    {
        AlertAction.ACTION => "say what was done",
        _ => action.ToString().ToLowerInvariant(),
    };

    private static string Done(AlertAction action) => action switch
    {
        AlertAction.ACKNOWLEDGE => "acknowledged",
        AlertAction.ACTION => "actioned",
        AlertAction.DISMISS => "dismissed",
        AlertAction.CLOSE => "closed",
        _ => "settled",
    };
}
