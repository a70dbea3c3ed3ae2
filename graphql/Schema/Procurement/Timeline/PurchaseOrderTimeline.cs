using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.GraphQL.Schema.Procurement.PurchaseOrders;
using EcomIntel.GraphQL.Schema.Timeline;

namespace EcomIntel.GraphQL.Schema.Procurement.Timeline;

/// <param name="All">In order.</param>
[GraphQLObject("PurchaseOrderTimeline")]
internal sealed record PurchaseOrderTimeline(DateTime? PrunedBefore, bool IsCut, IReadOnlyList<TimelineEntry> All);

[GraphQLResolvers("PurchaseOrder")]
internal static class PurchaseOrderTimelineField
{
    public static Task<PurchaseOrderTimeline?> Timeline([Parent] PurchaseOrder order, RequestContext context) =>
        context.Batch<string, PurchaseOrderTimeline>(order.PurchaseOrderId, PurchaseOrderTimelineLoads.Timelines);
}

[GraphQLResolvers("PurchaseOrderTimeline")]
internal static class PurchaseOrderTimelineFields
{
    public static Connection<TimelineEntry> Entries([Parent] PurchaseOrderTimeline timeline, int first, string? after) =>
        TimelinePages.Of(timeline.All, first, after);
}
