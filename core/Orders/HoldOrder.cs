using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>
/// Holds are placed and released by facts about payment, fraud and address. Any open hold stops release; sourcing goes on, so the units are not sold to
/// another.
/// </summary>
internal sealed class HoldOrder(OrderBook orders, Outbox outbox)
{
    public Rejection? Place(CloudEvent e, string kind, string? reason)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        if (order.ClosedAt is not null)
            return new(RejectionCodes.WrongState, $"order {order.Id} is {order.Status}");
        Place(e, order, kind, reason);
        return null;
    }

    public void Place(CloudEvent e, Order order, string kind, string? reason)
    {
        if (order.Holds.Exists(hold => hold.Kind == kind && hold.IsOpen))
            return;
        order.Holds.Add(new()
        {
            OrderId = order.Id, Number = order.Holds.Count + 1, Kind = kind, Owner = Hold.OwnerOf(kind), Reason = reason, OpenedAt = e.Time,
        });
        order.FreedAt = null;
        Emit(e, order, OperationEvents.HoldPlaced, kind, reason);
    }

    /// <summary>
    /// What clears an order frees it, whether it was held for that or not: what the last hold kept back need not wait for the next full hour.
    /// </summary>
    /// <param name="at">When it took effect.</param>
    public Rejection? Release(CloudEvent e, string kind, DateTimeOffset at)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        if (order.Holds.Find(hold => hold.Kind == kind && hold.IsOpen) is { } open)
        {
            open.ReleasedAt = e.Time;
            Emit(e, order, OperationEvents.HoldReleased, kind, null);
        }
        if (!order.IsHeld && order.AwaitsRound && !(order.FreedAt <= at))
            order.FreedAt = at;
        return null;
    }

    private void Emit(CloudEvent e, Order order, string type, string kind, string? reason) =>
        order.Emit(outbox, e.Time, type, state => new OperationEvents.HoldChanged(state, kind, reason), OperationJson.Default.HoldChanged);
}
