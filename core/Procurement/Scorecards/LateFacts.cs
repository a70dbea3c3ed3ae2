using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Scorecards;

/// <summary>Marks scorecards that do not have what is heard now: it was of their time.</summary>
internal sealed class LateFacts(ScoreBook scores, PurchaseOrderBook orders, ReceiptBook receipts)
{
    public void Hear(CloudEvent e)
    {
        if (scores.Day is null)
            return;
        switch (e.Data)
        {
            case BlindReceived blind:
                Hear(blind.SupplierId, e.Time);
                break;
            case InvoiceReceived invoice:
                Hear(invoice.SupplierId, e.Time);
                break;
            case PurchaseOrderPlaced or PurchaseOrderDecided or PurchaseOrderDateChanged or PurchaseOrderCancelled or PurchaseOrderLineClosed or GoodsReceived
                or PurchaseOrderAcknowledged or GoodsInspected or ReceiptMatched or ClaimAnswered or ClaimCredited:
                if (orders.Find(new(e.Subject)) is { } order)
                    Hear(order.SupplierId, Since(e, order));
                break;
        }
    }

    private void Hear(SupplierId supplier, DateTimeOffset since) => scores.Hear(supplier, ScoreWindow.DayOf(since));

    /// <summary>From when on what is heard changes what was: mostly its own time.</summary>
    private DateTimeOffset Since(CloudEvent e, PurchaseOrder order)
    {
        DateTimeOffset? earlier = e.Data switch
        {
            // Goods count from when they came.
            ReceiptMatched matched => receipts.Find(matched.ReceiptId)?.ReceivedAt,
            // What is rejected may move from one line of the receipt to another.
            GoodsInspected inspected => receipts.Find(inspected.ReceiptId) is { Lines.Count: > 1 } receipt ? receipt.ReceivedAt : null,
            // What is short of a delivery follows from what the supplier has taken on.
            PurchaseOrderAcknowledged => receipts.Of(order) is [var first, ..] ? first.ReceivedAt : null,
            ClaimAnswered answered => receipts.Find(answered.ClaimId)?.Replaced,
            ClaimCredited credited => receipts.Find(credited.ClaimId)?.Replaced,
            _ => null,
        };
        return earlier < e.Time ? earlier.Value : e.Time;
    }
}
