using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Inventory;

/// <summary>One ledger row: units that went from one state to another; an empty state is outside the house.</summary>
internal sealed class StockChangeFact : Fact<StockChangeFact.Row>
{
    public StockChangeFact()
        : base("stock_changes") =>
        On(OperationEvents.StockChangedType, OperationJson.Default.StockChanged, static (operation, data) =>
            data.Changes.Select(change => new Row(operation, data.Cause, change)));

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_stock_changes", "ledger rows and units by movement",
            """
            SELECT concat_ws('>', coalesce(from_state::text, ''), coalesce(to_state::text, '')) AS key, concat_ws(' ', count(*), sum(quantity), sum(entry))
            FROM stock_ledger GROUP BY from_state, to_state ORDER BY key
            """,
            """
            SELECT concat(from_state, '>', to_state) AS key, concat(toString(count()), ' ', toString(sum(quantity)), ' ', toString(sum(entry)))
            FROM stock_changes GROUP BY key ORDER BY key
            """),
        new("facts_stock_positions", "units by location and state, from the rollup",
            """
            SELECT concat_ws(' ', location, state::text) AS key, sum(quantity)::text
            FROM stock_balances GROUP BY location, state HAVING sum(quantity) <> 0 ORDER BY key
            """,
            """
            SELECT concat(location, ' ', state) AS key, toString(sum(quantity)) FROM stock_positions GROUP BY key HAVING sum(quantity) <> 0 ORDER BY key
            """),
        new("facts_stock_flow", "movements by month, from the rollup",
            """
            SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') AS key, concat_ws(' ', count(*), sum(quantity)) FROM stock_ledger GROUP BY key ORDER BY key
            """,
            """
            SELECT formatDateTime(toDateTime64(day, 0, 'UTC'), '%Y-%m') AS key, concat(toString(sum(movements)), ' ', toString(sum(units)))
            FROM stock_flow_daily GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, string cause, OperationEvents.StockChanged.Change change)
    {
        [ClickHouseColumn(Name = "entry")] public ulong Entry => (ulong)change.Entry;
        [ClickHouseColumn(Name = "sku")] public string Sku => change.Sku.Value;
        [ClickHouseColumn(Name = "location")] public string Location => change.Location.Value;
        [ClickHouseColumn(Name = "lot")] public string Lot => change.Lot;
        [ClickHouseColumn(Name = "from_state")] public string From => change.From?.Word() ?? "";
        [ClickHouseColumn(Name = "to_state")] public string To => change.To?.Word() ?? "";
        [ClickHouseColumn(Name = "quantity")] public long Quantity => change.Quantity;
        [ClickHouseColumn(Name = "reason")] public string Reason => change.Reason;
        [ClickHouseColumn(Name = "cause")] public string Cause => cause;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
