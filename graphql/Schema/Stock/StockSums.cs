using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Stock;

[GraphQLObject("StockOfSku")]
internal sealed record StockOfSku(string Sku, long Available, long Promised, long OnHand, long InTransit)
{
    /// <summary>For conditions with the parameter <c>places</c>: null for all.</summary>
    public static readonly RowList<StockOfSku> Rows = new(
        "i.sku, s.available, s.promised, s.on_hand, s.in_transit",
        $"""
        items i CROSS JOIN LATERAL (
            SELECT {StockSums.Columns} FROM stock_balances b
            WHERE b.sku = i.sku AND b.quantity > 0 AND (@places::text[] IS NULL OR b.location = ANY(@places::text[]))) s
        """);

    public static readonly Sort<StockOfSku> BySku = new("stock", [new("i.sku", "text")], stock => [stock.Sku]);
}

[GraphQLObject("StockOfLocation")]
internal sealed record StockOfLocation(string LocationId, int Skus, long Available, long Promised, long OnHand, long InTransit);

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record StockSumFilter(string[]? Skus, string[]? Locations, bool? Active, long? AvailableBelow);

[GraphQLResolvers("Query")]
internal static class StockSums
{
    public const string Columns = """
        coalesce(sum(b.quantity) FILTER (WHERE b.state = 'available'), 0)::bigint AS available,
        coalesce(sum(b.quantity) FILTER (WHERE b.state IN ('allocated', 'picked')), 0)::bigint AS promised,
        coalesce(sum(b.quantity) FILTER (WHERE b.state <> 'in_transit'), 0)::bigint AS on_hand,
        coalesce(sum(b.quantity) FILTER (WHERE b.state = 'in_transit'), 0)::bigint AS in_transit
        """;

    private const string SelectByLocation = $"""
        SELECT b.location AS location_id, count(DISTINCT b.sku)::int AS skus, {Columns} FROM stock_balances b
        WHERE b.quantity > 0 AND (@places::text[] IS NULL OR b.location = ANY(@places::text[])) AND (@skus::text[] IS NULL OR b.sku = ANY(@skus::text[]))
        GROUP BY b.location ORDER BY b.location
        """;

    public static async Task<Connection<StockOfSku>> StockBySku(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, StockSumFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var visible = context.Caller().Locations?.ToArray();
        var conditions = new Conditions()
            .And("i.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("i.active = @active", "active", filter?.Active)
            .And("s.available < @availableBelow", "availableBelow", filter?.AvailableBelow);
        conditions.Parameters.Add("places", visible is null ? filter?.Locations : filter?.Locations?.Intersect(visible).ToArray() ?? visible);
        return await StockOfSku.Rows.PageAsync(database, conditions, StockOfSku.BySku, direction, new(first, after, last, before), context);
    }

    public static async Task<IReadOnlyList<StockOfLocation>> StockByLocation(RequestContext context, [Service] ReadDatabase database, string[]? skus) =>
        await database.CountAsync<StockOfLocation>(SelectByLocation, new { places = context.Caller().Locations?.ToArray(), skus }, context);
}

[GraphQLResolvers("StockOfSku")]
internal static class StockOfSkuFields
{
    public static Task<Item?> Item([Parent] StockOfSku stock, RequestContext context) => context.Batch<string, Item>(stock.Sku, CatalogLoads.Items);
}

[GraphQLResolvers("StockOfLocation")]
internal static class StockOfLocationFields
{
    public static Task<Location?> Location([Parent] StockOfLocation stock, RequestContext context) =>
        context.Batch<string, Location>(stock.LocationId, CatalogLoads.Locations);
}
