using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Inventory.Transfers;

/// <summary>One report of a transfer, and what it changed. Sums of the changes are how the transfers stand.</summary>
internal sealed class TransferFact : Fact<TransferFact.Row>
{
    public TransferFact()
        : base("transfer_facts") =>
        On(TransferChanged.Type, OperationJson.Default.TransferChanged, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_transfers", "units of transfers on their way, received, lost, short and over, by sku",
            """
            SELECT sku AS key, concat_ws(' ', sum(dispatched - received - lost - short), sum(received), sum(lost), sum(short), sum(over))
            FROM transfers GROUP BY sku ORDER BY sku COLLATE "C"
            """,
            """
            SELECT toString(sku) AS key, concat(
                toString(sum(in_transit)), ' ', toString(sum(received)), ' ', toString(sum(lost)), ' ', toString(sum(short)), ' ', toString(sum(over)))
            FROM transfer_facts GROUP BY sku ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, TransferChanged changed)
    {
        [ClickHouseColumn(Name = "transfer_id")] public string TransferId => changed.TransferId;
        [ClickHouseColumn(Name = "sku")] public string Sku => changed.Sku.Value;
        [ClickHouseColumn(Name = "step")] public string Step => changed.Step;
        [ClickHouseColumn(Name = "from_location")] public string From => changed.From?.Value ?? "";
        [ClickHouseColumn(Name = "location")] public string Location => changed.Location?.Value ?? "";
        [ClickHouseColumn(Name = "quantity")] public long Quantity => changed.Quantity;
        [ClickHouseColumn(Name = "in_transit")] public long InTransit => changed.InTransit;
        [ClickHouseColumn(Name = "received")] public long Received => changed.Received;
        [ClickHouseColumn(Name = "lost")] public long Lost => changed.Lost;
        [ClickHouseColumn(Name = "short")] public long Short => changed.Short;
        [ClickHouseColumn(Name = "over")] public long Over => changed.Over;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
