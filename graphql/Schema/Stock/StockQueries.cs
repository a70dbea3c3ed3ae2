using EcomIntel.Core.Events;
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
    public static async Task<Connection<StockPosition>> StockPositions(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, StockFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var conditions = VisibleTo(context.Caller())
            .And("b.quantity > 0", wanted: filter?.Empty != true)
            .And("b.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("b.location = ANY(@locations)", "locations", filter?.Locations)
            .And("b.state = ANY(@states::stock_state[])", "states", States(filter?.States))
            .And("b.lot = ANY(@lots)", "lots", filter?.Lots);
        var page = new PageArguments(first, after, last, before);
        return await StockPosition.Rows.PageAsync(database, conditions, StockPosition.ByKey, direction, page, context);
    }

    public static async Task<Connection<LedgerEntry>> StockLedger(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names, [Service] TimeProvider time,
        int? first, string? after, int? last, string? before, LedgerFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var page = new PageArguments(first, after, last, before);
        var (rows, sort) = LedgerOf(filter, time.GetUtcNow().UtcDateTime);
        return await rows.PageAsync(database, LedgerConditions(filter, context.Caller()), sort, direction, page, context);
    }

    internal static (RowList<LedgerEntry> Rows, Sort<LedgerEntry> Sort) LedgerOf(LedgerFilter? filter, DateTime now) => (
        filter?.Cause is null ? LedgerEntry.Rows : LedgerEntry.RowsOfCause,
        filter?.IsRangeBefore(now) == true ? LedgerEntry.ByEntryOfRange : LedgerEntry.ByEntry);

    internal static Conditions LedgerConditions(LedgerFilter? filter, Caller caller) =>
        new Conditions()
            .And("g.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray())
            .And("g.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("g.location = ANY(@locations)", "locations", filter?.Locations)
            .And("(g.from_state = ANY(@states::stock_state[]) OR g.to_state = ANY(@states::stock_state[]))", "states", States(filter?.States))
            .And(Hashes(filter?.States), wanted: filter?.States is not null)
            .And("g.reason = ANY(@reasons)", "reasons", filter?.Reasons)
            .And("g.cause = @cause", "cause", filter?.Cause)
            .And("g.at >= @from", "from", filter?.From)
            .And("g.at < @before", "before", filter?.Before);

    public static Conditions VisibleTo(Caller caller) =>
        new Conditions().And("b.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());

    /// <summary>Follows from the states themselves: in constants, and as they are indexed.</summary>
    private static string Hashes(string[]? states)
    {
        var words = (States(states) ?? []).Select(StockStates.Parse).OfType<StockState>().Select(state => state.Word());
        var hashes = string.Join(", ", words.Select(word => $"hashenum('{word}'::stock_state)"));
        return $"(hashenum(g.from_state) = ANY(ARRAY[{hashes}]::int[]) OR hashenum(g.to_state) = ANY(ARRAY[{hashes}]::int[]))";
    }

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

    public static async Task<long?> Sellable([Parent] Item item, RequestContext context) =>
        item.Active ? (await context.Batch<string, SellableUnits>(item.Sku, StockLoads.Sellable))?.Units ?? 0 : 0;
}

internal sealed record SellableUnits(string Sku, long Units);

internal static class StockLoads
{
    private const string SelectSellable = """
        SELECT k.sku, greatest(0, coalesce(stock.units, 0) - coalesce(waiting.units, 0))::bigint AS units
        FROM unnest(@keys) AS k (sku)
        CROSS JOIN LATERAL (
            SELECT sum(b.quantity) AS units FROM stock_balances b JOIN locations l USING (location)
            WHERE b.sku = k.sku AND b.state = 'available' AND l.active) stock
        CROSS JOIN LATERAL (
            SELECT sum(l.ordered - l.cancelled - l.sourced) AS units FROM order_lines l
            WHERE l.sku = k.sku AND l.ordered > l.cancelled + l.sourced) waiting
        """;

    public static async Task<IReadOnlyDictionary<string, SellableUnits>> Sellable(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var units = await database.QueryAsync<SellableUnits>(SelectSellable, new { keys = keys.ToArray() }, context);
        return units.ToDictionary(each => each.Sku, StringComparer.Ordinal);
    }

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
