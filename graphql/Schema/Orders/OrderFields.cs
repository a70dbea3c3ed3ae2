using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;

namespace EcomIntel.GraphQL.Schema.Orders;

/// <summary>Fields of an order from other tables: one statement each for all orders of a response.</summary>
[GraphQLResolvers("Order")]
internal static class OrderFields
{
    public static async Task<IReadOnlyList<OrderLine>> Lines([Parent] Order order, RequestContext context)
    {
        var lines = await AllLines(order, context);
        return OrderQueries.SeesOnlyWaiting(context.Caller()) ? [.. lines.Where(line => line.Waiting > 0)] : lines;
    }

    public static async Task<IReadOnlyList<Allocation>> Allocations([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Allocation>>(order.OrderId, OrderLoads.Allocations) ?? [];

    public static async Task<IReadOnlyList<AllocationDecision>> Decisions([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<AllocationDecision>>(order.OrderId, OrderLoads.Decisions) ?? [];

    public static async Task<IReadOnlyList<Shipment>> Shipments([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Shipment>>(order.OrderId, OrderLoads.Shipments) ?? [];

    public static async Task<IReadOnlyList<Hold>> Holds([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Hold>>(order.OrderId, OrderLoads.Holds) ?? [];

    public static async Task<long> Units([Parent] Order order, RequestContext context) =>
        (await AllLines(order, context)).Sum(line => line.Ordered - line.Cancelled);

    public static async Task<long> WaitingUnits([Parent] Order order, RequestContext context) => (await AllLines(order, context)).Sum(line => line.Waiting);

    public static async Task<Money> Total([Parent] Order order, RequestContext context) =>
        new((await AllLines(order, context)).Sum(line => line.UnitPrice * (line.Ordered - line.Cancelled)), order.Currency);

    private static async Task<IReadOnlyList<OrderLine>> AllLines(Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<OrderLine>>(order.OrderId, OrderLoads.Lines) ?? [];
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
    public static async Task<string> Sku([Parent] Allocation allocation, RequestContext context) =>
        (await context.Batch<string, IReadOnlyList<OrderLine>>(allocation.OrderId, OrderLoads.Lines) ?? []).First(line => line.Line == allocation.Line).Sku;

    /// <summary>Of what is released, its shipment may be further on than what was reported of its units: a carrier's report implies what went before.</summary>
    public static async Task<string> Stage([Parent] Allocation allocation, RequestContext context)
    {
        if (allocation.Status != "RELEASED")
            return allocation.Status;
        var shipments = await context.Batch<string, IReadOnlyList<Shipment>>(allocation.OrderId, OrderLoads.Shipments) ?? [];
        var shipment = shipments.FirstOrDefault(shipment => shipment.ShipmentId == allocation.ShipmentId)?.Status;
        return shipment is "SHIPPED" or "DELIVERED" or "RETURNED" or "LOST" or "REFUSED" or "PACKED" ? shipment
            : allocation.Packed >= allocation.Quantity ? "PACKED"
            : allocation.Picked >= allocation.Quantity ? "PICKED"
            : "RELEASED";
    }

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
