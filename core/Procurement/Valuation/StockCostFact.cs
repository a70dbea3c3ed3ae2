using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.Valuation;

/// <summary>What came into stock, left it or was booked to it, at cost. Sums of quantity and cost are what is on hand.</summary>
internal sealed class StockCostFact : Fact<StockCostFact.Row>
{
    public StockCostFact()
        : base("stock_cost_facts") =>
        On(StockValued.Type, OperationJson.Default.StockValued, static (operation, valued) =>
        [
            .. valued.In.Select(part => new Row(operation, valued, "in", part.Source)
            {
                Entry = (ulong)part.Entry, At = part.At, Location = part.Location.Value, Quantity = part.Quantity, Cost = part.Cost,
                ReceiptId = part.ReceiptId?.Value ?? "", SupplierId = part.SupplierId?.Value ?? "", Variance = part.Variance, StandardCost = part.StandardCost,
            }),
            .. valued.Out.Select(part => new Row(operation, valued, "out", part.Reason)
            {
                Entry = (ulong)part.Entry, At = part.At, Location = part.Location.Value, Quantity = -part.Quantity, Cost = -part.Cost,
                OrderId = part.OrderId?.Value ?? "", ShipmentId = part.ShipmentId?.Value ?? "",
            }),
            .. valued.Posted.Select(part => new Row(operation, valued, "posted", part.Source)
            {
                At = operation.Time, Cost = part.OnHand, Gone = part.Gone, ReceiptId = part.ReceiptId.Value,
            }),
        ]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_stock_costs", "units and cost that came in, went out and were booked later, and purchase price variance",
            """
            SELECT 'in' AS key, concat_ws(' ', count(*), sum(quantity), to_char(sum(cost), 'FM999999999999999999990.0000'),
                to_char(sum(coalesce(variance, 0)), 'FM999999999999999999990.0000'))
            FROM cost_layers HAVING count(*) > 0
            UNION ALL
            SELECT 'out', concat_ws(' ', count(*), -sum(quantity), to_char(-sum(cost), 'FM999999999999999999990.0000'), '0.0000')
            FROM cost_issues HAVING count(*) > 0
            UNION ALL
            SELECT 'posted', concat_ws(' ', to_char(sum(on_hand), 'FM999999999999999999990.0000'), to_char(sum(gone), 'FM999999999999999999990.0000'))
            FROM posted_costs HAVING sum(abs(on_hand) + abs(gone)) > 0 ORDER BY 1
            """,
            """
            SELECT kind AS key, if(kind = 'posted', concat(toDecimalString(sum(cost), 4), ' ', toDecimalString(sum(gone), 4)), concat(
                toString(count()), ' ', toString(sum(quantity)), ' ', toDecimalString(sum(cost), 4), ' ', toDecimalString(sum(ifNull(variance, 0)), 4)))
            FROM stock_cost_facts GROUP BY kind ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, StockValued valued, string kind, string reason)
    {
        [ClickHouseColumn(Name = "entry")] public ulong Entry { get; init; }
        [ClickHouseColumn(Name = "kind")] public string Kind => kind;
        [ClickHouseColumn(Name = "reason")] public string Reason => reason;
        [ClickHouseColumn(Name = "sku")] public string Sku => valued.Sku.Value;
        [ClickHouseColumn(Name = "location")] public string Location { get; init; } = "";
        [ClickHouseColumn(Name = "currency")] public string Currency => valued.Currency;
        [ClickHouseColumn(Name = "quantity")] public long Quantity { get; init; }
        [ClickHouseColumn(Name = "cost")] public decimal Cost { get; init; }
        [ClickHouseColumn(Name = "gone")] public decimal Gone { get; init; }
        [ClickHouseColumn(Name = "standard_cost")] public decimal? StandardCost { get; init; }
        [ClickHouseColumn(Name = "variance")] public decimal? Variance { get; init; }
        [ClickHouseColumn(Name = "order_id")] public string OrderId { get; init; } = "";
        [ClickHouseColumn(Name = "shipment_id")] public string ShipmentId { get; init; } = "";
        [ClickHouseColumn(Name = "receipt_id")] public string ReceiptId { get; init; } = "";
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId { get; init; } = "";
        [ClickHouseColumn(Name = "at")] public DateTimeOffset At { get; init; }
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
