using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Alerts;

/// <summary>One alert, as its latest operation reports it.</summary>
internal sealed class AlertFact : ReplacingFact<AlertFact.Row>
{
    public AlertFact()
        : base("alerts")
    {
        foreach (var type in AlertChanged.Types)
            On(type, OperationJson.Default.AlertChanged, static (operation, data) => [new Row(operation, data)]);
    }

    protected override string Key(Row row) => row.AlertId;

    protected override ulong Version(Row row) => row.Sequence;

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_alerts", "alerts by model and status, with their versions, findings, levels, money at risk and when they ended",
            """
            SELECT concat_ws(' ', model, status) AS key, concat_ws(' ', count(*), sum(version), sum(findings), sum(standing), sum(level),
                coalesce(sum(worth), 0)::numeric(38,4), coalesce(sum(floor(extract(epoch FROM ended_at))), 0)::bigint)
            FROM alerts GROUP BY model, status ORDER BY concat_ws(' ', model, status) COLLATE "C"
            """,
            """
            SELECT concat(model, ' ', status) AS key, concat(toString(count()), ' ', toString(sum(version)), ' ', toString(sum(findings)), ' ',
                toString(sum(standing)), ' ', toString(sum(level)), ' ', toDecimalString(coalesce(sum(money_at_risk), 0), 4), ' ',
                toString(coalesce(sum(toUnixTimestamp(ended_at)), 0)))
            FROM alerts FINAL GROUP BY model, status ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, AlertChanged data)
    {
        [ClickHouseColumn(Name = "alert_id")] public string AlertId => data.AlertId;
        [ClickHouseColumn(Name = "version")] public ulong Version => (ulong)data.Version;
        [ClickHouseColumn(Name = "status")] public string Status => data.AlertStatus;
        [ClickHouseColumn(Name = "kind")] public string Kind => data.Kind;
        [ClickHouseColumn(Name = "model")] public string Model => data.Model;
        [ClickHouseColumn(Name = "sku")] public string Sku => data.About.Sku ?? "";
        [ClickHouseColumn(Name = "channel")] public string Channel => data.About.Channel ?? "";
        [ClickHouseColumn(Name = "category")] public string Category => data.About.Category ?? "";
        [ClickHouseColumn(Name = "location")] public string Location => data.About.Location ?? "";
        [ClickHouseColumn(Name = "supplier")] public string Supplier => data.About.Supplier ?? "";
        [ClickHouseColumn(Name = "purchase_order")] public string PurchaseOrder => data.About.PurchaseOrder ?? "";
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)(data.About.Line ?? 0);
        [ClickHouseColumn(Name = "feed")] public string Feed => data.About.Feed ?? "";
        [ClickHouseColumn(Name = "pattern")] public string Pattern => data.Pattern;
        [ClickHouseColumn(Name = "detail")] public string Detail => data.Detail;
        [ClickHouseColumn(Name = "since")] public DateTimeOffset Since => data.Since;
        [ClickHouseColumn(Name = "score")] public double Score => (double)data.Score;
        [ClickHouseColumn(Name = "money_at_risk")] public decimal? MoneyAtRisk => data.MoneyAtRisk;
        [ClickHouseColumn(Name = "currency")] public string Currency => data.Currency;
        [ClickHouseColumn(Name = "findings")] public ulong Findings => (ulong)data.Findings;
        [ClickHouseColumn(Name = "standing")] public ulong Standing => (ulong)data.Standing;
        [ClickHouseColumn(Name = "raised_at")] public DateTimeOffset RaisedAt => data.RaisedAt;
        [ClickHouseColumn(Name = "team")] public string Team => data.Team;
        [ClickHouseColumn(Name = "severity")] public string Severity => data.Severity;
        [ClickHouseColumn(Name = "assignee")] public string Assignee => data.Assignee ?? "";
        [ClickHouseColumn(Name = "due_at")] public DateTimeOffset? DueAt => data.DueAt;
        [ClickHouseColumn(Name = "level")] public uint Level => (uint)data.Level;
        [ClickHouseColumn(Name = "acknowledged_at")] public DateTimeOffset? AcknowledgedAt => data.AcknowledgedAt;
        [ClickHouseColumn(Name = "decided_at")] public DateTimeOffset? DecidedAt => data.DecidedAt;
        [ClickHouseColumn(Name = "action")] public string Action => data.Action ?? "";
        [ClickHouseColumn(Name = "reference")] public string Reference => data.Reference ?? "";
        [ClickHouseColumn(Name = "dismissed_as")] public string DismissedAs => data.DismissedAs ?? "";
        [ClickHouseColumn(Name = "ended_at")] public DateTimeOffset? EndedAt => data.EndedAt;
        [ClickHouseColumn(Name = "closed_at")] public DateTimeOffset? ClosedAt => data.ClosedAt;
        [ClickHouseColumn(Name = "closed_as")] public string ClosedAs => data.ClosedAs ?? "";
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
