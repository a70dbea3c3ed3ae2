namespace EcomIntel.Core.Events;

/// <summary>The operations about an exception case, each with the case as it stands after it; the type says what was done.</summary>
/// <param name="Category">For example <c>inventory.negative</c>.</param>
/// <param name="Subject">Id of what it is about.</param>
/// <param name="MoneyAtRisk">In the currency of what it is about; null where it cannot be told.</param>
/// <param name="Detail">As last reported.</param>
/// <param name="Version">1 when opened, one more with each operation.</param>
/// <param name="CaseStatus">As <c>DETECTED</c>.</param>
/// <param name="Hours">Of the team's work, within which it is to be resolved.</param>
/// <param name="DueAt">When they are over; null while somebody outside is waited for, and where it was resolved before.</param>
/// <param name="Level">How often it was escalated.</param>
/// <param name="Reports">How often it was reported while it was open.</param>
/// <param name="EndedAt">When it was resolved, or found to be a duplicate; null while it is open.</param>
/// <param name="WorkedHours">Of the team, until it ended, with four decimals; null while it is open.</param>
/// <param name="By">Who did it.</param>
/// <param name="Remedy">Of <c>exception.acted</c>: what was done, as <c>release_hold</c>.</param>
/// <param name="Target">Id of what it was done to.</param>
public sealed record ExceptionChanged(
    string CaseId, string Category, string Subject, LocationId? Location, decimal? MoneyAtRisk, string Detail, long Version = 1,
    string CaseStatus = "DETECTED", DateTimeOffset? DetectedAt = null, string? Team = null, string? Severity = null, string? Assignee = null,
    decimal? Hours = null, DateTimeOffset? DueAt = null, int Level = 0, long Reports = 1, string? RootCause = null, DateTimeOffset? EndedAt = null,
    decimal? WorkedHours = null, bool PastDue = false, string? DuplicateOf = null, string? By = null, string? Note = null,
    string? Remedy = null, string? Target = null)
{
    /// <summary>What all types of these operations begin with.</summary>
    public const string Prefix = "exception.";

    public const string Opened = "exception.opened";

    /// <summary>The same was reported again.</summary>
    public const string Repeated = "exception.repeated";

    /// <summary>One from before there were owners and clocks has them.</summary>
    public const string Adopted = "exception.adopted";
    public const string Escalated = "exception.escalated";
    public const string Acknowledged = "exception.acknowledged";
    public const string Assigned = "exception.assigned";
    public const string Started = "exception.started";
    public const string Waiting = "exception.waiting";
    public const string Resolved = "exception.resolved";
    public const string Closed = "exception.closed";
    public const string Reopened = "exception.reopened";
    public const string Duplicated = "exception.duplicated";

    /// <summary>Something was done about what it tells: see <c>remedy</c>.</summary>
    public const string Acted = "exception.acted";

    public static IReadOnlyList<string> Types { get; } =
    [
        Opened, Repeated, Adopted, Escalated, Acknowledged, Assigned, Started, Waiting, Resolved, Closed, Reopened, Duplicated, Acted,
    ];
}
