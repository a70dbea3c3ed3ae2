using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Timeline;

/// <param name="All">In order.</param>
[GraphQLObject("OrderTimeline")]
internal sealed record OrderTimeline(DateTime? PrunedBefore, bool IsCut, IReadOnlyList<TimelineEntry> All);

[GraphQLResolvers("Order")]
internal static class TimelineFields
{
    public static Task<OrderTimeline?> Timeline([Parent] Order order, RequestContext context) =>
        context.Batch<string, OrderTimeline>(order.OrderId, TimelineLoads.Timelines);
}

[GraphQLResolvers("OrderTimeline")]
internal static class OrderTimelineFields
{
    public static Connection<TimelineEntry> Entries([Parent] OrderTimeline timeline, int first, string? after) =>
        TimelinePages.Of(timeline.All, first, after);
}
