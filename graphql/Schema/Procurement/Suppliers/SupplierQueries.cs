using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Procurement.Suppliers;

[GraphQLResolvers("Query")]
internal static class SupplierQueries
{
    private const string BelowOtif = """
        EXISTS (
            SELECT FROM supplier_scores k WHERE k.supplier_id = s.supplier_id AND k.day = (SELECT max(day) FROM supplier_scores)
                AND k.lines_due > 0 AND k.lines_met < @otifBelow * k.lines_due)
        """;

    public static Task<Connection<Supplier>> Suppliers(
        RequestContext context, [Service] ReadDatabase database,
        int? first, string? after, int? last, string? before, SupplierFilter? filter, SortDirection direction)
    {
        var conditions = new Conditions()
            .And("s.supplier_id = ANY(@supplierIds)", "supplierIds", filter?.SupplierIds)
            .And("s.name ILIKE @name", "name", Conditions.Containing(filter?.Name))
            .And("s.currency = ANY(@currencies)", "currencies", filter?.Currencies)
            .And("s.active = @active", "active", filter?.Active)
            .And(BelowOtif, "otifBelow", filter?.OtifBelow);
        var page = new PageArguments(first, after, last, before);
        return Procurement.Suppliers.Supplier.Rows.PageAsync(database, conditions, Procurement.Suppliers.Supplier.ById, direction, page, context);
    }

    public static Task<Supplier?> Supplier(RequestContext context, [Service] ReadDatabase database, string supplierId) =>
        Procurement.Suppliers.Supplier.Rows.FindAsync(
            database, new Conditions().And("s.supplier_id = @supplierId", "supplierId", supplierId), context);

    public static Task<Connection<SupplierItem>> SupplierItems(
        RequestContext context, [Service] ReadDatabase database,
        int? first, string? after, int? last, string? before, SupplierItemFilter? filter, SortDirection direction)
    {
        var conditions = new Conditions()
            .And("i.supplier_id = ANY(@supplierIds)", "supplierIds", filter?.SupplierIds)
            .And("i.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("i.active = @active", "active", filter?.Active);
        return SupplierItem.Rows.PageAsync(database, conditions, SupplierItem.ById, direction, new(first, after, last, before), context);
    }
}

[GraphQLResolvers("Item")]
internal static class ItemSuppliers
{
    public static async Task<IReadOnlyList<SupplierItem>> Suppliers([Parent] Item item, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<SupplierItem>>(item.Sku, SupplierLoads.OfItems) ?? [];
}

[GraphQLResolvers("SupplierItem")]
internal static class SupplierItemFields
{
    public static Task<Supplier?> Supplier([Parent] SupplierItem sold, RequestContext context) =>
        context.Batch<string, Supplier>(sold.SupplierId, SupplierLoads.Suppliers);

    public static Task<Item?> Item([Parent] SupplierItem sold, RequestContext context) => context.Batch<string, Item>(sold.Sku, CatalogLoads.Items);
}

internal static class SupplierLoads
{
    public static async Task<IReadOnlyDictionary<string, Supplier>> Suppliers(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var ofKeys = new Conditions().And("s.supplier_id = ANY(@keys)", "keys", keys.ToArray());
        return (await Supplier.Rows.AllAsync(database, ofKeys, "s.supplier_id", context)).ToDictionary(each => each.SupplierId, StringComparer.Ordinal);
    }

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<SupplierItem>>> OfItems(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var ofKeys = new Conditions().And("i.sku = ANY(@keys)", "keys", keys.ToArray());
        var sold = await SupplierItem.Rows.AllAsync(database, ofKeys, "i.sku, i.active DESC, i.rank, s.rank, i.supplier_id", context);
        return sold.GroupBy(each => each.Sku).ToDictionary(each => each.Key, each => (IReadOnlyList<SupplierItem>)[.. each], StringComparer.Ordinal);
    }
}
