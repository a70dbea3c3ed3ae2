using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Orders;

[GraphQLResolvers("Query")]
internal static class OrderQueries
{
    // Written as in the partial index of waiting lines, so that PostgreSQL uses it.
    private const string WaitingOrders = "SELECT l.order_id FROM order_lines l WHERE l.ordered > l.cancelled + l.sourced";

    /// <summary>As <see cref="Core.Orders.Lateness"/> has it: a part is not delivered and the promise has passed, or was delivered after it.</summary>
    private const string Late = $"""
        (o.promised_at < {BusinessTime.Sql} AND (o.closed_at IS NULL OR (o.closed_at > o.promised_at AND EXISTS (
            SELECT FROM shipments s WHERE s.order_id = o.order_id AND s.status <> 'CANCELLED' AND coalesce(s.delivered_at, o.closed_at) > o.promised_at))))
        """;

    private const string Value =
        "(SELECT coalesce(sum(l.price * (l.ordered - l.cancelled)), 0) FROM order_lines l WHERE l.order_id = o.order_id)";

    public static async Task<Connection<Order>> Orders(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, OrderFilter? filter, OrderSort sort, SortDirection direction)
    {
        await names.CheckChannelsAsync(filter?.Channels, context);
        await names.CheckLocationsAsync(filter?.Locations, context);
        // That a filter finds an order would tell what its fields may not.
        if (SeesOnlyWaiting(context.Caller()) && (filter?.Holds is not null || filter?.Locations is not null))
            throw new GraphQLException("Your roles may not read holds and locations of orders, and so not filter by them.", AccessGuard.Forbidden);
        if (filter?.Customers is not null && (context.Caller().RoleBits & SeesCustomers) == 0)
            throw new GraphQLException("Your roles may not read the customers of orders, and so not filter by them.", AccessGuard.Forbidden);
        if (filter?.Value is not null && (context.Caller().RoleBits & SeesValues) == 0)
            throw new GraphQLException("Your roles may not read the value of orders, and so not filter by it.", AccessGuard.Forbidden);
        var conditions = Narrow(VisibleTo(context.Caller()), filter, context.Caller());
        var page = new PageArguments(first, after, last, before);
        return await Schema.Orders.Order.Rows.PageAsync(database, conditions, Schema.Orders.Order.Sorts[sort], direction, page, context);
    }

    public static async Task<Connection<OrderLine>> OrderLines(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, OrderLineFilter? filter, SortDirection direction)
    {
        await names.CheckChannelsAsync(filter?.Channels, context);
        var conditions = Narrow(LinesVisibleTo(context.Caller()), filter);
        var page = new PageArguments(first, after, last, before);
        return await OrderLine.Rows.PageAsync(database, conditions, OrderLine.ByPromise, direction, page, context);
    }

    public static Task<Order?> Order(RequestContext context, [Service] ReadDatabase database, string orderId)
    {
        var visible = VisibleTo(context.Caller()).And("o.order_id = @orderId", "orderId", orderId);
        return Schema.Orders.Order.Rows.FindAsync(database, visible, context);
    }

    public static async Task<Connection<Shipment>> Shipments(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, ShipmentFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var conditions = Narrow(ShipmentsVisibleTo(context.Caller()), filter);
        var page = new PageArguments(first, after, last, before);
        return await Schema.Orders.Shipment.Rows.PageAsync(database, conditions, Schema.Orders.Shipment.ByRelease, direction, page, context);
    }

    public static Task<Shipment?> Shipment(RequestContext context, [Service] ReadDatabase database, string shipmentId)
    {
        var visible = ShipmentsVisibleTo(context.Caller()).And("s.shipment_id = @shipmentId", "shipmentId", shipmentId);
        return Schema.Orders.Shipment.Rows.FindAsync(database, visible, context);
    }

    // What is packed with others shows the number of their parcel.
    private const string OfTracking = """
        s.shipment_id IN (
            SELECT p.shipment_id FROM parcels p WHERE p.tracking = @tracking AND p.is_named
            UNION ALL
            SELECT o.shipment_id FROM shipments o WHERE o.tracking = @tracking)
        """;

    /// <summary>The roles that may read every order; of the others, BUYER may read what waits for stock.</summary>
    private static readonly uint SeesAll = Caller.BitsOf(["EXECUTIVE", "PLANNER", "WAREHOUSE", "FINANCE", "ADMIN", "SERVICE"]);

    /// <summary>The roles that may read an order's customer, and those that may read its value, as in the SDL.</summary>
    private static readonly uint SeesCustomers = Caller.BitsOf(["PLANNER", "FINANCE", "ADMIN", "SERVICE"]),
        SeesValues = Caller.BitsOf(["EXECUTIVE", "PLANNER", "FINANCE", "ADMIN", "SERVICE"]);

    public static bool SeesOnlyWaiting(Caller caller) => (caller.RoleBits & SeesAll) == 0;

