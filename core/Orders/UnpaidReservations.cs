using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>
/// Stock is kept for an order that is not paid until <see cref="Order.ReservedUntil"/>. Then what it was promised and is not released is available to others,
/// and nothing is promised to it until it is paid.
/// </summary>
internal sealed class UnpaidReservations(OrderBook orders, StockBook stock, Outbox outbox) : IDueWork
{
    // What falls due by an instant; those that have ended are no more in the index.
    private const string SelectDue = """
        SELECT reserved_until, order_id FROM orders WHERE reserved_until <= $1 AND reservation_ended_at IS NULL
        ORDER BY reserved_until, order_id COLLATE "C" LIMIT $2
        """;

    /// <summary>Each ends at its own instant.</summary>
    public bool OnlyLatest => false;

    /// <summary>Names the orders whose reservations may end while time passes.</summary>
    public void Name(Load load) => load.Due(this, SelectDue, row => load.Keys.Add(OrdersSlice.Orders, row.GetString(1)));

    public DateTimeOffset? NextAfter(DateTimeOffset from)
    {
        if (orders.EarliestReserved is not { } earliest)
            return null;
        if (earliest > from)
            return earliest;
        return orders.Reserved.Min(order => order.ReservedUntil > from ? order.ReservedUntil : null);
    }

    public bool IsDueNow(DateTimeOffset now) => orders.EarliestReserved <= now;

    public void Run(DateTimeOffset at)
    {
        foreach (var order in orders.Reserved.Where(order => order.ReservedUntil <= at).OrderBy(order => order.Id).ToList())
            End(order, at);
    }

    private void End(Order order, DateTimeOffset at)
    {
        var cause = $"reservation:{order.Id}";
        var lines = new List<OperationEvents.LineQuantity>();
        foreach (var allocation in order.Allocations)
        {
            if (allocation.Status != AllocationStatus.ALLOCATED)
                continue;
            stock.Move(stock.At(allocation.Line.Sku, allocation.Location, allocation.Lot), StockState.Allocated, StockState.Available, allocation.Quantity, at,
                "reservation_ended", cause, order.Id);
            allocation.Status = AllocationStatus.CANCELLED;
            allocation.Line.Sourced -= allocation.Quantity;
            lines.Add(new(allocation.LineNumber, allocation.Line.Sku, allocation.Location, allocation.Quantity));
        }
        order.ReservationEndedAt = at;
        if (lines.Count > 0)
            order.Emit(outbox, at, ReservationEnded.Type, state => new ReservationEnded(state, lines), OperationJson.Default.ReservationEnded);
        stock.Emit(order.Id.Value);
        orders.UpdateQueues(order);
    }
}
