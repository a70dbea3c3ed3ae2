using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Orders;

/// <summary>Batch loads for many orders or shipments; rows of nodes only where the caller may see the location.</summary>
internal static class OrderLoads
{
    private const string AllocationColumns = "order_id, line, number, location AS location_id, lot, status, quantity, picked, packed, shipment_id";

    private const string SelectAllocations = $"""
        SELECT {AllocationColumns} FROM allocations
        WHERE order_id = ANY(@keys) AND (@locations::text[] IS NULL OR location = ANY(@locations)) ORDER BY order_id, line, number
        """;

    // By way of the orders: there is no index on shipment_id alone.
    private const string SelectOfShipments = $"""
        SELECT {AllocationColumns} FROM allocations
        WHERE order_id IN (SELECT order_id FROM shipments WHERE shipment_id = ANY(@keys)) AND shipment_id = ANY(@keys) ORDER BY order_id, line, number
        """;

    private const string SelectDecisions = """
        SELECT order_id, order_version, at, policy_version, reasons::text AS reasons FROM allocation_decisions
        WHERE order_id = ANY(@keys) ORDER BY order_id, order_version
        """;

    private const string SelectHolds = """
        SELECT order_id, number, upper(kind) AS kind, reason, owner, opened_at, released_at FROM holds
        WHERE order_id = ANY(@keys) ORDER BY order_id, number
        """;

    private sealed record DecisionRow(string OrderId, long OrderVersion, DateTime At, int PolicyVersion, string Reasons)
    {
        public AllocationDecision Decision { get; } =
            new(OrderId, OrderVersion, At, PolicyVersion, JsonSerializer.Deserialize(Reasons, ReasonsJson.Default.IReadOnlyListNodeReason) ?? []);
    }

    public static async Task<IReadOnlyDictionary<string, Order>> Orders(IReadOnlyList<string> keys, RequestContext context)
    {
        var visible = OrderQueries.VisibleTo(context.Caller()).And("o.order_id = ANY(@keys)", "keys", keys.ToArray());
        var orders = await Order.Rows.AllAsync(Database(context), visible, "o.order_id", context);
        return orders.ToDictionary(order => order.OrderId, StringComparer.Ordinal);
    }

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<OrderLine>>> Lines(IReadOnlyList<string> keys, RequestContext context)
    {
        var ofOrders = new Conditions().And("l.order_id = ANY(@keys)", "keys", keys.ToArray());
        var lines = await OrderLine.Rows.AllAsync(Database(context), ofOrders, "l.order_id, l.line", context);
        return Grouped(lines, line => line.OrderId);
    }

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<Allocation>>> Allocations(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<Allocation>(SelectAllocations, keys, context, allocation => allocation.OrderId);

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<Allocation>>> OfShipments(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<Allocation>(SelectOfShipments, keys, context, allocation => allocation.ShipmentId!);

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<Hold>>> Holds(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<Hold>(SelectHolds, keys, context, hold => hold.OrderId);

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<AllocationDecision>>> Decisions(IReadOnlyList<string> keys, RequestContext context)
    {
        var rows = await Database(context).QueryAsync<DecisionRow>(SelectDecisions, new { keys = keys.ToArray() }, context);
        var decisions = rows.Select(row => row.Decision);
        if (context.Caller().Locations is { } own)
            decisions = decisions.Select(decision => decision with { Reasons = [.. decision.Reasons.Where(reason => own.Contains(reason.Location))] });
        return Grouped(decisions, decision => decision.OrderId);
    }

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<Shipment>>> Shipments(IReadOnlyList<string> keys, RequestContext context)
    {
        var visible = new Conditions()
            .And("s.order_id = ANY(@keys)", "keys", keys.ToArray())
            .And("s.location = ANY(@callersLocations)", "callersLocations", context.Caller().Locations?.ToArray());
        var shipments = await Shipment.Rows.AllAsync(
            Database(context), visible, "s.order_id, length(s.shipment_id), s.shipment_id", context);
        return Grouped(shipments, shipment => shipment.OrderId);
    }

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

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<NodeReason>))]
internal sealed partial class ReasonsJson : JsonSerializerContext;
