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

/// <summary>One thing a person should look at.</summary>
internal sealed class ExceptionCase : Row
{
    public static readonly Table<ExceptionCase> Table = new Table<ExceptionCase>("exception_cases")
        .Key(opened => opened.CaseId)
        .Column(opened => opened.Category).Column(opened => opened.Subject).Column(opened => opened.Location).Column(opened => opened.Detail)
        .Column(opened => opened.MoneyAtRisk).Column(opened => opened.DetectedAt).Column(opened => opened.Status);

    public required string CaseId { get; init; }
    public required string Category { get; init; }

    /// <summary>Id of what it is about.</summary>
    public required string Subject { get; init; }
    public LocationId? Location { get; init; }
    public required string Detail { get; init; }

    /// <summary>In the currency of what it is about; null where it cannot be told.</summary>
    public decimal? MoneyAtRisk { get; init; }
    public required DateTimeOffset DetectedAt { get; init; }
    public ExceptionStatus Status { get; set; }
}
