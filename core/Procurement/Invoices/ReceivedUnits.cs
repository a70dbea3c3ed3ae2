using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>One line of a receipt.</summary>
/// <param name="Number">1, 2 ... within the receipt.</param>
/// <param name="OrderId">Null while nobody knows what they were ordered by.</param>
/// <param name="Quantity">All units that came: damaged and rejected ones included.</param>
/// <param name="Rejected">By an inspection.</param>
internal sealed record ReceivedUnits(
    ReceiptId ReceiptId, int Number, PurchaseOrderId? OrderId, int? OrderLine, Sku Sku, long Quantity, long Damaged, long Rejected, DateTimeOffset At);

/// <summary>
/// By which receipts units came, as invoices and charges need it: of the orders at hand. How many of an order's line were received, the line says itself.
/// </summary>
internal interface IReceivedUnits
{
    /// <summary>Of one line of an order, in any order.</summary>
    IEnumerable<ReceivedUnits> Of(PurchaseOrderId order, int line);

    /// <summary>The receipt that an event has brought just now, by its lines; none where it has brought none.</summary>
    IReadOnlyList<ReceivedUnits> BroughtBy(CloudEvent e);
}

/// <summary>As Receiving has them.</summary>
internal sealed class ReceivedByReceipts(ReceiptBook receipts, PurchaseOrderBook orders) : IReceivedUnits
{
    public IEnumerable<ReceivedUnits> Of(PurchaseOrderId order, int line) => orders.Find(order) is not { } found ? []
        : receipts.Of(found).SelectMany(receipt => receipt.Lines.Where(received => received.OrderLine == line).Select(received => Units(receipt, received)));

    public IReadOnlyList<ReceivedUnits> BroughtBy(CloudEvent e)
    {
        var id = e.Data is GoodsReceived goods ? goods.ReceiptId : e.Data is BlindReceived ? new ReceiptId(e.Subject) : (ReceiptId?)null;
        return id is { } named && receipts.Find(named) is { } receipt ? receipt.Lines.ConvertAll(line => Units(receipt, line)) : [];
    }

    private static ReceivedUnits Units(Receipt receipt, ReceiptLine line) => new(
        receipt.Id, line.Number, receipt.PurchaseOrderId, line.OrderLine, line.Sku, line.Quantity, line.Damaged, line.Rejected, receipt.ReceivedAt);
}
