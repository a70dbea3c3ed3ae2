using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Orders;

/// <summary>What carriers have reported as lost: one statement for all shipments of a response.</summary>
[GraphQLResolvers("Shipment")]
internal static class LostShipmentFields
{
    private const string SelectLost = "SELECT shipment_id, lost_at FROM lost_shipments WHERE shipment_id = ANY(@keys)";

    private sealed record Lost(string ShipmentId, DateTime LostAt);

    public static async Task<DateTime?> LostAt([Parent] Shipment shipment, RequestContext context) =>
        (await context.Batch<string, Lost>(shipment.ShipmentId, LoadAsync))?.LostAt;

    private static async Task<IReadOnlyDictionary<string, Lost>> LoadAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var lost = await database.QueryAsync<Lost>(SelectLost, new { keys = keys.ToArray() }, context);
        return lost.ToDictionary(each => each.ShipmentId, StringComparer.Ordinal);
    }
}
