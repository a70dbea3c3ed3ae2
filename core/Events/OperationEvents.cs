using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>
/// What the workflows decide, as it leaves on topic <c>operations</c>. Each event carries all that its readers need, so that a reader keeps no state of its
/// own: ClickHouse's facts are made from these events alone.
/// </summary>
public static class OperationEvents
{
    public const string Captured = "order.captured";
    public const string Allocated = "order.allocated";
    public const string Backordered = "order.backordered";
    public const string Released = "order.released";
    public const string Deallocated = "order.deallocated";
    public const string Rejected = "order.rejected";
    public const string StatusChanged = "order.status_changed";
    public const string Shipped = "order.shipped";
    public const string Delivered = "order.delivered";
    public const string Cancelled = "order.cancelled";
    public const string HoldPlaced = "hold.placed";
    public const string HoldReleased = "hold.released";
    public const string StockChangedType = "stock.changed";
    public const string ReturnRequested = "rma.requested";
    public const string ReturnAuthorized = "rma.authorized";
    public const string ReturnRefused = "rma.refused";
    public const string ReturnExpired = "rma.expired";
    public const string ReturnClosed = "rma.closed";
    public const string ReturnReceivedType = "rma.received";
    public const string ReturnDispositioned = "rma.dispositioned";
    public const string ReturnRefundedType = "rma.refunded";
    public const string ItemChanged = "item.changed";
    public const string LocationChanged = "location.changed";

    /// <summary>Business time has passed this instant and all that fell due before it is decided; every decision before it has a lower sequence.</summary>
    public const string ClockTickedType = "clock.ticked";

    /// <summary>An order as it stands after the event: readers keep the highest version.</summary>
    /// <param name="Version">1 when captured, one more with each event of the order.</param>
    /// <param name="Units">Ordered and not cancelled.</param>
    /// <param name="Value">Net value of those units, in the order's currency.</param>
    /// <param name="WaitingUnits">Of those, not yet promised from stock.</param>
    /// <param name="ClosedAt">When it was delivered or cancelled as a whole; null while open.</param>
    /// <param name="Holds">Open holds, sorted.</param>
    /// <param name="Locations">Nodes that fulfil it, sorted.</param>
    /// <param name="DeliveredAt">When its last unit was delivered; null while one is not, or where a parcel came back undelivered.</param>
    public sealed record OrderState(
        OrderId OrderId, long Version, string Status, string Channel, string? Country, string Currency, DateTimeOffset PlacedAt, DateTimeOffset PromisedAt,
        int Lines, long Units, decimal Value, long WaitingUnits, int Shipments, DateTimeOffset? ClosedAt, IReadOnlyList<string> Holds,
        IReadOnlyList<LocationId> Locations,
        DateTimeOffset? DeliveredAt = null);

    public sealed record OrderCaptured(OrderState Order, IReadOnlyList<OrderCaptured.CapturedLine> Lines)
    {
        public sealed record CapturedLine([property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity, decimal Price);
    }

    /// <param name="PolicyVersion">Of the allocation policy that decided; 0 is the built-in one.</param>
    /// <param name="Reasons">Why each node was chosen or lost.</param>
    public sealed record OrderAllocated(OrderState Order, int PolicyVersion, IReadOnlyList<LineQuantity> Lines, IReadOnlyList<NodeReason> Reasons);

    public sealed record NodeReason(LocationId Location, bool Chosen, string Reason);

    public sealed record LineQuantity([property: JsonPropertyName("line")] int Number, Sku Sku, LocationId Location, long Quantity);

    /// <param name="Lines">Units of each line that wait for stock.</param>
    public sealed record OrderBackordered(OrderState Order, IReadOnlyList<OrderBackordered.WaitingLine> Lines)
    {
        public sealed record WaitingLine([property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity);
    }

    /// <summary>
    /// A node may pick: the lines of one shipment, all of them. Said again of a shipment with more lines where units joined it before anybody had picked: the
    /// latest counts.
    /// </summary>
    /// <param name="PackWith">It goes in one parcel with this shipment, of another order of the customer, and with all that name the same; that one may be
    /// cancelled since. Null where nothing was released yet that it could go with.</param>
    public sealed record OrderReleased(
        OrderState Order, ShipmentId ShipmentId, LocationId Location, IReadOnlyList<LineQuantity> Lines, ShipmentId? PackWith = null);

