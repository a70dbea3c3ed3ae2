using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>One line of a receipt.</summary>
/// <param name="Number">1, 2 ... within the receipt.</param>
/// <param name="OrderId">Null while nobody knows what they were ordered by.</param>
/// <param name="Quantity">All units that came: damaged and rejected ones included.</param>
/// <param name="Rejected">By an inspection.</param>
internal sealed record ReceivedUnits(
    ReceiptId ReceiptId, int Number, PurchaseOrderId? OrderId, int? OrderLine, Sku Sku, long Quantity, long Damaged, long Rejected, DateTimeOffset At);
