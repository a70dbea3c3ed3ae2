using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Alerts;
using EcomIntel.GraphQL.Schema.Cases;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.DeadLetters;
using EcomIntel.GraphQL.Schema.Orders;
using EcomIntel.GraphQL.Schema.Procurement.Invoices;
using EcomIntel.GraphQL.Schema.Procurement.PurchaseOrders;
using EcomIntel.GraphQL.Schema.Procurement.Receiving;
using EcomIntel.GraphQL.Schema.Procurement.Replenishment;
using EcomIntel.GraphQL.Schema.Procurement.Suppliers;
using EcomIntel.GraphQL.Schema.Returns;

namespace EcomIntel.GraphQL.Schema;

[GraphQLResolvers("Query")]
internal static class NodeQueries
{
    /// <summary>
    /// Each type by its own query, so that <c>node</c> shows nothing the query would not. The type's access rule is checked first; those of its fields as
    /// always.
    /// </summary>
    public static async Task<object?> Node(
        RequestContext context, [Service] ReadDatabase database, [Service] TypeAccess access, string id) => NodeId.Parse(id) switch
    {
        (var type, _) when !access.Allows(context, type) => null,
        (Order.NodeType, var key) => await OrderQueries.Order(context, database, key),
        (Shipment.NodeType, var key) => await OrderQueries.Shipment(context, database, key),
        (Item.NodeType, var key) => await CatalogQueries.Item(context, database, key),
        (Location.NodeType, var key) => await CatalogQueries.Location(context, database, key),
        (Return.NodeType, var key) => await ReturnQueries.Return(context, database, key),
        (DeadLetter.NodeType, var key) => await DeadLetterQueries.DeadLetter(context, database, id),
        (ExceptionCase.NodeType, var key) => await CaseQueries.ExceptionCase(context, database, key),
        (Alert.NodeType, var key) => await AlertQueries.Alert(context, database, key),
        (Supplier.NodeType, var key) => await SupplierQueries.Supplier(context, database, key),
        (PurchaseOrder.NodeType, var key) => await PurchaseOrderQueries.PurchaseOrder(context, database, key),
        (Receipt.NodeType, var key) => await ReceivingQueries.Receipt(context, database, key),
        (SupplierClaim.NodeType, var key) => await ReceivingQueries.SupplierClaim(context, database, key),
        (Invoice.NodeType, var key) => await InvoiceQueries.Invoice(context, database, key),
        (ReplenishmentProposal.NodeType, var key) => await ProposalQueries.ReplenishmentProposal(context, database, key),
        _ => null,
    };
}
