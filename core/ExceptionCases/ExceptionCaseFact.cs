using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>One case, as its latest operation reports it.</summary>
internal sealed class ExceptionCaseFact : ReplacingFact<ExceptionCaseFact.Row>
{
    public ExceptionCaseFact()
        : base("exception_cases")
    {
        foreach (var type in ExceptionChanged.Types)
            On(type, OperationJson.Default.ExceptionChanged, static (operation, data) => [new Row(operation, data)]);
    }

    protected override string Key(Row row) => row.CaseId;

    protected override ulong Version(Row row) => row.Sequence;

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_cases", "exception cases by category and location",
            """
            SELECT concat_ws(' ', category, coalesce(location, '')) AS key, count(*)::text
            FROM exception_cases GROUP BY key ORDER BY concat_ws(' ', category, coalesce(location, '')) COLLATE "C"
            """,
            """
            SELECT concat(category, ' ', location) AS key, toString(count()) FROM exception_cases FINAL GROUP BY key ORDER BY key
            """),
        new("facts_case_money", "money at risk of exception cases by category",
            """
            SELECT category AS key, sum(money_at_risk)::numeric(38,4)::text FROM exception_cases WHERE money_at_risk IS NOT NULL
            GROUP BY key ORDER BY category COLLATE "C"
            """,
            """
            SELECT category AS key, toDecimalString(sum(money_at_risk), 4) FROM exception_cases FINAL WHERE money_at_risk IS NOT NULL
            GROUP BY key ORDER BY key
            """),
        new("facts_case_work", "exception cases by team and status, with their versions, reports, levels, when they are due and when they ended",
            """
            SELECT concat_ws(' ', coalesce(owner_team, ''), status) AS key, concat_ws(' ', count(*), sum(version), sum(reports), sum(level),
                coalesce(sum(floor(extract(epoch FROM due_at))), 0)::bigint, coalesce(sum(floor(extract(epoch FROM ended_at))), 0)::bigint)
            FROM exception_cases GROUP BY owner_team, status ORDER BY concat_ws(' ', coalesce(owner_team, ''), status) COLLATE "C"
            """,
            """
            SELECT concat(team, ' ', status) AS key, concat(toString(count()), ' ', toString(sum(version)), ' ', toString(sum(reports)), ' ',
                toString(sum(level)), ' ', toString(coalesce(sum(toUnixTimestamp(due_at)), 0)), ' ', toString(coalesce(sum(toUnixTimestamp(ended_at)), 0)))
            FROM exception_cases FINAL GROUP BY team, status ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, ExceptionChanged data)
    {
        [ClickHouseColumn(Name = "case_id")] public string CaseId => data.CaseId;
        [ClickHouseColumn(Name = "version")] public ulong Version => (ulong)data.Version;
        [ClickHouseColumn(Name = "status")] public string Status => data.CaseStatus;
        [ClickHouseColumn(Name = "category")] public string Category => data.Category;
        [ClickHouseColumn(Name = "subject")] public string Subject => data.Subject;
        [ClickHouseColumn(Name = "location")] public string Location => data.Location?.Value ?? "";
        [ClickHouseColumn(Name = "money_at_risk")] public decimal? MoneyAtRisk => data.MoneyAtRisk;
        [ClickHouseColumn(Name = "detail")] public string Detail => data.Detail;
        [ClickHouseColumn(Name = "team")] public string Team => data.Team ?? "";
        [ClickHouseColumn(Name = "assignee")] public string Assignee => data.Assignee ?? "";
        [ClickHouseColumn(Name = "severity")] public string Severity => data.Severity ?? "";
        [ClickHouseColumn(Name = "reports")] public ulong Reports => (ulong)data.Reports;
        [ClickHouseColumn(Name = "level")] public uint Level => (uint)data.Level;
        [ClickHouseColumn(Name = "hours")] public decimal? Hours => data.Hours;
        [ClickHouseColumn(Name = "worked_hours")] public decimal? WorkedHours => data.WorkedHours;
        [ClickHouseColumn(Name = "past_due")] public bool PastDue => data.PastDue;
        [ClickHouseColumn(Name = "due_at")] public DateTimeOffset? DueAt => data.DueAt;
        [ClickHouseColumn(Name = "root_cause")] public string RootCause => data.RootCause ?? "";
        [ClickHouseColumn(Name = "detected_at")] public DateTimeOffset DetectedAt => data.DetectedAt ?? operation.Time;
        [ClickHouseColumn(Name = "ended_at")] public DateTimeOffset? EndedAt => data.EndedAt;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
