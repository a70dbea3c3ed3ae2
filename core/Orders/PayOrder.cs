using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Orders;

/// <summary>
/// order.payment_authorized, _captured, _voided, _expired and order.charged_back: what is paid of an order. It is held while that is less than its total.
/// </summary>
internal sealed class PayOrder(OrderBook orders, HoldOrder hold, ExceptionBook exceptions, Outbox outbox)
{
    /// <param name="at">When it took effect.</param>
    public Rejection? Apply(CloudEvent e, PaymentKind kind, decimal? amount, string? authorizationId, string? reason, DateTimeOffset at)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        var before = hold.HistoryOf(order);
        var payment = Record(order, kind, amount, authorizationId, e.Time, reason);
        var after = hold.HistoryOf(order);
        outbox.Add(e.Time, PaymentRecorded.Type, order.Id.Value,
            new PaymentRecorded(order.Id, payment.Number, order.Channel, order.Currency, kind.ToString(), authorizationId, payment.Amount),
            OperationJson.Default.PaymentRecorded);
        hold.Settle(e, order, Hold.AwaitingPayment, after.Holds, at);
        if (kind is PaymentKind.AUTHORIZED or PaymentKind.CAPTURED && !after.IsHeld)
            HoldOrder.Free(order, at);
        OpenCases(e, order, kind, before, after);
        return null;
    }

    /// <summary>A payment failed: it opens the hold, and what had gone by then is a case.</summary>
    public Rejection? Fail(CloudEvent e, string? reason)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        var before = hold.HistoryOf(order);
        hold.Place(e, Hold.AwaitingPayment, reason);
        OpenCases(e, order, null, before, hold.HistoryOf(order));
        return null;
    }

    /// <summary>Units were cancelled: less is owed, so that what is paid may cover it.</summary>
    /// <param name="at">When it took effect.</param>
    public void Reduce(CloudEvent e, Order order, decimal amount, DateTimeOffset at)
    {
        if (amount <= 0)
            return;
        Record(order, PaymentKind.REDUCED, amount, null, e.Time, null);
        if (order.Holds.Exists(row => row.Kind == Hold.AwaitingPayment))
            hold.Settle(e, order, Hold.AwaitingPayment, at);
    }

    private static Payment Record(Order order, PaymentKind kind, decimal? amount, string? authorizationId, DateTimeOffset at, string? reason)
    {
        var payment = new Payment
        {
            OrderId = order.Id, Number = order.Payments.Count + 1, Kind = kind, Amount = amount, AuthorizationId = authorizationId, At = at, Reason = reason,
        };
        order.Payments.Add(payment);
        return payment;
    }

    private void OpenCases(CloudEvent e, Order order, PaymentKind? kind, PaymentHistory before, PaymentHistory after)
    {
        if (after.OverCaptured > before.OverCaptured)
            exceptions.Open(e, CaseCategory.PaymentOver, order.Id.Value, null,
                "more was captured than was authorized or owed: pay the excess back", after.OverCaptured);
        if (kind == PaymentKind.CHARGED_BACK)
            exceptions.Open(e, CaseCategory.ChargedBack, order.Id.Value, null,
                $"a payment was charged back, order {order.Id} is {order.Status}: answer the bank, or write it off", after.ChargedBack - before.ChargedBack);
        // Of an order of which nothing was released the hold is enough.
        else if (after.Missing > before.Missing && kind is null or PaymentKind.VOIDED or PaymentKind.EXPIRED && order.Released is > 0 and var gone)
            exceptions.Open(e, CaseCategory.Unpaid, order.Id.Value, null,
                $"order {order.Id} is not paid in full any more, and goods of it were released or have shipped: stop them, or collect the money",
                Math.Min(after.Missing, gone));
    }
}
