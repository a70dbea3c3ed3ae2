using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>
/// By which receipts units came, as invoices and charges need it: of the orders at hand. How many of an order's line were received, the line says itself. A
/// receipt whose clerk named no line may be of several lines of its sku: then it is told as of the first of them, which is where its costs go.
/// </summary>
internal sealed class ReceivedByReceipts(ReceiptBook receipts, PurchaseOrderBook orders)
{
    /// <summary>Of one line of an order, in any order.</summary>
    public IEnumerable<ReceivedUnits> Of(PurchaseOrderId order, int line) =>
        orders.Find(order) is { } known ? receipts.Of(known).SelectMany(Lines).Where(units => units.OrderLine == line) : [];

    /// <summary>The receipt that an event has brought just now, by its lines; none where it has brought none.</summary>
    public IReadOnlyList<ReceivedUnits> BroughtBy(CloudEvent e) => e.Data switch
    {
        GoodsReceived received when receipts.Find(received.ReceiptId) is { } receipt => [.. Lines(receipt)],
        BlindReceived when receipts.Find(new ReceiptId(e.Subject)) is { } receipt => [.. Lines(receipt)],
        _ => [],
    };

    private static IEnumerable<ReceivedUnits> Lines(Receipt receipt) => receipt.Lines.Select(line => new ReceivedUnits(
        receipt.Id, line.Number, receipt.PurchaseOrderId, line.OrderLine, line.Sku, line.Quantity, line.Damaged, line.Rejected, receipt.ReceivedAt));
}
