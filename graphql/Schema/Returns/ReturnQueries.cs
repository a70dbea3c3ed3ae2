using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Returns;

[GraphQLResolvers("Query")]
internal static class ReturnQueries
{
    private const string Open = "r.status IN ('REQUESTED', 'AUTHORIZED', 'RECEIVED', 'DISPOSITIONED')";

    public static async Task<Connection<Return>> Returns(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, ReturnFilter? filter, SortDirection direction)
    {
        await names.CheckChannelsAsync(filter?.Channels, context);
        await names.CheckLocationsAsync(filter?.Locations, context);
        var conditions = Narrow(VisibleTo(context.Caller()), filter, context.Caller());
        var page = new PageArguments(first, after, last, before);
        return await Schema.Returns.Return.Rows.PageAsync(database, conditions, Schema.Returns.Return.ByRequest, direction, page, context);
    }

    public static Task<Return?> Return(RequestContext context, [Service] ReadDatabase database, string returnId)
    {
        var visible = VisibleTo(context.Caller()).And("r.return_id = @returnId", "returnId", returnId);
        return Schema.Returns.Return.Rows.FindAsync(database, visible, context);
    }

    public static async Task<Connection<Refund>> Refunds(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, RefundFilter? filter, SortDirection direction)
    {
        await names.CheckChannelsAsync(filter?.Channels, context);
        var conditions = RefundsVisibleTo(context.Caller())
            .And("f.order_id = ANY(@orderIds)", "orderIds", filter?.OrderIds)
            .And("f.return_id = ANY(@returnIds)", "returnIds", filter?.ReturnIds)
            .And("f.return_id IS NOT NULL", filter?.OfReturn == true)
            .And("f.return_id IS NULL", filter?.OfReturn == false)
            .And("o.channel = ANY(@channels)", "channels", filter?.Channels)
            .And("f.paid_at >= @paidFrom", "paidFrom", filter?.PaidFrom)
            .And("f.paid_at < @paidBefore", "paidBefore", filter?.PaidBefore);
        var page = new PageArguments(first, after, last, before);
        return await Refund.Rows.PageAsync(database, conditions, Refund.ByTime, direction, page, context);
    }

    /// <summary>Returns of the caller's channels, with units at one of the caller's locations, or of an order that one of them had to do with.</summary>
    public static Conditions VisibleTo(Caller caller) => new Conditions()
        .And("o.channel = ANY(@callersChannels)", "callersChannels", caller.Channels?.ToArray())
        .And(
            """
            (EXISTS (SELECT FROM return_units u WHERE u.return_id = r.return_id AND u.location = ANY(@callersLocations))
              OR EXISTS (SELECT FROM allocations a WHERE a.order_id = r.order_id AND a.location = ANY(@callersLocations)))
            """,
            "callersLocations",
            caller.Locations?.ToArray());

    public static Conditions RefundsVisibleTo(Caller caller) =>
        new Conditions().And("o.channel = ANY(@callersChannels)", "callersChannels", caller.Channels?.ToArray());

    private static Conditions Narrow(Conditions conditions, ReturnFilter? filter, Caller caller) => filter is null ? conditions : conditions
        .And("r.return_id = ANY(@returnIds)", "returnIds", filter.ReturnIds)
        .And("r.order_id = ANY(@orderIds)", "orderIds", filter.OrderIds)
        .And("r.status = ANY(@statuses)", "statuses", filter.Statuses)
        .And(Open, filter.Open == true)
        .And($"NOT {Open}", filter.Open == false)
        .And("o.channel = ANY(@channels)", "channels", filter.Channels)
        .And(
            "EXISTS (SELECT FROM return_units u WHERE u.return_id = r.return_id AND u.quantity > 0 AND u.location = ANY(@locations))",
            "locations",
            Own(filter.Locations, caller))
        .And("EXISTS (SELECT FROM return_lines l WHERE l.return_id = r.return_id AND l.sku = ANY(@skus))", "skus", filter.Skus)
        .And("r.requested_at >= @requestedFrom", "requestedFrom", filter.RequestedFrom)
        .And("r.requested_at < @requestedBefore", "requestedBefore", filter.RequestedBefore);

    /// <summary>The requested locations that are the caller's: a return visible by one location must not reveal that it is also at another.</summary>
    private static string[]? Own(string[]? locations, Caller caller) =>
        caller.Locations is { } own ? locations?.Intersect(own, StringComparer.Ordinal).ToArray() : locations;
}
