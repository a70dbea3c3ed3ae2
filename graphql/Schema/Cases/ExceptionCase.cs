using System.Globalization;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Cases;

[GraphQLObject("ExceptionCase")]
internal sealed record ExceptionCase(
    string CaseId, string Status, string Category, string Subject, string? LocationId, decimal? Risk, string Detail, DateTime DetectedAt, long Version,
    string? Team, string? Severity, string? Assignee, long Reports, int Level, DateTime? DueAt, bool Overdue, string? RootCause, DateTime? EndedAt,
    DateTime? ClosedAt, string? DuplicateOf)
{
    public const string NodeType = "ExceptionCase";

    public string Id => NodeId.Of(NodeType, CaseId);

    public static readonly RowList<ExceptionCase> Rows = new(
        $"""
        c.case_id, c.status, c.category, c.subject, c.location AS location_id, c.money_at_risk AS risk, c.detail, c.detected_at, c.version,
        c.owner_team AS team, c.severity, c.assignee, c.reports, c.level, c.due_at, {ExceptionCaseStore.OverdueSql} AS overdue, c.root_cause, c.ended_at,
        c.closed_at, c.duplicate_of
        """, "exception_cases c");

    private static readonly SortColumn Unique = new("c.case_id", "text");

    public static readonly IReadOnlyDictionary<ExceptionCaseSort, Sort<ExceptionCase>> Sorts = new Dictionary<ExceptionCaseSort, Sort<ExceptionCase>>
    {
        [ExceptionCaseSort.DetectedAt] = new(
            "detected", [new("c.detected_at", "timestamptz"), Unique], each => [each.DetectedAt.ToString("O", CultureInfo.InvariantCulture), each.CaseId]),
        [ExceptionCaseSort.MoneyAtRisk] = new(
            "money", [new(ExceptionCaseStore.MoneySql, "numeric"), Unique],
            each => [(each.Risk ?? 0).ToString(CultureInfo.InvariantCulture), each.CaseId]),
    };
}

internal enum ExceptionCaseSort
{
    DetectedAt,
    MoneyAtRisk,
}

[GraphQLObject("ExceptionCaseEntry")]
internal sealed record ExceptionCaseEntry(
    string CaseId, long Version, string Kind, DateTime At, string Status, string? Team, string? Assignee, int Level, string? Detail, string? RootCause,
    string? By, string? Note, string? Remedy, string? Target);

[GraphQLObject("ExceptionCaseCount")]
internal sealed record ExceptionCaseCount(string Status, string Category, long Count, DateTime OldestAt);

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record ExceptionCaseFilter(
    bool? Open, string[]? Statuses, string[]? Categories, string[]? Locations, string[]? Subjects, decimal? MoneyFrom, DateTime? DetectedFrom,
    DateTime? DetectedBefore, string[]? Teams, string[]? Assignees, string[]? Severities, bool? Overdue, int? LevelFrom);
