using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>A proposal as it stands: of its versions the highest.</summary>
internal sealed class ProposalFact : ReplacingFact<ProposalFact.Row>
{
    public ProposalFact()
        : base("proposal_facts")
    {
        foreach (var type in (string[])[ProposalChanged.PurchaseProposed, ProposalChanged.TransferProposed, ProposalChanged.Decided])
            On(type, OperationJson.Default.ProposalChanged, static (operation, data) => [new Row(operation, data.Proposal)]);
    }

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_proposals", "proposals and their units, by location, kind and status",
            """
            SELECT concat_ws(' ', location, kind, status) AS key, concat_ws(' ', count(*), sum(quantity), coalesce(sum(accepted_quantity), 0), sum(position))
            FROM replenishment_proposals GROUP BY location, kind, status ORDER BY concat_ws(' ', location, kind, status) COLLATE "C"
            """,
            """
            SELECT concat(toString(location), ' ', toString(kind), ' ', toString(status)) AS key,
                concat(toString(count()), ' ', toString(sum(quantity)), ' ', toString(sum(accepted_quantity)), ' ', toString(sum(position)))
            FROM proposal_facts FINAL GROUP BY key ORDER BY key
            """),
    ];

    protected override string Key(Row row) => row.ProposalId;

    protected override ulong Version(Row row) => row.Version;

    internal sealed class Row(Operation operation, ProposalState proposal)
    {
        [ClickHouseColumn(Name = "proposal_id")] public string ProposalId => proposal.ProposalId;
        [ClickHouseColumn(Name = "version")] public ulong Version => (ulong)proposal.Version;
        [ClickHouseColumn(Name = "kind")] public string Kind => proposal.Kind;
        [ClickHouseColumn(Name = "status")] public string Status => proposal.Status;
        [ClickHouseColumn(Name = "sku")] public string Sku => proposal.Sku.Value;
        [ClickHouseColumn(Name = "location")] public string Location => proposal.Location.Value;
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => proposal.SupplierId?.Value ?? "";
        [ClickHouseColumn(Name = "from_location")] public string FromLocation => proposal.FromLocation?.Value ?? "";
        [ClickHouseColumn(Name = "quantity")] public long Quantity => proposal.Quantity;
        [ClickHouseColumn(Name = "accepted_quantity")] public long AcceptedQuantity => proposal.AcceptedQuantity ?? 0;
        [ClickHouseColumn(Name = "price")] public decimal? Price => proposal.Price;
        [ClickHouseColumn(Name = "currency")] public string Currency => proposal.Currency ?? "";
        [ClickHouseColumn(Name = "held")] public bool Held => proposal.Held is not null;
        [ClickHouseColumn(Name = "method")] public string Method => proposal.Numbers.Method;
        [ClickHouseColumn(Name = "position")] public long Position => proposal.Numbers.Position;
        [ClickHouseColumn(Name = "reorder_point")] public long ReorderPoint => proposal.Numbers.ReorderPoint;
        [ClickHouseColumn(Name = "order_up_to")] public long OrderUpTo => proposal.Numbers.OrderUpTo;
        [ClickHouseColumn(Name = "safety_stock")] public long SafetyStock => proposal.Numbers.SafetyStock;
        [ClickHouseColumn(Name = "daily_demand")] public double DailyDemand => proposal.Numbers.DailyDemand;
        [ClickHouseColumn(Name = "lead_days")] public double LeadDays => proposal.Numbers.LeadDays;
        [ClickHouseColumn(Name = "purchase_order_id")] public string PurchaseOrderId => proposal.PurchaseOrderId?.Value ?? "";
        [ClickHouseColumn(Name = "made_at")] public DateTimeOffset MadeAt => proposal.MadeAt;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
