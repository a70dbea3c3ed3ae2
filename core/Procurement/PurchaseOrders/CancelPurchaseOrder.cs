using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>
/// po.cancelled and po.line_closed: what has not been received is not to come, because we do not want it or because the supplier does not send it.
/// </summary>
internal sealed class CancelPurchaseOrder(PurchaseOrderBook orders, ExceptionBook exceptions, PurchaseOrderChanges changes)
{
    public Rejection? Cancelled(CloudEvent e, PurchaseOrderCancelled data)
    {
        if (orders.Find(new(e.Subject)) is { Status: PurchaseOrderStatus.CANCELLED })
            return null;
        if (orders.Judge(e, PurchaseOrderStep.CANCEL, "cancelled", out var order) is { } wrong)
            return wrong;
        foreach (var number in data.Lines ?? [])
            if (order.Line(number) is null)
                return PurchaseOrderBook.UnknownLine(order, number);
        var lines = order.Lines.FindAll(line => line.Open > 0 && data.Lines?.Contains(line.Number) != false);
        if (lines.Count == 0)
            return new(RejectionCodes.WrongState, $"purchase order {order.Id} is {order.Status}: nothing of these lines is left to cancel");

        var announced = lines.Sum(line => Math.Max(0, Math.Min(line.Open, line.Announced - line.Received - line.Over)));
        var value = lines.Sum(line => line.Price * line.Open);
        foreach (var line in lines)
        {
            line.Cancelled += line.Open;
            line.WithdrawnAt = data.By == PurchaseOrderWords.Supplier ? null : e.Time;
        }
        if (order.Lines.TrueForAll(line => line.Cancelled == line.Ordered))
            PurchaseOrderChanges.End(order, PurchaseOrderStatus.CANCELLED, e.Time);
        order.Note = data.Reason ?? order.Note;
        changes.Emit(order, e.Time, PurchaseOrderChanged.Cancelled, data.By, data.Reason);
        if (data.By == PurchaseOrderWords.Supplier)
            exceptions.Open(e, CaseCategory.PurchaseOrderRefused, order.Id.Value, order.Location,
                $"supplier {order.SupplierId} cancelled {lines.Count} lines of purchase order {order.Id}: order what is wanted elsewhere", value);
        else if (announced > 0)
            exceptions.Open(e, CaseCategory.PurchaseOrderAfterEnd, order.Id.Value, order.Location,
                $"{announced} cancelled units of purchase order {order.Id} are on their way: have supplier {order.SupplierId} call them back, or refuse them");
        changes.Settle(order, e.Time, data.By);
        return null;
    }

    public Rejection? LineClosed(CloudEvent e, PurchaseOrderLineClosed data)
    {
        if (orders.Judge(e, PurchaseOrderStep.CLOSE_LINE, "closed short", out var order) is { } wrong)
            return wrong;
        if (order.Line(data.Number) is not { } line)
            return PurchaseOrderBook.UnknownLine(order, data.Number);
        if (line.IsOver)
            return line.Status == PurchaseOrderLineStatus.CLOSED_SHORT ? null
                : new(RejectionCodes.WrongState, $"purchase order {order.Id} line {line.Number} is {line.Status}: nothing of it is missing");
        var (missing, value) = (line.Open, line.Price * line.Open);
        line.ClosedShort += missing;
        changes.Emit(order, e.Time, PurchaseOrderChanged.LineClosed, data.By, data.Reason);
        if (data.By == PurchaseOrderWords.Supplier)
            exceptions.Open(e, CaseCategory.PurchaseOrderRefused, order.Id.Value, order.Location,
                $"supplier {order.SupplierId} does not send {missing} units of {line.Sku} of purchase order {order.Id}: order what is wanted elsewhere", value);
        changes.Settle(order, e.Time, data.By);
        return null;
    }
}
