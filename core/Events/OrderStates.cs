using System.Text.Json;

namespace EcomIntel.Core.Events;

/// <summary>The order out of a decision, for readers that only want to know how it stands.</summary>
public static class OrderStates
{
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        OperationEvents.Captured, OperationEvents.Allocated, OperationEvents.Backordered, OperationEvents.Released, OperationEvents.Deallocated,
        OperationEvents.Rejected,
        OperationEvents.StatusChanged,
        OperationEvents.Shipped, OperationEvents.Delivered, OperationEvents.Cancelled, OperationEvents.HoldPlaced, OperationEvents.HoldReleased,
        ReservationEnded.Type, OrderPromised.Type,
    };

    /// <summary>The types of decisions about an order, as <c>order.allocated</c>.</summary>
    public static IReadOnlySet<string> EventTypes => Types;

    /// <summary>What every decision about an order has.</summary>
    internal sealed record Part(OperationEvents.OrderState Order);

    /// <returns>The order after the decision; null where it is about no order.</returns>
    /// <exception cref="JsonException">It is not what its type says: it was not written by the hub.</exception>
    public static OperationEvents.OrderState? Of(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Types.Contains(operation.Type) ? operation.Read(OperationJson.Default.Part).Order : null;
    }
}