    /// <summary>Promised units are given back, and sourced again where they are still wanted.</summary>
    /// <param name="ShipmentId">The shipment that they were released in: it is not to be picked any more. Null where they were not released yet.</param>
    public sealed record OrderDeallocated(OrderState Order, ShipmentId? ShipmentId, string Reason, IReadOnlyList<LineQuantity> Lines);

    /// <summary>A node could not do what it was asked; the units are sourced again elsewhere.</summary>
    /// <param name="Unfilled">The line had counted as filled, and does no more.</param>
    public sealed record OrderRejected(
        OrderState Order, ShipmentId ShipmentId, LocationId Location, [property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity, string Reason,
        bool Unfilled = false);

    /// <summary>The order's status changed by a step that has no event of its own (picked, packed).</summary>
    public sealed record OrderStatusChanged(OrderState Order, string From);

    /// <param name="Number">Which outbound shipment of the order this is: 1 is its first.</param>
    /// <param name="FirstShippedAt">When the order's first shipment left.</param>
    /// <param name="MultiUnit">The order is for more than one unit.</param>
    public sealed record OrderShipped(
        OrderState Order, ShipmentId ShipmentId, LocationId Location, int Number, string? Carrier, DateTimeOffset ReleasedAt, DateTimeOffset ShippedAt,
        DateTimeOffset FirstShippedAt,
        bool MultiUnit, IReadOnlyList<OrderShipped.ShippedLine> Lines)
    {
        /// <param name="Filled">With this shipment the whole line has shipped, and it was never backordered nor rejected by a node: the line counts as filled
        /// the first time.</param>
        /// <param name="DueAgain">It had been withdrawn, and left nevertheless: it counts as due again.</param>
        public sealed record ShippedLine(
            [property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity, decimal Price, bool Filled, bool DueAgain = false);
    }

    public sealed record OrderDelivered(OrderState Order, ShipmentId ShipmentId, DateTimeOffset DeliveredAt);

    public sealed record OrderCancelled(OrderState Order, string By, string? Reason, IReadOnlyList<OrderCancelled.CancelledLine> Lines)
    {
        /// <param name="Quantity">Units cancelled now.</param>
        /// <param name="WithdrawnFromDue">Nothing of the line is left and none of it shipped, at the customer's or seller's wish: it no longer counts as due.
        /// A line cancelled for lack of stock stays due.</param>
        /// <param name="Filled">What is left of the line had all shipped, the first time: it counts as filled from now on.</param>
        public sealed record CancelledLine([property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity, bool WithdrawnFromDue, bool Filled = false);
    }

    public sealed record HoldChanged(OrderState Order, string Hold, string? Reason);

    /// <summary>Ledger rows of one cause. From null is from outside, to null is out of the house.</summary>
    public sealed record StockChanged(string Cause, IReadOnlyList<StockChanged.Change> Changes)
    {
        /// <param name="Entry">The ledger row's number, gapless.</param>
        public sealed record Change(long Entry, Sku Sku, LocationId Location, string Lot, StockState? From, StockState? To, long Quantity, string Reason);
    }

    /// <param name="Location">Where the units are; null of a step that has no place.</param>
    /// <param name="Channel">The order's.</param>
    public sealed record ReturnChanged(
        ReturnId ReturnId, OrderId OrderId, string Status, LocationId? Location, IReadOnlyList<ReturnChanged.ReturnLine> Lines, string? Channel = null)
    {
        /// <param name="Quantity">Units that took this step now; below 0 where a report that came late shows that they had not, or elsewhere.</param>
        /// <param name="Shipped">Of units received: the shipments they had left with, of a line's shipments the earliest first.</param>
        public sealed record ReturnLine(
            [property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity, string? Disposition, IReadOnlyList<ShippedPart>? Shipped = null);

        public sealed record ShippedPart(ShipmentId ShipmentId, DateTimeOffset ShippedAt, long Quantity);
    }

    /// <param name="Amount">Paid now, in the order's currency; below 0 where it had been told as too much.</param>
    /// <param name="RefundId">Unique within the order.</param>
    public sealed record ReturnRefunded(
        ReturnId ReturnId, OrderId OrderId, string Status, string Channel, string Currency, decimal Amount, string? RefundId = null);

    public sealed record CatalogChanged(string Id, string Name, string? Kind, string? Category, decimal? UnitCost, decimal? Price, bool Active);
}
