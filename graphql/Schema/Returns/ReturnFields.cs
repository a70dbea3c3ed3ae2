using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Orders;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Returns;

[GraphQLResolvers("Order")]
internal static class OrderReturns
{
    public static async Task<IReadOnlyList<Return>> Returns([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Return>>(order.OrderId, ReturnLoads.OfOrders) ?? [];

    public static async Task<IReadOnlyList<Refund>> Refunds([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Refund>>(order.OrderId, ReturnLoads.Refunds) ?? [];
}

[GraphQLResolvers("Return")]
internal static class ReturnFields
{
    public static Task<Order?> Order([Parent] Return returned, RequestContext context) => context.Batch<string, Order>(returned.OrderId, OrderLoads.Orders);

    public static async Task<IReadOnlyList<ReturnLine>> Lines([Parent] Return returned, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<ReturnLine>>(returned.ReturnId, ReturnLoads.Lines) ?? [];

    /// <summary>Loads those of the whole order: it has few.</summary>
    public static async Task<IReadOnlyList<Refund>> Refunds([Parent] Return returned, RequestContext context) =>
        [.. (await context.Batch<string, IReadOnlyList<Refund>>(returned.OrderId, ReturnLoads.Refunds) ?? [])
            .Where(refund => refund.ReturnId == returned.ReturnId)];
}

[GraphQLResolvers("ReturnLine")]
internal static class ReturnLineFields
{
    public static Task<Item?> Item([Parent] ReturnLine line, RequestContext context) => context.Batch<string, Item>(line.Sku, CatalogLoads.Items);

    public static async Task<IReadOnlyList<ReturnedUnits>> Units([Parent] ReturnLine line, RequestContext context) =>
        [.. (await context.Batch<string, IReadOnlyList<ReturnedUnits>>(line.ReturnId, ReturnLoads.Units) ?? []).Where(units => units.Line == line.Line)];
}

[GraphQLResolvers("ReturnedUnits")]
internal static class ReturnedUnitsFields
{
    public static Task<Location?> Location([Parent] ReturnedUnits units, RequestContext context) =>
        context.Batch<string, Location>(units.LocationId, CatalogLoads.Locations);
}

[GraphQLResolvers("Refund")]
internal static class RefundFields
{
    public static Task<Order?> Order([Parent] Refund refund, RequestContext context) => context.Batch<string, Order>(refund.OrderId, OrderLoads.Orders);
}

/// <summary>Batch loads for many orders or returns; units only where the caller may see the location.</summary>
internal static class ReturnLoads
{
    private const string SelectLines = """
        SELECT return_id, line, sku, reason, requested, received, inspected FROM return_lines WHERE return_id = ANY(@keys) ORDER BY return_id, line
        """;

    private const string SelectUnits = """
        SELECT return_id, line, location AS location_id, nullif(upper(disposition), '') AS disposition, quantity FROM return_units
        WHERE return_id = ANY(@keys) AND quantity > 0 AND (@locations::text[] IS NULL OR location = ANY(@locations))
        ORDER BY return_id, line, location, disposition
        """;

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<Return>>> OfOrders(IReadOnlyList<string> keys, RequestContext context)
    {
        var visible = ReturnQueries.VisibleTo(context.Caller()).And("r.order_id = ANY(@keys)", "keys", keys.ToArray());
        var returns = await Return.Rows.AllAsync(Database(context), visible, "r.order_id, r.requested_at, r.return_id", context);
        return Grouped(returns, returned => returned.OrderId);
    }

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<Refund>>> Refunds(IReadOnlyList<string> keys, RequestContext context)
    {
        var visible = ReturnQueries.RefundsVisibleTo(context.Caller()).And("f.order_id = ANY(@keys)", "keys", keys.ToArray());
        return Grouped(await Refund.Rows.AllAsync(Database(context), visible, "f.order_id, f.paid_at, f.refund_id", context), refund => refund.OrderId);
    }

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<ReturnLine>>> Lines(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<ReturnLine>(SelectLines, keys, context, line => line.ReturnId);

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<ReturnedUnits>>> Units(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<ReturnedUnits>(SelectUnits, keys, context, units => units.ReturnId);

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<T>>> ManyAsync<T>(
        string sql, IReadOnlyList<string> keys, RequestContext context, Func<T, string> keyOf)
    {
        var parameters = new { keys = keys.ToArray(), locations = context.Caller().Locations?.ToArray() };
        return Grouped(await Database(context).QueryAsync<T>(sql, parameters, context), keyOf);
    }

    private static Dictionary<string, IReadOnlyList<T>> Grouped<T>(IEnumerable<T> rows, Func<T, string> keyOf) =>
        rows.GroupBy(keyOf, StringComparer.Ordinal).ToDictionary(group => group.Key, group => (IReadOnlyList<T>)[.. group], StringComparer.Ordinal);

    private static ReadDatabase Database(RequestContext context) => context.Services.GetRequiredService<ReadDatabase>();
}
