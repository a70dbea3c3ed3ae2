using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Allocation;

/// <summary>Units promised to orders: given, and given back while nobody has begun to pick them.</summary>
internal sealed class Promises(StockBook stock, Outbox outbox)
{
    /// <summary>Lots in their order, so that a line may become several promises at one node.</summary>
    public void Give(Order order, Assignment assignment, DateTimeOffset at, string cause)
    {
        var line = order.Line(assignment.Line)!;
        var left = assignment.Quantity;
        foreach (var position in stock.Of(assignment.Sku))
        {
            if (position.Location != assignment.Location || position[StockState.Available] == 0 || left == 0)
                continue;
            var quantity = Math.Min(left, position[StockState.Available]);
            stock.Move(position, StockState.Available, StockState.Allocated, quantity, at, "allocated", cause, order.Id);
            order.Promise(line, position.Location, position.Lot, quantity);
            line.Sourced += quantity;
            left -= quantity;
        }
    }

    /// <summary>
    /// They are available again, and wait. A shipment of which nothing is left is cancelled; its node hears of it, as of what was not released yet, by one
    /// operation for each.
    /// </summary>
    /// <param name="promises">Live, and all or none of a shipment. Not picked.</param>
    /// <param name="reason">For people.</param>
    public void GiveBack(Order order, IReadOnlyCollection<Orders.Allocation> promises, string reason, DateTimeOffset at, string cause)
    {
        foreach (var parcel in promises.GroupBy(promise => promise.Shipment).OrderBy(parcel => parcel.Key?.Id.Value, StringComparer.Ordinal))
        {
            foreach (var promise in parcel)
            {
                stock.Move(stock.At(promise.Line.Sku, promise.Location, promise.Lot), StockState.Allocated, StockState.Available, promise.Quantity, at,
                    "deallocated", cause, order.Id);
                promise.Status = parcel.Key is null ? AllocationStatus.CANCELLED : AllocationStatus.RECALLED;
                promise.Line.Sourced -= promise.Quantity;
            }
            if (parcel.Key is { } shipment)
                shipment.Status = ShipmentStatus.CANCELLED;
            var lines = parcel.Select(p => new OperationEvents.LineQuantity(p.LineNumber, p.Line.Sku, p.Location, p.Quantity)).ToList();
            order.Emit(outbox, at, OperationEvents.Deallocated,
                state => new OperationEvents.OrderDeallocated(state, parcel.Key?.Id, reason, lines), OperationJson.Default.OrderDeallocated);
        }
    }

    /// <summary>What is promised and not released.</summary>
    public static List<Orders.Allocation> Unreleased(Order order) => order.Allocations.FindAll(promise => promise.Status == AllocationStatus.ALLOCATED);

    /// <summary>Where units of it are promised that have not left.</summary>
    public static HashSet<LocationId> Holding(Order order) =>
        [.. order.Allocations.Where(promise => promise is { IsLive: true, Shipment: null or { HasShipped: false } }).Select(promise => promise.Location)];

    /// <summary>What can be given back: not released, or released and nobody has begun with its shipment.</summary>
    public static List<Orders.Allocation> Free(Order order) =>
        order.Allocations.FindAll(promise => promise.IsLive && (promise.Shipment is null || IsUntouched(order, promise.Shipment)));

    /// <summary>Nothing of it is picked, packed, labelled or has left.</summary>
    public static bool IsUntouched(Order order, Shipment shipment) =>
        shipment is { Status: ShipmentStatus.RELEASED, HasShipped: false, Carrier: null, Tracking: null }
        && order.LiveIn(shipment).All(promise => promise is { Picked: 0, Packed: 0 });

    /// <summary>
    /// Whether units may still go in its parcel. What has to go in one piece goes in a box that is open, though somebody picks for it already.
    /// </summary>
    public static bool MayJoin(Order order, Shipment shipment) => order.ShipComplete
        ? shipment is { Status: ShipmentStatus.RELEASED or ShipmentStatus.PICKED, HasShipped: false, Carrier: null, Tracking: null }
        : IsUntouched(order, shipment);
}
