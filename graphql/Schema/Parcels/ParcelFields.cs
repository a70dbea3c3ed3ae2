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
    // Of orders that go in one parcel it may be known under another's shipment: the views say what counts. Of its reports the latest end is the parcel's.
    private const string SelectParcels = """
        SELECT n.shipment_id, n.tracking, l.carrier, l.service,
            CASE WHEN n.is_replaced THEN 'REPLACED' ELSE coalesce(e.ended, CASE WHEN s.shipped_at IS NULL THEN 'LABELLED' ELSE 'SHIPPED' END) END AS status,
            l.labelled_at, coalesce(d.shipped_at, s.shipped_at) AS shipped_at, CASE WHEN NOT n.is_replaced THEN d.delivered_at END AS delivered_at
        FROM (
            SELECT shipment_id, tracking, false AS is_replaced FROM shipment_parcels WHERE shipment_id = ANY(@keys)
            UNION ALL
            SELECT p.shipment_id, p.tracking, true FROM parcels p WHERE p.shipment_id = ANY(@keys) AND p.is_named
                AND NOT EXISTS (SELECT FROM own_numbers o WHERE o.shipment_id = p.shipment_id AND o.tracking = p.tracking)) n
        JOIN shipments s ON s.shipment_id = n.shipment_id
        CROSS JOIN LATERAL (
            SELECT p.carrier, p.service, p.labelled_at FROM packed_together t JOIN parcels p ON p.shipment_id = t.with_id AND p.tracking = n.tracking
            WHERE t.shipment_id = n.shipment_id ORDER BY p.labelled_at DESC NULLS LAST, p.carrier COLLATE "C" DESC, p.service COLLATE "C" DESC LIMIT 1) l
        LEFT JOIN LATERAL (
            SELECT ended FROM parcel_reports r WHERE r.shipment_id = n.shipment_id AND r.tracking = n.tracking AND ended IS NOT NULL
            ORDER BY ended_at DESC, array_position(ARRAY['DELIVERED', 'LOST', 'REFUSED', 'RETURNED'], ended) DESC LIMIT 1) e ON true
        CROSS JOIN LATERAL (
            SELECT (SELECT min(p.shipped_at) FROM packed_together t JOIN parcels p ON p.shipment_id = t.with_id AND p.tracking = n.tracking
                    WHERE t.shipment_id = n.shipment_id) AS shipped_at,
                (SELECT min(r.delivered_at) FROM parcel_reports r WHERE r.shipment_id = n.shipment_id AND r.tracking = n.tracking) AS delivered_at) d
        ORDER BY n.shipment_id, l.labelled_at NULLS LAST, n.tracking
        """;

    private const string SelectPackedWith =
        "SELECT shipment_id, with_id FROM packed_together WHERE shipment_id = ANY(@keys) AND with_id <> shipment_id ORDER BY shipment_id, place";

    private const string SelectUnopened = """
        SELECT shipment_id, line, sku, location AS location_id, received_at, received, inspected FROM unopened_units
        WHERE shipment_id = ANY(@keys) AND (@locations::text[] IS NULL OR location = ANY(@locations)) ORDER BY shipment_id, line, location
        """;

    private const string SelectSettled = "SELECT shipment_id, settled_at FROM shipments WHERE shipment_id = ANY(@keys) AND settled_at IS NOT NULL";

    private sealed record Settled(string ShipmentId, DateTime SettledAt);

    private sealed record Together(string ShipmentId, string WithId);

    public static async Task<IReadOnlyList<Parcel>> Parcels([Parent] Shipment shipment, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Parcel>>(shipment.ShipmentId, LoadParcelsAsync) ?? [];

    public static async Task<IReadOnlyList<UnopenedUnits>> Unopened([Parent] Shipment shipment, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<UnopenedUnits>>(shipment.ShipmentId, LoadUnopenedAsync) ?? [];

    public static async Task<DateTime?> SettledAt([Parent] Shipment shipment, RequestContext context) =>
        (await context.Batch<string, Settled>(shipment.ShipmentId, LoadSettledAsync))?.SettledAt;

    public static async Task<IReadOnlyList<Shipment>> PackedWith([Parent] Shipment shipment, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Shipment>>(shipment.ShipmentId, LoadPackedWithAsync) ?? [];

    /// <summary>Those that the caller may read: an order may be of another channel.</summary>
    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<Shipment>>> LoadPackedWithAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var together = await Database(context).QueryAsync<Together>(SelectPackedWith, new { keys = keys.ToArray() }, context);
        var named = OrderQueries.ShipmentsVisibleTo(context.Caller())
            .And("s.shipment_id = ANY(@keys)", "keys", together.Select(pair => pair.WithId).Distinct(StringComparer.Ordinal).ToArray());
        var visible = (await Shipment.Rows.AllAsync(Database(context), named, "s.shipment_id", context))
            .ToDictionary(shipment => shipment.ShipmentId, StringComparer.Ordinal);
        return together.Where(pair => visible.ContainsKey(pair.WithId)).GroupBy(pair => pair.ShipmentId, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<Shipment>)[.. group.Select(pair => visible[pair.WithId])], StringComparer.Ordinal);
    }

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
