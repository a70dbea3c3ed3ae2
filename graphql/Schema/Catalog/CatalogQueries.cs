using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Catalog;

[GraphQLResolvers("Query")]
internal static class CatalogQueries
{
    public static Task<Connection<Item>> Items(
        RequestContext context, [Service] ReadDatabase database,
        int? first, string? after, int? last, string? before, ItemFilter? filter, SortDirection direction)
    {
        var conditions = new Conditions()
            .And("i.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("i.sku LIKE @skuPrefix", "skuPrefix", Conditions.Prefix(filter?.SkuPrefix))
            .And("i.name ILIKE @name", "name", Conditions.Containing(filter?.Name))
            .And("i.category = ANY(@categories)", "categories", filter?.Categories)
            .And("i.active = @active", "active", filter?.Active);
        var page = new PageArguments(first, after, last, before);
        return Schema.Catalog.Item.Rows.PageAsync(database, conditions, Schema.Catalog.Item.BySku, direction, page, context);
    }

    public static Task<Item?> Item(RequestContext context, [Service] ReadDatabase database, string sku) =>
        Schema.Catalog.Item.Rows.FindAsync(database, new Conditions().And("i.sku = @sku", "sku", sku), context);

    public static async Task<IReadOnlyList<Location>> Locations(RequestContext context, [Service] ReadDatabase database) =>
        await Schema.Catalog.Location.Rows.AllAsync(database, new Conditions(), "l.priority, l.location", context);

    public static Task<Location?> Location(RequestContext context, [Service] ReadDatabase database, string location) =>
        Schema.Catalog.Location.Rows.FindAsync(database, new Conditions().And("l.location = @location", "location", location), context);

    public static async Task<IReadOnlyList<Channel>> Channels(RequestContext context, [Service] ReadDatabase database) =>
        await Channel.Rows.AllAsync(database, new Conditions(), "c.priority, c.channel", context);
}

internal static class CatalogLoads
{
    public static async Task<IReadOnlyDictionary<string, Item>> Items(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var ofKeys = new Conditions().And("i.sku = ANY(@keys)", "keys", keys.ToArray());
        return (await Item.Rows.AllAsync(database, ofKeys, "i.sku", context)).ToDictionary(item => item.Sku, StringComparer.Ordinal);
    }

    public static async Task<IReadOnlyDictionary<string, Location>> Locations(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var ofKeys = new Conditions().And("l.location = ANY(@keys)", "keys", keys.ToArray());
        var locations = await Location.Rows.AllAsync(database, ofKeys, "l.location", context);
        return locations.ToDictionary(location => location.LocationId, StringComparer.Ordinal);
    }
}
