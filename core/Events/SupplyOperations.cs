namespace EcomIntel.Core.Events;

/// <summary>The operation <c>order.expected</c>: when units of a line that waits for stock are expected to be here, and by which supply.</summary>
/// <param name="Line">Of the order.</param>
/// <param name="Quantity">Units that wait.</param>
/// <param name="ExpectedAt">Null: no supply that is on order reaches so far down the queue.</param>
/// <param name="Before">What was expected until now; null where nothing was.</param>
public sealed record OrderExpected(
    OrderId OrderId, int Line, Sku Sku, long Quantity, DateTimeOffset? ExpectedAt, PurchaseOrderId? PurchaseOrderId, int? PurchaseOrderLine,
    DateTimeOffset? Before)
{
    public const string Type = "order.expected";
}
