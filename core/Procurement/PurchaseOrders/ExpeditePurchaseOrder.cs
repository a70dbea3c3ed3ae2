using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>
/// po.expedite_requested: the supplier is asked to send what is open of a line sooner. The operation asks it; nothing is expected sooner until the supplier
/// says another date.
/// </summary>
internal sealed class ExpeditePurchaseOrder(PurchaseOrderBook orders, PurchaseOrderChanges changes)
{
    public Rejection? Apply(CloudEvent e, ExpediteRequested data)
    {
        if (orders.Find(new(e.Subject)) is not { } order)
            return PurchaseOrderBook.Unknown(new(e.Subject));
        if (order.Line(data.Number) is not { } line)
            return PurchaseOrderBook.UnknownLine(order, data.Number);
        if (!order.IsOpen)
            return new(RejectionCodes.WrongState, $"purchase order {order.Id} is {order.Status}: its supplier has nothing to send sooner")
            {
                Awaits = PurchaseOrderSteps.MayYet(order.Status, PurchaseOrderStep.PROMISE) && !PurchaseOrderSteps.IsOver(order.Status)
                    ? $"purchase_order/{order.Id}" : null,
            };
        if (line.IsOver)
            return new(RejectionCodes.WrongState, $"purchase order {order.Id} line {line.Number} is {line.Status}: nothing of it is to come");
        if (data.WantedAt?.UtcDateTime.Date < e.Time.UtcDateTime.Date)
            return new(RejectionCodes.Invalid, $"{data.WantedAt:yyyy-MM-dd} was over when it was wanted, on {e.Time:yyyy-MM-dd}");
        if (line.ExpediteRequestedAt > e.Time)
            return null; // heard late: the later request stands
        (line.ExpediteRequestedAt, line.WantedAt) = (e.Time, data.WantedAt?.ToUniversalTime());
        changes.Emit(order, e.Time, PurchaseOrderChanged.ExpediteRequested, data.By, data.Note);
        return null;
    }
}
