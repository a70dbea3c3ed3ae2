using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.GraphQL.Schema.Procurement.PurchaseOrders;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Procurement.Receiving;

[GraphQLResolvers("Query")]
internal static class ReceivingQueries
{
    public static async Task<Connection<Receipt>> Receipts(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, ReceiptFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var conditions = Schema.Procurement.Receiving.Receipt.VisibleTo(context.Caller())
            .And("r.receipt_id = ANY(@receiptIds)", "receiptIds", filter?.ReceiptIds)
            .And("r.purchase_order_id = ANY(@purchaseOrderIds)", "purchaseOrderIds", filter?.PurchaseOrderIds)
            .And("r.supplier_id = ANY(@supplierIds)", "supplierIds", filter?.SupplierIds)
            .And("r.location = ANY(@locations)", "locations", filter?.Locations)
            .And("EXISTS (SELECT FROM receipt_lines l WHERE l.receipt_id = r.receipt_id AND l.sku = ANY(@skus))", "skus", filter?.Skus)
            .And("r.purchase_order_id IS NULL", filter?.Unmatched == true)
            .And("r.purchase_order_id IS NOT NULL", filter?.Unmatched == false)
            .And("EXISTS (SELECT FROM receipt_lines l WHERE l.receipt_id = r.receipt_id AND l.inspection > 0)", filter?.ToInspect == true)
            .And("NOT EXISTS (SELECT FROM receipt_lines l WHERE l.receipt_id = r.receipt_id AND l.inspection > 0)", filter?.ToInspect == false)
            .And("r.received_at >= @receivedFrom", "receivedFrom", filter?.ReceivedFrom)
            .And("r.received_at < @receivedBefore", "receivedBefore", filter?.ReceivedBefore);
        return await Schema.Procurement.Receiving.Receipt.Rows.PageAsync(
            database, conditions, Schema.Procurement.Receiving.Receipt.ByTime, direction, new(first, after, last, before), context);
    }

    public static Task<Receipt?> Receipt(RequestContext context, [Service] ReadDatabase database, string receiptId) =>
        Schema.Procurement.Receiving.Receipt.Rows.FindAsync(
            database, Schema.Procurement.Receiving.Receipt.VisibleTo(context.Caller()).And("r.receipt_id = @receiptId", "receiptId", receiptId), context);

