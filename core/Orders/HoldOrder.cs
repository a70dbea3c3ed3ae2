using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>
/// Holds follow from facts about payment, fraud and address and from what people ask for, judged by when it was so and not by when it was heard. Any open hold
/// stops release; sourcing goes on, so the units are not sold to another (for an order that is not paid, as long as the policy says).
/// </summary>
internal sealed class HoldOrder(OrderBook orders, StockBook stock, PolicyBook policies, ExceptionBook exceptions, Outbox outbox)
{
    /// <summary>Something stops an order.</summary>
    public Rejection? Place(CloudEvent e, string kind, string? reason)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        Record(order, kind, TimeOf(e, order, kind), opens: true, reason);
        var stands = Settle(e, order, kind, e.Time);
        if (stands && kind != Hold.AwaitingPayment && order.HasAllShipped)
            exceptions.Open(e, CaseCategory.HeldTooLate, order.Id.Value, null,
                $"{kind} since {e.Time:yyyy-MM-dd HH:mm} UTC{(reason is null ? "" : $" ({reason})")}, and all of order {order.Id} has shipped: "
                + "nothing is left to hold; call the parcels back, or clear it", order.Due);
        return null;
    }

    /// <summary>
    /// What clears an order frees it, whether it was held for that or not: what the last hold kept back need not wait for the next full hour.
    /// </summary>
    /// <param name="at">When it took effect.</param>
    public Rejection? Release(CloudEvent e, string kind, DateTimeOffset at)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        Record(order, kind, TimeOf(e, order, kind), opens: false, reason: null);
        Settle(e, order, kind, at);
        Free(order, at);
        return null;
    }

    /// <summary>Brings an order's holds of a kind to what its facts say.</summary>
    /// <param name="at">When the event took effect.</param>
    /// <returns>Whether the order would be held, were it not closed.</returns>
    public bool Settle(CloudEvent e, Order order, string kind, DateTimeOffset at)
    {
        var spans = kind == Hold.AwaitingPayment ? HistoryOf(order).Holds : HoldSpan.Of(order.HoldFacts.Where(fact => fact.Kind == kind));
        Settle(e, order, kind, spans, at);
        return HoldSpan.IsOpen(spans);
    }

    /// <inheritdoc cref="Settle(CloudEvent, Order, string, DateTimeOffset)"/>
    public void Settle(CloudEvent e, Order order, string kind, List<HoldSpan> spans, DateTimeOffset at)
    {
        var rows = order.Holds.FindAll(hold => hold.Kind == kind);
        var wasOpen = rows.Exists(hold => hold.IsOpen);
        for (var index = 0; index < spans.Count; index++)
        {
            var (opened, reason, released) = spans[index];
            if (order.ClosedAt is { } closed && !(released < closed))
                released = Instant.Later(opened, closed);
            if (index == rows.Count)
            {
                rows.Add(new() { OrderId = order.Id, Number = order.Holds.Count + 1, Kind = kind, Owner = Hold.OwnerOf(kind), OpenedAt = opened });
                order.Holds.Add(rows[index]);
            }
            (rows[index].OpenedAt, rows[index].Reason, rows[index].ReleasedAt) = (opened, reason, released);
        }
        // Of those that a fact heard since explains away nothing is left but that they were.
        foreach (var hold in rows.Skip(spans.Count))
            hold.ReleasedAt ??= Instant.Later(hold.OpenedAt, e.Time);
        var open = rows.Find(hold => hold.IsOpen);
        if (kind == Hold.AwaitingPayment)
            Reserve(order, open);
        if (open is not null)
            order.FreedAt = null;
        if (wasOpen != open is not null)
            Emit(e, order, open is null ? OperationEvents.HoldReleased : OperationEvents.HoldPlaced, kind, open?.Reason);
        if (open is null && wasOpen)
            Free(order, at);
    }

    public PaymentHistory HistoryOf(Order order) => PaymentHistory.Of(order, at => policies.At(PaymentPolicy.Kind, at).Settings.Tolerance);

    /// <summary>Nothing holds it any more: a round need not wait for its hour.</summary>
    public static void Free(Order order, DateTimeOffset at)
    {
        if (!order.IsHeld && order.AwaitsRound && !(order.FreedAt <= at))
            order.FreedAt = at;
    }

    /// <summary>What is asked for by the API comes after all that is known: in a replay that has ended, time stands still.</summary>
    private static DateTimeOffset TimeOf(CloudEvent e, Order order, string kind)
    {
        if (e.Source != DirectEvents.Source)
            return e.Time;
        var times = order.HoldFacts.Where(fact => fact.Kind == kind).Select(fact => fact.At);
        if (kind == Hold.AwaitingPayment)
            times = times.Concat(order.Payments.Select(payment => payment.At));
        return Instant.After(times.DefaultIfEmpty(DateTimeOffset.MinValue).Max(), e.Time);
    }

    /// <summary>Stock is kept for an order that is not paid as long as the policy says; once it is paid it is promised stock again.</summary>
    private void Reserve(Order order, Hold? open)
    {
        order.ReservedUntil = open is null ? null : open.OpenedAt + policies.At(PaymentPolicy.Kind, open.OpenedAt).Settings.ReservationFor;
        if (order.ReservationEndedAt is null || order.ReservedUntil <= order.ReservationEndedAt)
            return;
        order.ReservationEndedAt = null;
        foreach (var line in order.Lines)
            if (line.Waiting > 0)
                stock.Gained.Add(line.Sku);
    }

    /// <summary>Told twice of one instant, it is one fact; of two reasons that which comes first by its characters stays.</summary>
    private static void Record(Order order, string kind, DateTimeOffset at, bool opens, string? reason)
    {
        if (order.HoldFacts.Find(fact => fact.Kind == kind && fact.At == at && fact.Opens == opens) is not { } known)
            order.HoldFacts.Add(new() { OrderId = order.Id, Kind = kind, At = at, Opens = opens, Reason = reason });
        else if (known.Reason is null || (reason is not null && string.CompareOrdinal(reason, known.Reason) < 0))
            known.Reason = reason;
    }

    private void Emit(CloudEvent e, Order order, string type, string kind, string? reason) =>
        order.Emit(outbox, e.Time, type, state => new OperationEvents.HoldChanged(state, kind, reason), OperationJson.Default.HoldChanged);
}
