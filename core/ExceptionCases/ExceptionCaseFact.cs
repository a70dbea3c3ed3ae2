using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>One case, as its latest operation reports it.</summary>
internal sealed class ExceptionCaseFact : ReplacingFact<ExceptionCaseFact.Row>
{
    public ExceptionCaseFact()
        : base("exception_cases") =>
        On(OperationEvents.ExceptionOpenedType, OperationJson.Default.ExceptionOpened, static (operation, data) => [new Row(operation, data)]);

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
    ];

    internal sealed class Row(Operation operation, OperationEvents.ExceptionOpened opened)
    {
        [ClickHouseColumn(Name = "case_id")] public string CaseId => opened.CaseId;
        [ClickHouseColumn(Name = "category")] public string Category => opened.Category;
        [ClickHouseColumn(Name = "subject")] public string Subject => opened.Subject;
        [ClickHouseColumn(Name = "location")] public string Location => opened.Location?.Value ?? "";
        [ClickHouseColumn(Name = "money_at_risk")] public decimal? MoneyAtRisk => opened.MoneyAtRisk;
        [ClickHouseColumn(Name = "detail")] public string Detail => opened.Detail;
        [ClickHouseColumn(Name = "detected_at")] public DateTimeOffset DetectedAt => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