    public static async Task<Connection<SupplierClaim>> SupplierClaims(
        RequestContext context, [Service] ReadDatabase database,
        int? first, string? after, int? last, string? before, SupplierClaimFilter? filter, SortDirection direction)
    {
        var conditions = Schema.Procurement.Receiving.SupplierClaim.VisibleTo(context.Caller())
            .And("c.claim_id = ANY(@claimIds)", "claimIds", filter?.ClaimIds)
            .And("c.purchase_order_id = ANY(@purchaseOrderIds)", "purchaseOrderIds", filter?.PurchaseOrderIds)
            .And("c.receipt_id = ANY(@receiptIds)", "receiptIds", filter?.ReceiptIds)
            .And("c.supplier_id = ANY(@supplierIds)", "supplierIds", filter?.SupplierIds)
            .And("c.status = ANY(@statuses)", "statuses", filter?.Statuses)
            .And("c.kind = ANY(@kinds)", "kinds", filter?.Kinds)
            .And("c.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("c.opened_at >= @openedFrom", "openedFrom", filter?.OpenedFrom)
            .And("c.opened_at < @openedBefore", "openedBefore", filter?.OpenedBefore);
        return await Schema.Procurement.Receiving.SupplierClaim.Rows.PageAsync(
            database, conditions, Schema.Procurement.Receiving.SupplierClaim.ByTime, direction, new(first, after, last, before), context);
    }

    public static Task<SupplierClaim?> SupplierClaim(RequestContext context, [Service] ReadDatabase database, string claimId) =>
        Schema.Procurement.Receiving.SupplierClaim.Rows.FindAsync(
            database, Schema.Procurement.Receiving.SupplierClaim.VisibleTo(context.Caller()).And("c.claim_id = @claimId", "claimId", claimId), context);
}

[GraphQLResolvers("PurchaseOrder")]
internal static class PurchaseOrderReceiving
{
    public static async Task<IReadOnlyList<Receipt>> Receipts([Parent] PurchaseOrder order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Receipt>>(order.PurchaseOrderId, ReceivingLoads.OfOrders) ?? [];

    public static async Task<IReadOnlyList<SupplierClaim>> Claims([Parent] PurchaseOrder order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<SupplierClaim>>(order.PurchaseOrderId, ReceivingLoads.ClaimsOfOrders) ?? [];
}

[GraphQLResolvers("Receipt")]
internal static class ReceiptFields
{
    public static Task<Location?> Location([Parent] Receipt receipt, RequestContext context) =>
        context.Batch<string, Location>(receipt.LocationId, CatalogLoads.Locations);

    public static async Task<IReadOnlyList<ReceiptLine>> Lines([Parent] Receipt receipt, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<ReceiptLine>>(receipt.ReceiptId, ReceivingLoads.Lines) ?? [];

    public static async Task<IReadOnlyList<SupplierClaim>> Claims([Parent] Receipt receipt, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<SupplierClaim>>(receipt.ReceiptId, ReceivingLoads.ClaimsOfReceipts) ?? [];
}

[GraphQLResolvers("ReceiptLine")]
internal static class ReceiptLineFields
{
    public static Task<Item?> Item([Parent] ReceiptLine line, RequestContext context) => context.Batch<string, Item>(line.Sku, CatalogLoads.Items);
}

[GraphQLResolvers("SupplierClaim")]
internal static class SupplierClaimFields
{
    public static Task<Item?> Item([Parent] SupplierClaim claim, RequestContext context) => context.Batch<string, Item>(claim.Sku, CatalogLoads.Items);
}

/// <summary>Batch loads for many receipts.</summary>
internal static class ReceivingLoads
{
    private const string SelectLines = """
        SELECT receipt_id, line, sku, order_line, lot, expires_at, upper(discrepancy) AS discrepancy, quantity, available, inspection, accepted, rejected,
            damaged
        FROM receipt_lines WHERE receipt_id = ANY(@keys) ORDER BY receipt_id, line
        """;

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<ReceiptLine>>> Lines(IReadOnlyList<string> keys, RequestContext context) =>
        Grouped(await Database(context).QueryAsync<ReceiptLine>(SelectLines, new { keys = keys.ToArray() }, context), line => line.ReceiptId);

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<SupplierClaim>>> ClaimsOfReceipts(
        IReadOnlyList<string> keys, RequestContext context)
    {
        var visible = SupplierClaim.VisibleTo(context.Caller()).And("c.receipt_id = ANY(@keys)", "keys", keys.ToArray());
        var claims = await SupplierClaim.Rows.AllAsync(Database(context), visible, "c.receipt_id, c.opened_at, c.claim_id", context);
        return Grouped(claims, claim => claim.ReceiptId!);
    }

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<Receipt>>> OfOrders(IReadOnlyList<string> keys, RequestContext context)
    {
        var visible = Receipt.VisibleTo(context.Caller()).And("r.purchase_order_id = ANY(@keys)", "keys", keys.ToArray());
        var receipts = await Receipt.Rows.AllAsync(Database(context), visible, "r.purchase_order_id, r.received_at, r.receipt_id", context);
        return Grouped(receipts, receipt => receipt.PurchaseOrderId!);
    }

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<SupplierClaim>>> ClaimsOfOrders(IReadOnlyList<string> keys, RequestContext context)
    {
        var visible = SupplierClaim.VisibleTo(context.Caller()).And("c.purchase_order_id = ANY(@keys)", "keys", keys.ToArray());
        var claims = await SupplierClaim.Rows.AllAsync(Database(context), visible, "c.purchase_order_id, c.opened_at, c.claim_id", context);
        return Grouped(claims, claim => claim.PurchaseOrderId);
    }

    private static Dictionary<string, IReadOnlyList<T>> Grouped<T>(IEnumerable<T> rows, Func<T, string> keyOf) =>
        rows.GroupBy(keyOf, StringComparer.Ordinal).ToDictionary(group => group.Key, group => (IReadOnlyList<T>)[.. group], StringComparer.Ordinal);

    private static ReadDatabase Database(RequestContext context) => context.Services.GetRequiredService<ReadDatabase>();
}
