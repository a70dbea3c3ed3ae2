using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>A receipt that the API matches to a purchase order.</summary>
/// <param name="Locations">Both must be for one of these; null for any.</param>
public sealed record DirectReceipt(string ReceiptId, string PurchaseOrderId, IReadOnlyList<string>? Locations) : DirectSubject
{
    internal override Rejection? Refuse(Workspace workspace)
    {
        if (workspace.Get<ReceiptBook>().Find(new ReceiptId(ReceiptId)) is not { } receipt || Locations?.Contains(receipt.Location.Value) == false)
            return new(RejectionCodes.UnknownReceipt, $"no receipt {ReceiptId}");
        return workspace.Get<PurchaseOrderBook>().Find(new(PurchaseOrderId)) is not { } order || Locations?.Contains(order.Location.Value) == false
            ? new(RejectionCodes.UnknownPurchaseOrder, $"no purchase order {PurchaseOrderId}") : null;
    }

    internal override Standing Stands(Workspace workspace)
    {
        var receipt = workspace.Get<ReceiptBook>().Find(new ReceiptId(ReceiptId))!;
        return new(receipt.Version, receipt.PurchaseOrderId is { } order ? $"of purchase order {order}" : "UNMATCHED");
    }
}
