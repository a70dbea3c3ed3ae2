namespace EcomIntel.Core.Events;

/// <summary>The operations about an alert, each with the alert as it stands after it; the type says what was done.</summary>
/// <param name="AlertId">That of the finding for which it was raised.</param>
/// <param name="Version">1 when raised, one more with each operation.</param>
/// <param name="AlertStatus">As <c>RAISED</c>.</param>
/// <param name="Kind">As <c>demand_anomaly</c>.</param>
/// <param name="Model">Of the finding for which it was raised.</param>
/// <param name="Detail">As last told, as are pattern, since and score.</param>
/// <param name="MoneyAtRisk">In <paramref name="Currency"/>, the base currency; null where it cannot be told.</param>
/// <param name="Findings">How many it has.</param>
/// <param name="Standing">Those of them that were not cleared.</param>
/// <param name="Hours">Of the team's work, within which it is to be acknowledged.</param>
/// <param name="DueAt">When they are over; null where it was acknowledged before.</param>
/// <param name="Level">How often it was escalated.</param>
/// <param name="Action">What was done: as <c>purchase_order</c>, with its id in <paramref name="Reference"/>.</param>
/// <param name="DismissedAs">As <c>false</c>.</param>
/// <param name="EndedAt">When it was actioned, dismissed, or closed without either; null while a person is to decide about it.</param>
/// <param name="ClosedAs"><c>cleared</c>, <c>settled</c> or <c>by_person</c>.</param>
/// <param name="By">Who did it.</param>
public sealed record AlertChanged(
    string AlertId, long Version, string AlertStatus, string Kind, string Model, FindingAbout About, string Pattern, string Detail, DateTimeOffset Since,
    decimal Score, decimal? MoneyAtRisk, string Currency, int Findings, int Standing, DateTimeOffset? ClearedAt, DateTimeOffset RaisedAt, string Team,
    string Severity, string? Assignee, decimal Hours, DateTimeOffset? DueAt, int Level, DateTimeOffset? AcknowledgedAt, DateTimeOffset? DecidedAt,
    string? Action, string? Reference, string? DismissedAs, DateTimeOffset? EndedAt, DateTimeOffset? ClosedAt, string? ClosedAs, string? By, string? Note)
{
    /// <summary>What all types of these operations begin with.</summary>
    public const string Prefix = "alert.";

    public const string Raised = "alert.raised";

    /// <summary>What is known of it has changed: it was told anew, another finding was folded into it, one was cleared.</summary>
    public const string Updated = "alert.updated";
    public const string Escalated = "alert.escalated";
    public const string Acknowledged = "alert.acknowledged";
    public const string Actioned = "alert.actioned";
    public const string Dismissed = "alert.dismissed";
    public const string Closed = "alert.closed";

    public static IReadOnlyList<string> Types { get; } = [Raised, Updated, Escalated, Acknowledged, Actioned, Dismissed, Closed];
}

/// <summary>What became of a finding.</summary>
/// <param name="Outcome">
/// <c>RAISED</c>: an alert was raised for it; <c>FOLDED</c>: it is part of another's; <c>HELD</c> back, and <paramref name="HeldFor"/> says why.
/// </param>
/// <param name="AlertId">The alert it is in.</param>
/// <param name="MoneyAtRisk">In the base currency; null where it cannot be told.</param>
public sealed record FindingDecided(
    string FindingId, string Kind, string Model, string ModelVersion, FindingAbout About, string Pattern, DateTimeOffset Since, decimal Score,
    decimal? MoneyAtRisk, DateTimeOffset RaisedAt, string Outcome, string? HeldFor, string? AlertId, string? PartOf)
{
    public const string Type = "finding.decided";
}

/// <summary>The series that a finding rests on, as a model told it. Told with each telling that has one, whatever becomes of the finding.</summary>
/// <param name="Series">In the order of time.</param>
public sealed record FindingTold(string FindingId, string Kind, string Model, IReadOnlyList<FindingPoint> Series)
{
    public const string Type = "finding.told";
}
