using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>Frozen: stored by name.</summary>
internal enum ExceptionStatus
{
    DETECTED,
    TRIAGED,
    ASSIGNED,
    IN_PROGRESS,
    WAITING_EXTERNAL,
    RESOLVED,
    CLOSED,
    REOPENED,
    DUPLICATE,
}

/// <summary>One thing a person should look at: whose it is, how long it may take, and how far it has come.</summary>
internal sealed class ExceptionCase : Clocked
{
    public static readonly Table<ExceptionCase> Table = new Table<ExceptionCase>("exception_cases")
        .Key(each => each.CaseId)
        .Column(each => each.Version).Column(each => each.Category).Column(each => each.Subject).Column(each => each.Location)
        .Column(each => each.Detail).Column(each => each.MoneyAtRisk).Column(each => each.DetectedAt).Column(each => each.Status)
        .Column(each => each.Reports).Column(each => each.ReportedAt).Column(each => each.Team, "owner_team").Column(each => each.Assignee)
        .Column(each => each.Severity).Column(each => each.PolicyVersion).Column(each => each.Allowed).Column(each => each.Spent)
        .Column(each => each.ClockFrom).Column(each => each.DueAt).Column(each => each.Level).Column(each => each.NextAt)
        .Column(each => each.RootCause).Column(each => each.EndedAt).Column(each => each.ClosedAt).Column(each => each.DuplicateOf)
        .Column(each => each.ChangedAt);

    public required string CaseId { get; init; }

    /// <summary>1 when opened, one more with each operation about it.</summary>
    public long Version { get; set; }
    public required string Category { get; init; }

    /// <summary>Id of what it is about.</summary>
    public required string Subject { get; init; }
    public LocationId? Location { get; init; }

    /// <summary>As last reported.</summary>
    public required string Detail { get; set; }

    /// <summary>In the currency of what it is about; null where it cannot be told.</summary>
    public decimal? MoneyAtRisk { get; set => field = PlainAmount.Of(value); }
    public required DateTimeOffset DetectedAt { get; init; }
    public ExceptionStatus Status { get; set; }

    /// <summary>How often it was reported.</summary>
    public long Reports { get; set; } = 1;

    /// <summary>Time of the latest report.</summary>
    public DateTimeOffset? ReportedAt { get; set; }

    public string? Assignee { get; set; }
    public CaseSeverity? Severity { get; set; }

    /// <summary>Null while it is open, and of a duplicate.</summary>
    public string? RootCause { get; set; }

    /// <summary>When it was resolved, or found to be a duplicate; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? DuplicateOf { get; set; }

    /// <summary>When its status, team or level last changed: nothing is done to it before that.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    public bool IsOpen => CaseFlow.IsOpen(Status);

    /// <summary>What is reported about the same while it is open folds into it.</summary>
    public (string Category, string Subject, LocationId? Location) About => (Category, Subject, Location);
}

/// <summary>A case's id, in the order of its letters.</summary>
internal readonly record struct CaseKey(string CaseId) : IComparable<CaseKey>
{
    public int CompareTo(CaseKey other) => string.CompareOrdinal(CaseId, other.CaseId);
}

/// <summary>One thing that happened to a case: it was reported, or something was done with it. Never changed.</summary>
internal sealed class CaseEntry : Row
{
    public static readonly Table<CaseEntry> Table = new Table<CaseEntry>("exception_case_entries")
        .Key(entry => entry.CaseId).Key(entry => entry.Version)
        .Column(entry => entry.Kind).Column(entry => entry.At).Column(entry => entry.Status).Column(entry => entry.Team, "owner_team")
        .Column(entry => entry.Assignee).Column(entry => entry.Level).Column(entry => entry.Detail).Column(entry => entry.MoneyAtRisk)
        .Column(entry => entry.RootCause).Column(entry => entry.By, "done_by").Column(entry => entry.Note)
        .Column(entry => entry.Remedy).Column(entry => entry.Target);

    public required string CaseId { get; init; }

    /// <summary>Of the case after it.</summary>
    public required long Version { get; init; }

    /// <summary>As the operation's type, without its beginning.</summary>
    public required string Kind { get; init; }

    /// <summary>Of a report: time of what caused it. Otherwise when it was done.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Of the case after it, as are team, assignee and level.</summary>
    public required ExceptionStatus Status { get; init; }
    public string? Team { get; init; }
    public string? Assignee { get; init; }
    public int Level { get; init; }

    /// <summary>What was reported; null where nothing was.</summary>
    public string? Detail { get; init; }

    /// <summary>As the report says, in the currency of what it is about; null where it cannot be told, or nothing was reported.</summary>
    public decimal? MoneyAtRisk { get; init; }
    public string? RootCause { get; init; }

    /// <summary>A person or a program; null for the hub itself.</summary>
    public string? By { get; init; }
    public string? Note { get; init; }

    /// <summary>What was done about what it tells, as <c>release_hold</c>; null of any other entry.</summary>
    public string? Remedy { get; init; }

    /// <summary>Id of what that was done to.</summary>
    public string? Target { get; init; }
}
