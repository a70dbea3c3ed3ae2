using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Stock;

[GraphQLResolvers("Query")]
internal static class StockQueries
{
    public static Task<Connection<StockPosition>> StockPositions(
        RequestContext context, [Service] ReadDatabase database,
        int? first, string? after, int? last, string? before, StockFilter? filter, SortDirection direction)
    {
        var conditions = VisibleTo(context.Caller())
            .And("b.quantity > 0", wanted: filter?.Empty != true)
            .And("b.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("b.location = ANY(@locations)", "locations", filter?.Locations)
            .And("b.state = ANY(@states::stock_state[])", "states", States(filter?.States))
            .And("b.lot = ANY(@lots)", "lots", filter?.Lots);
        var page = new PageArguments(first, after, last, before);
        return StockPosition.Rows.PageAsync(database, conditions, StockPosition.ByKey, direction, page, context);
    }

    public static Task<Connection<LedgerEntry>> StockLedger(
        RequestContext context, [Service] ReadDatabase database,
        int? first, string? after, int? last, string? before, LedgerFilter? filter, SortDirection direction)
    {
        var conditions = new Conditions()
            .And("g.location = ANY(@callersLocations)", "callersLocations", context.Caller().Locations?.ToArray())
            .And("g.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("g.location = ANY(@locations)", "locations", filter?.Locations)
            .And("(g.from_state = ANY(@states::stock_state[]) OR g.to_state = ANY(@states::stock_state[]))", "states", States(filter?.States))
            .And("g.reason = ANY(@reasons)", "reasons", filter?.Reasons)
            .And("g.cause = @cause", "cause", filter?.Cause)
            .And("g.at >= @from", "from", filter?.From)
            .And("g.at < @before", "before", filter?.Before);
        var page = new PageArguments(first, after, last, before);
        return LedgerEntry.Rows.PageAsync(database, conditions, LedgerEntry.ByEntry, direction, page, context);
    }

    public static Conditions VisibleTo(Caller caller) =>
        new Conditions().And("b.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());

    private static string[]? States(string[]? states) => states is null ? null : Array.ConvertAll(states, state => state.ToLowerInvariant());
}

[GraphQLResolvers("StockPosition")]
internal static class StockPositionFields
{
    public static Task<Item?> Item([Parent] StockPosition position, RequestContext context) => context.Batch<string, Item>(position.Sku, CatalogLoads.Items);

    public static Task<Location?> Location([Parent] StockPosition position, RequestContext context) =>
        context.Batch<string, Location>(position.LocationId, CatalogLoads.Locations);
}

[GraphQLResolvers("LedgerEntry")]
internal static class LedgerEntryFields
{
    public static Task<Item?> Item([Parent] LedgerEntry entry, RequestContext context) => context.Batch<string, Item>(entry.Sku, CatalogLoads.Items);

    public static Task<Location?> Location([Parent] LedgerEntry entry, RequestContext context) =>
        context.Batch<string, Location>(entry.LocationId, CatalogLoads.Locations);
}

[GraphQLResolvers("Item")]
internal static class ItemStock
{
    public static async Task<IReadOnlyList<StockPosition>> Stock([Parent] Item item, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<StockPosition>>(item.Sku, StockLoads.OfSkus) ?? [];
}

internal static class StockLoads
{
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<StockPosition>>> OfSkus(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var visible = StockQueries.VisibleTo(context.Caller()).And("b.quantity > 0").And("b.sku = ANY(@keys)", "keys", keys.ToArray());
        var positions = await StockPosition.Rows.AllAsync(database, visible, "b.sku, b.location, b.lot, b.state", context);
        return positions
            .GroupBy(position => position.Sku, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<StockPosition>)[.. group], StringComparer.Ordinal);
    }
}
