using System.Text.Json.Serialization.Metadata;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <content>Its status, which is read off its units, and what is told of every change.</content>
internal sealed partial class Order
{
    /// <summary>What the lines say: the status of the least advanced unit that is not cancelled.</summary>
    public OrderStatus StatusOfLines()
    {
        var least = OrderStatus.CANCELLED;
        foreach (var line in Lines)
            if (line.Waiting > 0)
                least = Least(least, line.Backordered ? OrderStatus.BACKORDERED : OrderStatus.SOURCING);
        foreach (var allocation in Allocations)
            if (allocation.IsLive)
                least = Least(least, StageOf(allocation));
        return least;
    }

    /// <summary>Who is told that it has changed.</summary>
    public Action<Order>? Emitted { get; set; }

    /// <summary>Takes the order one version on and emits the operation that did it.</summary>
    /// <param name="data">The operation's data, of the order as it now stands.</param>
    public void Emit<T>(Outbox outbox, DateTimeOffset at, string type, Func<OperationEvents.OrderState, T> data, JsonTypeInfo<T> jsonType) where T : class
    {
        Version++;
        var before = Status;
        Status = StatusOfLines();
        if (Status != before)
            ProgressedAt = Instant.Later(ProgressedAt, at);
        ClosedAt = Status is OrderStatus.DELIVERED or OrderStatus.CANCELLED ? ClosedAt ?? at : null;
        if (ClosedAt is { } closed)
            EndHolds(closed);
        Emitted?.Invoke(this);
        outbox.Add(at, type, Id.Value, data(State()), jsonType);
    }

    /// <summary>Emits that the order changed by a step that has no operation of its own, whether its status did or not.</summary>
    public void EmitChange(Outbox outbox, DateTimeOffset at)
    {
        var before = Status.ToString();
        Emit(outbox, at, OperationEvents.StatusChanged, state => new OperationEvents.OrderStatusChanged(state, before),
            OperationJson.Default.OrderStatusChanged);
    }

    /// <summary>Emits that the order's status changed by a step that has no operation of its own; nothing if it did not change.</summary>
    public void EmitStatusChange(Outbox outbox, DateTimeOffset at)
    {
        if (StatusOfLines() != Status)
            EmitChange(outbox, at);
    }

    /// <summary>Nothing is left of a closed order to be held.</summary>
    private void EndHolds(DateTimeOffset closed)
    {
        foreach (var hold in Holds)
            if (hold.IsOpen)
                hold.ReleasedAt = closed > hold.OpenedAt ? closed : hold.OpenedAt;
        (ReservedUntil, ReservationEndedAt) = (null, null);
    }

    private OperationEvents.OrderState State()
    {
        long units = 0, waiting = 0;
        var value = 0m;
        foreach (var line in Lines)
        {
            units += line.Live;
            waiting += line.Waiting;
            value += line.Live * line.Price;
        }
        var locations = Allocations.Where(allocation => allocation.IsLive).Select(allocation => allocation.Location).Distinct().ToList();
        locations.Sort();
        var holds = Holds.Where(hold => hold.IsOpen).Select(hold => hold.Kind).Distinct(StringComparer.Ordinal).ToList();
        holds.Sort(StringComparer.Ordinal);
        return new(Id, Version, Status.ToString(), Channel, Country, Currency, PlacedAt, PromisedAt, Lines.Count, units, value, waiting,
            Shipments.Count(shipment => shipment.HasShipped), ClosedAt, holds, locations, Status == OrderStatus.DELIVERED ? DeliveredAt : null);
    }

    /// <summary>When the last unit was delivered; null while one is not, or where a parcel came back undelivered.</summary>
    public DateTimeOffset? DeliveredAt
    {
        get
        {
            DateTimeOffset? last = null;
            if (StatusOfLines() != OrderStatus.DELIVERED)
                return last;
            foreach (var allocation in Allocations)
                if (allocation.IsLive)
                {
                    if (allocation.Shipment?.DeliveredAt is not { } at)
                        return null;
                    last = last > at ? last : at;
                }
            return last;
        }
    }

    private static OrderStatus Least(OrderStatus a, OrderStatus b) => a < b ? a : b;

    private static OrderStatus StageOf(Allocation allocation) => allocation.Shipment switch
    {
        null => OrderStatus.ALLOCATED,
        { IsOver: true } => OrderStatus.DELIVERED,
        { HasShipped: true } => OrderStatus.SHIPPED,
        { Status: ShipmentStatus.PACKED } => OrderStatus.PACKED,
        _ when allocation.Packed == allocation.Quantity => OrderStatus.PACKED,
        _ when allocation.Picked == allocation.Quantity => OrderStatus.PICKED,
        _ => OrderStatus.RELEASED,
    };
}