    /// <summary>Orders of the caller's channels, with an allocation at one of the caller's locations.</summary>
    public static Conditions VisibleTo(Caller caller) => new Conditions()
        .And($"o.order_id IN ({WaitingOrders})", SeesOnlyWaiting(caller))
        .And("o.channel = ANY(@callersChannels)", "callersChannels", caller.Channels?.ToArray())
        .And(
            "EXISTS (SELECT FROM allocations a WHERE a.order_id = o.order_id AND a.location = ANY(@callersLocations))",
            "callersLocations",
            caller.Locations?.ToArray());

    public static Conditions LinesVisibleTo(Caller caller) => new Conditions()
        .And("l.ordered > l.cancelled + l.sourced", SeesOnlyWaiting(caller))
        .And("o.channel = ANY(@callersChannels)", "callersChannels", caller.Channels?.ToArray())
        .And(
            "EXISTS (SELECT FROM allocations a WHERE a.order_id = l.order_id AND a.line = l.line AND a.location = ANY(@callersLocations))",
            "callersLocations",
            caller.Locations?.ToArray());

    public static Conditions ShipmentsVisibleTo(Caller caller) => new Conditions()
        .And(
            "EXISTS (SELECT FROM orders o WHERE o.order_id = s.order_id AND o.channel = ANY(@callersChannels))",
            "callersChannels",
            caller.Channels?.ToArray())
        .And("s.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());

    private static Conditions Narrow(Conditions conditions, OrderFilter? filter, Caller caller) => filter is null ? conditions : conditions
        .And("o.order_id = ANY(@orderIds)", "orderIds", filter.OrderIds)
        .And("o.status = ANY(@statuses::order_status[])", "statuses", filter.Statuses)
        .And("o.channel = ANY(@channels)", "channels", filter.Channels)
        .And("EXISTS (SELECT FROM allocations a WHERE a.order_id = o.order_id AND a.location = ANY(@locations))", "locations", Own(filter.Locations, caller))
        .And("EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.order_id AND l.sku = ANY(@skus))", "skus", filter.Skus)
        .And("EXISTS (SELECT FROM holds h WHERE h.order_id = o.order_id AND h.released_at IS NULL AND upper(h.kind) = ANY(@holds))", "holds", filter.Holds)
        .And("o.closed_at IS NULL", filter.Open == true)
        .And("o.closed_at IS NOT NULL", filter.Open == false)
        .And($"o.order_id IN ({WaitingOrders})", filter.Waiting == true)
        .And("NOT EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.order_id AND l.ordered > l.cancelled + l.sourced)", filter.Waiting == false)
        .And(Late, filter.Late == true)
        .And($"NOT {Late}", filter.Late == false)
        .And("o.customer = ANY(@customers)", "customers", filter.Customers)
        .And("o.country = ANY(@countries)", "countries", filter.Countries)
        .And("o.currency = @valueCurrency", "valueCurrency", filter.Value?.Currency)
        .And($"{Value} >= @valueFrom", "valueFrom", filter.Value?.From)
        .And($"{Value} < @valueBelow", "valueBelow", filter.Value?.Below)
        .And("o.placed_at >= @placedFrom", "placedFrom", filter.PlacedFrom)
        .And("o.placed_at < @placedBefore", "placedBefore", filter.PlacedBefore)
        .And("o.promised_at >= @promisedFrom", "promisedFrom", filter.PromisedFrom)
        .And("o.promised_at < @promisedBefore", "promisedBefore", filter.PromisedBefore);

    /// <summary>The requested locations that are the caller's: an order visible by one location must not reveal that it is also at another.</summary>
    private static string[]? Own(string[]? locations, Caller caller) =>
        caller.Locations is { } own ? locations?.Intersect(own, StringComparer.Ordinal).ToArray() : locations;

    private static Conditions Narrow(Conditions conditions, OrderLineFilter? filter) => filter is null ? conditions : conditions
        .And("l.sku = ANY(@skus)", "skus", filter.Skus)
        .And("o.channel = ANY(@channels)", "channels", filter.Channels)
        .And("l.ordered > l.cancelled + l.sourced", filter.Waiting == true)
        .And("l.ordered = l.cancelled + l.sourced", filter.Waiting == false)
        .And("l.backordered = @backordered", "backordered", filter.Backordered)
        .And("l.rejected = @rejected", "rejected", filter.Rejected)
        .And("o.promised_at >= @promisedFrom", "promisedFrom", filter.PromisedFrom)
        .And("o.promised_at < @promisedBefore", "promisedBefore", filter.PromisedBefore);

    private static Conditions Narrow(Conditions conditions, ShipmentFilter? filter) => filter is null ? conditions : conditions
        .And("s.status = ANY(@statuses)", "statuses", filter.Statuses)
        .And("s.location = ANY(@locations)", "locations", filter.Locations)
        .And("s.carrier = ANY(@carriers)", "carriers", filter.Carriers)
        .And(OfTracking, "tracking", filter.Tracking)
        .And("s.released_at >= @releasedFrom", "releasedFrom", filter.ReleasedFrom)
        .And("s.released_at < @releasedBefore", "releasedBefore", filter.ReleasedBefore);
}
