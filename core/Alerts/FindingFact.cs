using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Alerts;

/// <summary>One finding, as it was when it was last decided what becomes of it.</summary>
internal sealed class FindingFact : ReplacingFact<FindingFact.Row>
{
    public FindingFact()
        : base("findings")
    {
        On(FindingDecided.Type, OperationJson.Default.FindingDecided, static (operation, data) => [new Row(operation, data)]);
    }

    protected override string Key(Row row) => row.FindingId;

    protected override ulong Version(Row row) => row.Sequence;

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_findings", "findings by model and what became of them, and why they are held back",
            """
            SELECT concat_ws(' ', model, outcome, held_for, CASE WHEN alert_id IS NOT NULL THEN 'in an alert' END) AS key, count(*)::text
            FROM findings WHERE outcome IS NOT NULL GROUP BY key
            ORDER BY concat_ws(' ', model, outcome, held_for, CASE WHEN alert_id IS NOT NULL THEN 'in an alert' END) COLLATE "C"
            """,
            """
            SELECT concat(model, ' ', outcome, if(held_for = '', '', concat(' ', held_for)), if(alert_id = '', '', ' in an alert')) AS key,
                toString(count())
            FROM findings FINAL GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, FindingDecided data)
    {
        [ClickHouseColumn(Name = "finding_id")] public string FindingId => data.FindingId;
        [ClickHouseColumn(Name = "kind")] public string Kind => data.Kind;
        [ClickHouseColumn(Name = "model")] public string Model => data.Model;
        [ClickHouseColumn(Name = "model_version")] public string ModelVersion => data.ModelVersion;
        [ClickHouseColumn(Name = "sku")] public string Sku => data.About.Sku ?? "";
        [ClickHouseColumn(Name = "channel")] public string Channel => data.About.Channel ?? "";
        [ClickHouseColumn(Name = "category")] public string Category => data.About.Category ?? "";
        [ClickHouseColumn(Name = "location")] public string Location => data.About.Location ?? "";
        [ClickHouseColumn(Name = "supplier")] public string Supplier => data.About.Supplier ?? "";
        [ClickHouseColumn(Name = "purchase_order")] public string PurchaseOrder => data.About.PurchaseOrder ?? "";
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)(data.About.Line ?? 0);
        [ClickHouseColumn(Name = "feed")] public string Feed => data.About.Feed ?? "";
        [ClickHouseColumn(Name = "pattern")] public string Pattern => data.Pattern;
        [ClickHouseColumn(Name = "since")] public DateTimeOffset Since => data.Since;
        [ClickHouseColumn(Name = "score")] public double Score => (double)data.Score;
        [ClickHouseColumn(Name = "money_at_risk")] public decimal? MoneyAtRisk => data.MoneyAtRisk;
        [ClickHouseColumn(Name = "raised_at")] public DateTimeOffset RaisedAt => data.RaisedAt;
        [ClickHouseColumn(Name = "outcome")] public string Outcome => data.Outcome;
        [ClickHouseColumn(Name = "held_for")] public string HeldFor => data.HeldFor ?? "";
        [ClickHouseColumn(Name = "alert_id")] public string AlertId => data.AlertId ?? "";
        [ClickHouseColumn(Name = "part_of")] public string PartOf => data.PartOf ?? "";
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
