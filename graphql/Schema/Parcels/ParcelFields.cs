using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Parcels;

[GraphQLObject("Parcel")]
internal sealed record Parcel(
    string ShipmentId, string Tracking, string? Carrier, string? Service, string Status, DateTime? LabelledAt, DateTime? ShippedAt, DateTime? DeliveredAt);

[GraphQLObject("UnopenedUnits")]
internal sealed record UnopenedUnits(string ShipmentId, int Line, string Sku, string LocationId, DateTime ReceivedAt, long Received, long Inspected);

/// <summary>What belongs to a shipment in other tables: one statement each for all shipments of a response.</summary>
[GraphQLResolvers("Shipment")]
internal static class ParcelFields
{
    // What was reported of the whole shipment, or by a note that names no parcel, counts for each: the latest end by its time is the parcel's.
    private const string SelectParcels = """
        SELECT p.shipment_id, p.tracking, p.carrier, p.service,
            CASE WHEN p.is_replaced THEN 'REPLACED' ELSE coalesce(e.ended, CASE WHEN s.shipped_at IS NULL THEN 'LABELLED' ELSE 'SHIPPED' END) END AS status,
            p.labelled_at, coalesce(p.shipped_at, s.shipped_at) AS shipped_at, CASE WHEN NOT p.is_replaced THEN d.at END AS delivered_at
        FROM parcels p JOIN shipments s USING (shipment_id)
        LEFT JOIN LATERAL (
            SELECT ended FROM (
                SELECT s.whole_end AS ended, s.whole_ended_at AS at
                UNION ALL
                SELECT r.ended, r.ended_at FROM parcels r WHERE r.shipment_id = p.shipment_id AND (r.tracking = p.tracking OR NOT r.is_named)) reports
            WHERE ended IS NOT NULL ORDER BY at DESC, array_position(ARRAY['DELIVERED', 'LOST', 'REFUSED', 'RETURNED'], ended) DESC LIMIT 1) e ON true
        LEFT JOIN LATERAL (
            SELECT least(s.whole_delivered_at, min(r.delivered_at)) AS at FROM parcels r
            WHERE r.shipment_id = p.shipment_id AND (r.tracking = p.tracking OR NOT r.is_named)) d ON true
        WHERE p.shipment_id = ANY(@keys) AND p.is_named ORDER BY p.shipment_id, p.labelled_at NULLS LAST, p.tracking
        """;

    private const string SelectUnopened = """
        SELECT shipment_id, line, sku, location AS location_id, received_at, received, inspected FROM unopened_units
        WHERE shipment_id = ANY(@keys) AND (@locations::text[] IS NULL OR location = ANY(@locations)) ORDER BY shipment_id, line, location
        """;

    private const string SelectSettled = "SELECT shipment_id, settled_at FROM shipments WHERE shipment_id = ANY(@keys) AND settled_at IS NOT NULL";

    private sealed record Settled(string ShipmentId, DateTime SettledAt);

    public static async Task<IReadOnlyList<Parcel>> Parcels([Parent] Shipment shipment, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Parcel>>(shipment.ShipmentId, LoadParcelsAsync) ?? [];

    public static async Task<IReadOnlyList<UnopenedUnits>> Unopened([Parent] Shipment shipment, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<UnopenedUnits>>(shipment.ShipmentId, LoadUnopenedAsync) ?? [];

    public static async Task<DateTime?> SettledAt([Parent] Shipment shipment, RequestContext context) =>
        (await context.Batch<string, Settled>(shipment.ShipmentId, LoadSettledAsync))?.SettledAt;

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<Parcel>>> LoadParcelsAsync(IReadOnlyList<string> keys, RequestContext context) =>
        Grouped(await Database(context).QueryAsync<Parcel>(SelectParcels, new { keys = keys.ToArray() }, context), parcel => parcel.ShipmentId);

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<UnopenedUnits>>> LoadUnopenedAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var parameters = new { keys = keys.ToArray(), locations = context.Caller().Locations?.ToArray() };
        return Grouped(await Database(context).QueryAsync<UnopenedUnits>(SelectUnopened, parameters, context), units => units.ShipmentId);
    }

    private static async Task<IReadOnlyDictionary<string, Settled>> LoadSettledAsync(IReadOnlyList<string> keys, RequestContext context) =>
        (await Database(context).QueryAsync<Settled>(SelectSettled, new { keys = keys.ToArray() }, context))
            .ToDictionary(settled => settled.ShipmentId, StringComparer.Ordinal);

    private static Dictionary<string, IReadOnlyList<T>> Grouped<T>(IEnumerable<T> rows, Func<T, string> keyOf) =>
        rows.GroupBy(keyOf, StringComparer.Ordinal).ToDictionary(group => group.Key, group => (IReadOnlyList<T>)[.. group], StringComparer.Ordinal);

    private static ReadDatabase Database(RequestContext context) => context.Services.GetRequiredService<ReadDatabase>();
}

[GraphQLResolvers("UnopenedUnits")]
internal static class UnopenedUnitsFields
{
    public static Task<Location?> Location([Parent] UnopenedUnits units, RequestContext context) =>
        context.Batch<string, Location>(units.LocationId, CatalogLoads.Locations);
}
