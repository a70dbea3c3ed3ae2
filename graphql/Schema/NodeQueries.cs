using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.DeadLetters;
using EcomIntel.GraphQL.Schema.Orders;

namespace EcomIntel.GraphQL.Schema;

[GraphQLResolvers("Query")]
internal static class NodeQueries
{
    /// <summary>Each found as its own query finds it, so that nobody sees by id what the query would not show; the type's own access is asked with its fields.</summary>
    public static async Task<object?> Node(RequestContext context, [Service] ReadDatabase database, [Service] TypeAccess access, string id) => NodeId.Parse(id) switch
    {
        (var type, _) when !access.MayAsk(context, type) => null,
        (Order.NodeType, var key) => await OrderQueries.Order(context, database, key),
        (Shipment.NodeType, var key) => await OrderQueries.Shipment(context, database, key),
        (Item.NodeType, var key) => await CatalogQueries.Item(context, database, key),
        (Location.NodeType, var key) => await CatalogQueries.Location(context, database, key),
        (DeadLetter.NodeType, var key) => await DeadLetterQueries.DeadLetter(context, database, id),
        _ => null,
    };
}
