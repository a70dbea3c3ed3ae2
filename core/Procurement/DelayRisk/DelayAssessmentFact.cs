using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.DelayRisk;

/// <summary>What was foretold of a purchase order line; each telling stays.</summary>
internal sealed class DelayAssessmentFact : Fact<DelayAssessmentFact.Row>
{
    public DelayAssessmentFact()
        : base("delay_assessments") =>
        On(PurchaseOrderDelayAssessed.Type, OperationJson.Default.PurchaseOrderDelayAssessed, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_delay_assessments", "by supplier, the lines of which a delay was foretold, with the latest probabilities",
            """
            SELECT o.supplier_id AS key, concat_ws(' ', count(*), sum(r.probability)::numeric(38,10))
            FROM delay_risks r JOIN purchase_orders o USING (purchase_order_id) GROUP BY o.supplier_id ORDER BY o.supplier_id COLLATE "C"
            """,
            """
            SELECT toString(supplier) AS key, concat(toString(count()), ' ', toDecimalString(sum(latest), 10))
            FROM (
                SELECT purchase_order_id, line, any(supplier_id) AS supplier, argMax(probability, (time, sequence)) AS latest
                FROM delay_assessments GROUP BY purchase_order_id, line)
            GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, PurchaseOrderDelayAssessed told)
    {
        [ClickHouseColumn(Name = "purchase_order_id")] public string PurchaseOrderId => told.PurchaseOrderId.Value;
        [ClickHouseColumn(Name = "line")] public uint Line => (uint)told.Line;
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => told.SupplierId.Value;
        [ClickHouseColumn(Name = "location")] public string Location => told.Location.Value;
        [ClickHouseColumn(Name = "sku")] public string Sku => told.Sku.Value;
        [ClickHouseColumn(Name = "model")] public string Model => told.Model;
        [ClickHouseColumn(Name = "model_version")] public string ModelVersion => told.ModelVersion;
        [ClickHouseColumn(Name = "moment")] public string Moment => told.Moment;
        [ClickHouseColumn(Name = "against")] public DateTimeOffset Against => told.Against;
        [ClickHouseColumn(Name = "probability")] public decimal Probability => told.Probability;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
