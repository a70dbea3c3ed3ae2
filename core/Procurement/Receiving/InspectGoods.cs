using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>po.inspected: held units are good and may be sold, or go back to the vendor.</summary>
/// <param name="effectOf">As of <see cref="Processing.Workspace.EffectOf"/>.</param>
internal sealed class InspectGoods(
    ReceiptBook receipts, PurchaseOrderBook orders, StockBook stock, ReceiptChanges changes, Func<CloudEvent, DateTimeOffset> effectOf)
{
    public Rejection? Inspected(CloudEvent e, GoodsInspected data)
    {
        if (orders.Find(new(e.Subject)) is not { } order)
            return PurchaseOrderBook.Unknown(new(e.Subject));
        if (receipts.Find(data.ReceiptId) is not { } receipt)
            return ReceiptBook.Unknown(data.ReceiptId);
        if (receipt.PurchaseOrderId is null)
            return ReceiptBook.Unknown(data.ReceiptId, $"purchase order {order.Id} has no receipt");
        if (receipt.PurchaseOrderId != order.Id)
            return new(RejectionCodes.UnknownReceipt, $"receipt {receipt.Id} is of purchase order {receipt.PurchaseOrderId}, not of {order.Id}");
        var lines = receipt.Lines.FindAll(line => line.Sku == data.Sku && line.Lot == data.Lot);
        if (lines.Count == 0)
            return new(RejectionCodes.UnknownLine, $"receipt {receipt.Id} has no {data.Sku}{(data.Lot.Length > 0 ? $" of lot {data.Lot}" : " without a lot")}");
        if (lines.Sum(line => line.Inspection) is var held && data.Accepted + data.Rejected > held)
            return new(RejectionCodes.QuantityExceeded,
                $"receipt {receipt.Id}: {held} {data.Sku} are left to inspect, {data.Accepted + data.Rejected} were reported");

        Spread(lines, data.Accepted, data.Rejected);
        var (position, at) = (stock.At(data.Sku, receipt.Location, data.Lot), effectOf(e));
        foreach (var line in lines)
            line.RejectedAt = line.Rejected == 0 ? null : line.RejectedAt < at ? line.RejectedAt : at;
        stock.Move(position, StockState.Inspection, StockState.Available, data.Accepted, at, "inspection_accepted", e.Id);
        stock.Move(position, StockState.Inspection, StockState.ReturnToVendor, data.Rejected, at, "inspection_rejected", e.Id);
        receipt.InspectedAt = receipt.InspectedAt > at ? receipt.InspectedAt : at;
        changes.Emit(receipt, at, ReceiptChanged.Inspected, data.By);
        changes.Count(e, order, receipt, data.By);
        return null;
    }

    /// <summary>
    /// Over the receipt's lines of that sku and lot: accepted units are of the first, rejected ones of those after. By the sums, so that the order in which
    /// inspections are heard does not show.
    /// </summary>
    private static void Spread(List<ReceiptLine> lines, long accepted, long rejected)
    {
        accepted += lines.Sum(line => line.Accepted);
        rejected += lines.Sum(line => line.Rejected);
        foreach (var line in lines)
        {
            var left = line.Inspection + line.Accepted + line.Rejected;
            line.Accepted = Math.Min(left, accepted);
            line.Rejected = Math.Min(left - line.Accepted, rejected);
            line.Inspection = left - line.Accepted - line.Rejected;
            (accepted, rejected) = (accepted - line.Accepted, rejected - line.Rejected);
        }
    }
}
