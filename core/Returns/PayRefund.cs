using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Returns;

/// <summary>
/// refund.paid: money went back, whatever it was for; refunds add up. More than was paid for the units it can be for opens a case. One told again under its id
/// is the same: of two amounts that of the earlier time counts (of one instant the smaller), and a case says that they differ.
/// </summary>
internal sealed class PayRefund(
    ReturnBook returns, OrderBook orders, ExceptionBook exceptions, ReturnChanges changes, Outbox outbox)
{
    public Rejection? Apply(CloudEvent e, RefundPaid data)
    {
        var orderId = new OrderId(e.Subject);
        if (orders.Find(orderId) is not { } order)
            return OrderBook.Unknown(orderId);
        if (data.ReturnId is { } id && changes.Find(e, id, out _) is { } unknown)
            return unknown;
        if (data.Currency is { } currency && currency != order.Currency)
            return new(RejectionCodes.Invalid, $"the refund is in {currency}, order {orderId} is in {order.Currency}");
        var refundId = data.RefundId ?? e.Identity.ToString("n");
        if (returns.RefundsOf(orderId).FirstOrDefault(refund => refund.Id == refundId) is { } told)
        {
            ToldAgain(e, data, order, told);
            return null;
        }
        var paid = new Refund { OrderId = orderId, Id = refundId, ReturnId = data.ReturnId, Amount = data.Amount, PaidAt = e.Time };
        Change(e, order, paid, paid.ReturnId, paid.Amount, () => returns.Add(paid));
        return null;
    }

    private void ToldAgain(CloudEvent e, RefundPaid data, Order order, Refund told)
    {
        var differs = told.Amount != data.Amount || told.ReturnId != data.ReturnId;
        if (differs)
            exceptions.Open(e, CaseCategory.RefundDiffers, data.ReturnId?.Value ?? order.Id.Value, null,
                $"refund {told.Id} was told {(told.Amount == data.Amount ? "" : "with two amounts, ")}{Purposes()}: ask who paid it",
                Math.Abs(told.Amount - data.Amount));
        if (e.Time > told.PaidAt || (e.Time == told.PaidAt && data.Amount >= told.Amount))
            return;
        told.PaidAt = e.Time;
        if (!differs)
            return;
        var (returnId, amount) = (told.ReturnId, told.Amount);
        Change(e, order, told, returnId, -amount, () => (told.ReturnId, told.Amount) = (data.ReturnId, 0));
        Change(e, order, told, data.ReturnId, data.Amount, () => told.Amount = data.Amount);

        string Purposes()
        {
            var (first, second) = (Purpose(told.ReturnId), Purpose(data.ReturnId));
            return first == second ? first : $"{first} and {second}";
        }

        static string Purpose(ReturnId? of) => of is { } known ? $"for return {known}" : "for the order";
    }

    /// <param name="amount">By which the refunds of the return, or of the order, change.</param>
    private void Change(CloudEvent e, Order order, Refund refund, ReturnId? returnId, decimal amount, Action change)
    {
        if (returnId is { } id)
        {
            var found = returns.Find(id)!;
            var before = changes.Before(found, e.Time);
            change();
            var refunds = returns.RefundsOf(order.Id).Where(other => other.ReturnId == id).ToList();
            found.Refunded = refunds.Count == 0 ? null : refunds.Sum(other => other.Amount);
            changes.Settle(found, before, ReturnCause.Of(e), refund);
            found.Version++;
            outbox.Add(e.Time, OperationEvents.ReturnRefundedType, order.Id.Value,
                new OperationEvents.ReturnRefunded(id, order.Id, found.Status.ToString(), order.Channel, order.Currency, amount, refund.Id),
                OperationJson.Default.ReturnRefunded);
            return;
        }
        var excess = changes.ExcessOf(order, e.Time);
        change();
        changes.SettleOrder(order, excess, ReturnCause.Of(e), refund);
        outbox.Add(e.Time, OrderRefunded.Type, order.Id.Value, new OrderRefunded(order.Id, order.Channel, order.Currency, amount, refund.Id),
            OperationJson.Default.OrderRefunded);
    }
}
