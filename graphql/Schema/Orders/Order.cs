using System.Globalization;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Orders;

[GraphQLObject("Order")]
internal sealed record Order(
    string OrderId, long Version, string Status, string Channel, string? Customer, string? Country, string Currency, int Tier, bool ShipComplete,
    DateTime PlacedAt, DateTime PromisedAt, DateTime? FirstShippedAt, DateTime? ClosedAt, DateTime? CancelledAt)
{
    public const string NodeType = "Order";

    public string Id => NodeId.Of(NodeType, OrderId);

    public static readonly RowList<Order> Rows = new(
        """
        o.order_id, o.version, o.status::text AS status, o.channel, o.customer, o.country, o.currency, o.tier::int AS tier, o.ship_complete,
        o.placed_at, o.promised_at, o.first_shipped_at, o.closed_at, o.cancelled_at
        """, "orders o");

    private static readonly SortColumn Unique = new("o.order_id", "text");

    public static readonly IReadOnlyDictionary<OrderSort, Sort<Order>> Sorts = new Dictionary<OrderSort, Sort<Order>>
    {
        [OrderSort.PlacedAt] = new(
            "placed", [new("o.placed_at", "timestamptz"), Unique], order => [order.PlacedAt.ToString("O", CultureInfo.InvariantCulture), order.OrderId]),
        [OrderSort.PromisedAt] = new(
            "promised", [new("o.promised_at", "timestamptz"), Unique], order => [order.PromisedAt.ToString("O", CultureInfo.InvariantCulture), order.OrderId]),
        [OrderSort.OrderId] = new("id", [Unique], order => [order.OrderId]),
    };
}

internal enum OrderSort
{
    PlacedAt,
    PromisedAt,
    OrderId,
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record OrderFilter(
    string[]? OrderIds, string[]? Statuses, string[]? Channels, string[]? Locations, string[]? Skus, string[]? Holds, bool? Open, bool? Waiting,
    DateTime? PlacedFrom, DateTime? PlacedBefore, DateTime? PromisedFrom, DateTime? PromisedBefore,
    bool? Late, string[]? Customers, string[]? Countries, OrderValueFilter? Value);

internal sealed record OrderValueFilter(string Currency, decimal? From, decimal? Below);

[GraphQLObject("OrderLine")]
internal sealed record OrderLine(
    string OrderId, int Line, string Sku, decimal UnitPrice, string Currency, DateTime PromisedAt, long Ordered, long Cancelled, long Sourced,
    bool Backordered, bool Rejected, bool Due)
{
    public static readonly RowList<OrderLine> Rows = new(
        """
        l.order_id, l.line, l.sku, l.price AS unit_price, o.currency, o.promised_at, l.ordered, l.cancelled, l.sourced, l.backordered, l.rejected, l.due
        """, "order_lines l JOIN orders o USING (order_id)");

    public static readonly Sort<OrderLine> ByPromise = new(
        "promised", [new("o.promised_at", "timestamptz"), new("l.order_id", "text"), new("l.line", "integer")],
        line => [line.PromisedAt.ToString("O", CultureInfo.InvariantCulture), line.OrderId, line.Line.ToString(CultureInfo.InvariantCulture)]);

    public long Waiting => Ordered - Cancelled - Sourced;

    public Money Price => new(UnitPrice, Currency);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record OrderLineFilter(
    string[]? Skus, string[]? Channels, bool? Waiting, bool? Backordered, bool? Rejected, DateTime? PromisedFrom, DateTime? PromisedBefore);

[GraphQLObject("Allocation")]
internal sealed record Allocation(
    string OrderId, int Line, int Number, string LocationId, string Lot, string Status, long Quantity, long Picked, long Packed, string? ShipmentId);

[GraphQLObject("AllocationDecision")]
internal sealed record AllocationDecision(string OrderId, long OrderVersion, DateTime At, int PolicyVersion, IReadOnlyList<NodeReason> Reasons);

[GraphQLObject("NodeReason")]
internal sealed record NodeReason(string Location, bool Chosen, string Reason);

[GraphQLObject("Hold")]
internal sealed record Hold(string OrderId, int Number, string Kind, string? Reason, string Owner, DateTime OpenedAt, DateTime? ReleasedAt);

[GraphQLObject("Shipment")]
internal sealed record Shipment(
    string ShipmentId, string OrderId, string LocationId, string Status, int? Number, string? Carrier, string? Service, string? Tracking,
    DateTime ReleasedAt, DateTime? ShippedAt, DateTime? DeliveredAt)
{
    public const string NodeType = "Shipment";

    public string Id => NodeId.Of(NodeType, ShipmentId);

    public static readonly RowList<Shipment> Rows = new(
        """
        s.shipment_id, s.order_id, s.location AS location_id, s.status, s.number, s.carrier, s.service, s.tracking, s.released_at, s.shipped_at, s.delivered_at
        """, "shipments s");

    public static readonly Sort<Shipment> ByRelease = new(
        "released", [new("s.released_at", "timestamptz"), new("s.shipment_id", "text")],
        shipment => [shipment.ReleasedAt.ToString("O", CultureInfo.InvariantCulture), shipment.ShipmentId]);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record ShipmentFilter(
    string[]? Statuses, string[]? Locations, string[]? Carriers, string? Tracking, DateTime? ReleasedFrom, DateTime? ReleasedBefore);
