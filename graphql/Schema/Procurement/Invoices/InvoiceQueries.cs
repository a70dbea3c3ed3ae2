using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Procurement.Invoices;

[GraphQLResolvers("Query")]
internal static class InvoiceQueries
{
    public static async Task<Connection<Invoice>> Invoices(
        RequestContext context, [Service] ReadDatabase database, int? first, string? after, int? last, string? before, InvoiceFilter? filter,
        SortDirection direction)
    {
        var conditions = Procurement.Invoices.Invoice.VisibleTo(context.Caller())
            .And("i.status = ANY(@statuses)", "statuses", filter?.Statuses)
            .And("i.supplier_id = ANY(@supplierIds)", "supplierIds", filter?.SupplierIds)
            .And("i.number = ANY(@numbers)", "numbers", filter?.Numbers)
            .And("EXISTS (SELECT FROM invoice_lines l WHERE l.invoice_id = i.invoice_id AND l.purchase_order_id = ANY(@purchaseOrderIds))",
                "purchaseOrderIds", filter?.PurchaseOrderIds)
            .And("i.received_at >= @receivedFrom", "receivedFrom", filter?.ReceivedFrom)
            .And("i.received_at < @receivedBefore", "receivedBefore", filter?.ReceivedBefore);
        var page = new PageArguments(first, after, last, before);
        return await Procurement.Invoices.Invoice.Rows.PageAsync(database, conditions, Procurement.Invoices.Invoice.ByReceipt, direction, page, context);
    }

    public static Task<Invoice?> Invoice(RequestContext context, [Service] ReadDatabase database, string invoiceId) =>
        Procurement.Invoices.Invoice.Rows.FindAsync(
            database, Procurement.Invoices.Invoice.VisibleTo(context.Caller()).And("i.invoice_id = @invoiceId", "invoiceId", invoiceId), context);
}

[GraphQLResolvers("Invoice")]
internal static class InvoiceFields
{
    private const string SelectLines = """
        SELECT l.invoice_id, i.currency, l.line, l.purchase_order_id, l.order_line, l.quantity, l.price AS unit_price, l.amount AS line_amount,
            l.order_price AS unit_price_ordered, l.matched, l.expected AS expected_amount, l.price_variance AS price_off, l.quantity_variance AS quantity_off,
            l.rounding AS rounding_amount, l.difference AS difference_amount, upper(l.reasons) AS reason_words
        FROM invoice_lines l JOIN invoices i USING (invoice_id) WHERE l.invoice_id = ANY(@keys) ORDER BY l.invoice_id, l.line
        """;

    public static async Task<IReadOnlyList<InvoiceLine>> Lines([Parent] Invoice invoice, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<InvoiceLine>>(invoice.InvoiceId, LinesAsync) ?? [];

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<InvoiceLine>>> LinesAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var lines = await database.QueryAsync<InvoiceLine>(SelectLines, new { keys = keys.ToArray() }, context);
        return lines.GroupBy(line => line.InvoiceId, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<InvoiceLine>)[.. group], StringComparer.Ordinal);
    }
}
