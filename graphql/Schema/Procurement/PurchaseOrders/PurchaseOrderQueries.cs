using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.GraphQL.Schema.Procurement.Suppliers;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Procurement.PurchaseOrders;

[GraphQLResolvers("Query")]
internal static class PurchaseOrderQueries
{
    private const string Open = "p.closed_at IS NULL";

    private const string Late = """
        (p.status IN ('SENT', 'ACKNOWLEDGED') AND EXISTS (
            SELECT FROM purchase_order_lines l WHERE l.purchase_order_id = p.purchase_order_id AND l.status IN ('OPEN', 'ASN', 'PART_RECEIVED')
                AND l.expected_at < (SELECT coalesce(now, business_now()) FROM business_clock)))
        """;

    public static async Task<Connection<PurchaseOrder>> PurchaseOrders(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, PurchaseOrderFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var conditions = Procurement.PurchaseOrders.PurchaseOrder.VisibleTo(context.Caller())
            .And("p.purchase_order_id = ANY(@purchaseOrderIds)", "purchaseOrderIds", filter?.PurchaseOrderIds)
            .And("p.supplier_id = ANY(@supplierIds)", "supplierIds", filter?.SupplierIds)
            .And("p.location = ANY(@locations)", "locations", filter?.Locations)
            .And("p.status = ANY(@statuses)", "statuses", filter?.Statuses)
            .And("upper(p.origin) = ANY(@origins)", "origins", filter?.Origins)
            .And(
                "EXISTS (SELECT FROM purchase_order_lines l WHERE l.purchase_order_id = p.purchase_order_id AND l.sku = ANY(@skus))", "skus", filter?.Skus)
            .And(Open, filter?.Open == true)
            .And($"NOT {Open}", filter?.Open == false)
            .And(Late, filter?.Late == true)
            .And($"NOT {Late}", filter?.Late == false)
            .And("p.created_at >= @createdFrom", "createdFrom", filter?.CreatedFrom)
            .And("p.created_at < @createdBefore", "createdBefore", filter?.CreatedBefore);
        var page = new PageArguments(first, after, last, before);
        return await Procurement.PurchaseOrders.PurchaseOrder.Rows.PageAsync(
            database, conditions, Procurement.PurchaseOrders.PurchaseOrder.ByTime, direction, page, context);
    }

    public static Task<PurchaseOrder?> PurchaseOrder(RequestContext context, [Service] ReadDatabase database, string purchaseOrderId)
    {
        var visible = Procurement.PurchaseOrders.PurchaseOrder.VisibleTo(context.Caller())
            .And("p.purchase_order_id = @purchaseOrderId", "purchaseOrderId", purchaseOrderId);
        return Procurement.PurchaseOrders.PurchaseOrder.Rows.FindAsync(database, visible, context);
    }
}

[GraphQLResolvers("PurchaseOrder")]
internal static class PurchaseOrderFields
{
    public static Task<Supplier?> Supplier([Parent] PurchaseOrder order, RequestContext context) =>
        context.Batch<string, Supplier>(order.SupplierId, SupplierLoads.Suppliers);

    public static Task<Location?> Location([Parent] PurchaseOrder order, RequestContext context) =>
        context.Batch<string, Location>(order.LocationId, CatalogLoads.Locations);

