using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.Projection;

/// <summary>What was told of a sku at a location that runs out before its next receipt; each telling stays.</summary>
internal sealed class ProjectedOutFact : Fact<ProjectedOutFact.Row>
{
    public ProjectedOutFact()
        : base("projected_outs") =>
        On(StockProjectedOut.Type, OperationJson.Default.StockProjectedOut, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_projected_outs", "skus that run out before their next receipt, by location, and on which days",
            """
            SELECT location AS key, concat_ws(' ', count(*), sum(runs_out_on - date '1970-01-01'), count(next_receipt_on),
                coalesce(sum(next_receipt_on - date '1970-01-01'), 0))
            FROM projected_outs WHERE before_receipt GROUP BY location ORDER BY location COLLATE "C"
            """,
            """
            SELECT toString(location) AS key, concat(toString(count()), ' ', toString(sum(toInt64(toInt32(runs_out)))), ' ', toString(count(receipt)), ' ',
                toString(coalesce(sum(toInt64(toInt32(receipt))), 0)))
            FROM (
                SELECT location, sku, argMax(tuple(runs_out_on), sequence).1 AS runs_out, argMax(tuple(next_receipt_on), sequence).1 AS receipt
                FROM projected_outs GROUP BY location, sku)
            WHERE runs_out IS NOT NULL GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, StockProjectedOut told)
    {
        [ClickHouseColumn(Name = "sku")] public string Sku => told.Sku.Value;
        [ClickHouseColumn(Name = "location")] public string Location => told.Location.Value;
        [ClickHouseColumn(Name = "runs_out_on")] public DateOnly? RunsOutOn => told.RunsOutOn;
        [ClickHouseColumn(Name = "next_receipt_on")] public DateOnly? NextReceiptOn => told.NextReceiptOn;
        [ClickHouseColumn(Name = "units_short")] public long UnitsShort => told.UnitsShort;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
