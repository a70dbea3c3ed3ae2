using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>
/// order.promise_changed: the customer was told another time. It is served by that from then on; figures are judged by the first promise. What was told last
/// counts; of two of one instant the later promise.
/// </summary>
internal sealed class ChangePromise(OrderBook orders, Outbox outbox)
{
    public Rejection? Apply(CloudEvent e, PromiseChanged data)
    {
        if (orders.Find(new OrderId(e.Subject)) is not { } order)
            return OrderBook.Unknown(new OrderId(e.Subject));
        var promise = data.PromisedAt.ToUniversalTime();
        // What is asked for by the API comes after all that is known.
        var at = e.Source == DirectEvents.Source && order.PromiseChangedAt is { } known ? Instant.After(known, e.Time) : e.Time;
        if (order.PromiseChangedAt > at || (order.PromiseChangedAt == at && order.CurrentPromiseAt >= promise))
            return null;
        var before = order.LatestPromise;
        (order.CurrentPromiseAt, order.PromiseChangedAt) = (promise, at);
        order.Emit(outbox, e.Time, OrderPromised.Type, state => new OrderPromised(state, promise, before, data.Reason),
            OperationJson.Default.OrderPromised);
        return null;
    }
}
