using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

internal static class OrderTelling
{
    /// <summary>Tells that the order's status changed by a step that has no event of its own; nothing if it did not change.</summary>
    public static void TellStatus(this Order order, DateTimeOffset at, Outbox outbox)
    {
        var before = order.Status;
        if (order.StatusOfLines() == before)
            return;
        outbox.Add(at, OperationEvents.StatusChanged, order.Id.Value, new OperationEvents.OrderStatusChanged(order.NextState(at), before.ToString()), OperationJson.Default.OrderStatusChanged);
    }
}