    public static async Task<IReadOnlyList<PurchaseOrderLine>> Lines([Parent] PurchaseOrder order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<PurchaseOrderLine>>(order.PurchaseOrderId, PurchaseOrderLoads.Lines) ?? [];

    public static async Task<IReadOnlyList<AdvanceShippingNotice>> Asns([Parent] PurchaseOrder order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<AdvanceShippingNotice>>(order.PurchaseOrderId, PurchaseOrderLoads.Asns) ?? [];

    public static async Task<IReadOnlyList<PurchaseOrderMilestone>> Milestones([Parent] PurchaseOrder order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<PurchaseOrderMilestone>>(order.PurchaseOrderId, PurchaseOrderLoads.Milestones) ?? [];
}

[GraphQLResolvers("PurchaseOrderLine")]
internal static class PurchaseOrderLineFields
{
    public static Task<Item?> Item([Parent] PurchaseOrderLine line, RequestContext context) => context.Batch<string, Item>(line.Sku, CatalogLoads.Items);

    public static async Task<IReadOnlyList<PurchaseOrderPromise>> Promises([Parent] PurchaseOrderLine line, RequestContext context) =>
        [.. (await context.Batch<string, IReadOnlyList<PurchaseOrderPromise>>(line.PurchaseOrderId, PurchaseOrderLoads.Promises) ?? [])
            .Where(promise => promise.Line == line.Line)];
}

[GraphQLResolvers("AdvanceShippingNotice")]
internal static class AdvanceShippingNoticeFields
{
    public static async Task<IReadOnlyList<AnnouncedLine>> Lines([Parent] AdvanceShippingNotice asn, RequestContext context) =>
        [.. (await context.Batch<string, IReadOnlyList<PurchaseOrderPromise>>(asn.PurchaseOrderId, PurchaseOrderLoads.Promises) ?? [])
            .Where(promise => promise.AsnId == asn.AsnId && promise.Kind == "ANNOUNCED")
            .OrderBy(promise => promise.Line).Select(promise => new AnnouncedLine(promise.Line, promise.Quantity ?? 0))];
}

/// <summary>Batch loads for many purchase orders, which the caller has been shown.</summary>
internal static class PurchaseOrderLoads
{
    private const string SelectLines = """
        SELECT l.purchase_order_id, l.line, l.sku, l.status, l.price AS unit_price, p.currency, l.ordered,
            l.ordered - l.cancelled - l.closed_short - l.received AS open, l.cancelled, l.closed_short, l.announced, l.received, l.over, l.due_at,
            l.first_promised_at, l.promised_at, l.expected_at, l.announced_at, l.first_received_at, l.last_received_at
        FROM purchase_order_lines l JOIN purchase_orders p USING (purchase_order_id) WHERE purchase_order_id = ANY(@keys) ORDER BY purchase_order_id, l.line
        """;

    private const string SelectPromises = """
        SELECT r.purchase_order_id, r.line, r.at, r.kind, r.arrives_at, r.quantity, r.price AS unit_price, p.currency, r.asn_id, r.reason
        FROM purchase_order_promises r JOIN purchase_orders p USING (purchase_order_id) WHERE purchase_order_id = ANY(@keys)
        ORDER BY purchase_order_id, r.line, r.at, r.identity
        """;

    private const string SelectAsns = """
        SELECT purchase_order_id, asn_id, sent_at, expected_at, carrier, tracking FROM purchase_order_asns WHERE purchase_order_id = ANY(@keys)
        ORDER BY purchase_order_id, sent_at, asn_id
        """;

    private const string SelectMilestones = """
        SELECT purchase_order_id, at, upper(milestone) AS milestone, asn_id, expected_at, note FROM purchase_order_milestones
        WHERE purchase_order_id = ANY(@keys) ORDER BY purchase_order_id, at, identity
        """;

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<PurchaseOrderLine>>> Lines(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<PurchaseOrderLine>(SelectLines, keys, context, line => line.PurchaseOrderId);

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<PurchaseOrderPromise>>> Promises(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<PurchaseOrderPromise>(SelectPromises, keys, context, promise => promise.PurchaseOrderId);

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<AdvanceShippingNotice>>> Asns(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<AdvanceShippingNotice>(SelectAsns, keys, context, asn => asn.PurchaseOrderId);

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<PurchaseOrderMilestone>>> Milestones(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<PurchaseOrderMilestone>(SelectMilestones, keys, context, milestone => milestone.PurchaseOrderId);

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<T>>> ManyAsync<T>(
        string sql, IReadOnlyList<string> keys, RequestContext context, Func<T, string> keyOf)
    {
        var rows = await context.Services.GetRequiredService<ReadDatabase>().QueryAsync<T>(sql, new { keys = keys.ToArray() }, context);
        return rows.GroupBy(keyOf).ToDictionary(each => each.Key, each => (IReadOnlyList<T>)[.. each], StringComparer.Ordinal);
    }
}
