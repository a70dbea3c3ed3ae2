using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;

namespace EcomIntel.GraphQL.Schema.Orders;

/// <summary>Fields of an order from other tables: one statement each for all orders of a response.</summary>
[GraphQLResolvers("Order")]
internal static class OrderFields
{
    public static async Task<IReadOnlyList<OrderLine>> Lines([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<OrderLine>>(order.OrderId, OrderLoads.Lines) ?? [];

    public static async Task<IReadOnlyList<Allocation>> Allocations([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Allocation>>(order.OrderId, OrderLoads.Allocations) ?? [];

    public static async Task<IReadOnlyList<AllocationDecision>> Decisions([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<AllocationDecision>>(order.OrderId, OrderLoads.Decisions) ?? [];

    public static async Task<IReadOnlyList<Shipment>> Shipments([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Shipment>>(order.OrderId, OrderLoads.Shipments) ?? [];

    public static async Task<IReadOnlyList<Hold>> Holds([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Hold>>(order.OrderId, OrderLoads.Holds) ?? [];

    public static async Task<long> Units([Parent] Order order, RequestContext context) =>
        (await Lines(order, context)).Sum(line => line.Ordered - line.Cancelled);

    public static async Task<long> WaitingUnits([Parent] Order order, RequestContext context) => (await Lines(order, context)).Sum(line => line.Waiting);

    public static async Task<Money> Total([Parent] Order order, RequestContext context) =>
        new((await Lines(order, context)).Sum(line => line.UnitPrice * (line.Ordered - line.Cancelled)), order.Currency);
}

[GraphQLResolvers("OrderLine")]
internal static class OrderLineFields
{
    public static Task<Order?> Order([Parent] OrderLine line, RequestContext context) => context.Batch<string, Order>(line.OrderId, OrderLoads.Orders);

    /// <summary>Loads those of the whole order: a line is rarely queried alone.</summary>
    public static async Task<IReadOnlyList<Allocation>> Allocations([Parent] OrderLine line, RequestContext context) =>
        [.. (await context.Batch<string, IReadOnlyList<Allocation>>(line.OrderId, OrderLoads.Allocations) ?? [])
            .Where(allocation => allocation.Line == line.Line)];

    public static Task<Item?> Item([Parent] OrderLine line, RequestContext context) => context.Batch<string, Item>(line.Sku, CatalogLoads.Items);
}

[GraphQLResolvers("Allocation")]
internal static class AllocationFields
{
    public static Task<Location?> Location([Parent] Allocation allocation, RequestContext context) =>
        context.Batch<string, Location>(allocation.LocationId, CatalogLoads.Locations);
}

[GraphQLResolvers("Shipment")]
internal static class ShipmentFields
{
    public static Task<Order?> Order([Parent] Shipment shipment, RequestContext context) => context.Batch<string, Order>(shipment.OrderId, OrderLoads.Orders);

    public static Task<Location?> Location([Parent] Shipment shipment, RequestContext context) =>
        context.Batch<string, Location>(shipment.LocationId, CatalogLoads.Locations);

    public static async Task<IReadOnlyList<Allocation>> Allocations([Parent] Shipment shipment, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Allocation>>(shipment.ShipmentId, OrderLoads.OfShipments) ?? [];
}
