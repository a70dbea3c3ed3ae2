using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Supply;

/// <summary>What an order line that waits was last told: which purchase order line it waits for, and until when.</summary>
internal sealed class LineExpectation : Row
{
    public static readonly Table<LineExpectation> Table = new Table<LineExpectation>("line_expectations")
        .Key(line => line.OrderId).Key(line => line.Line)
        .Column(line => line.Sku).Column(line => line.Quantity).Column(line => line.PurchaseOrderId).Column(line => line.PurchaseOrderLine)
        .Column(line => line.ExpectedAt);

    public required OrderId OrderId { get; init; }
    public required int Line { get; init; }
    public required Sku Sku { get; init; }
    public long Quantity { get; set; }
    public PurchaseOrderId PurchaseOrderId { get; set; }
    public int PurchaseOrderLine { get; set; }
    public DateTimeOffset ExpectedAt { get; set; }
}
