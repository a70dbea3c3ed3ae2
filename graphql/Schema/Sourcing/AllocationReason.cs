using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;

namespace EcomIntel.GraphQL.Schema.Sourcing;

/// <summary>Out of the order's decisions, which are loaded once for all of a response.</summary>
[GraphQLResolvers("Allocation")]
internal static class AllocationReason
{
    public static async Task<string?> Reason([Parent] Allocation allocation, RequestContext context) =>
        (await context.Batch<string, IReadOnlyList<AllocationDecision>>(allocation.OrderId, OrderLoads.Decisions) ?? [])
            .SelectMany(decision => decision.Reasons).LastOrDefault(reason => reason.Chosen && reason.Location == allocation.LocationId)?.Reason;
}
