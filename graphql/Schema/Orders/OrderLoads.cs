using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Orders;

/// <summary>Loads for many orders or shipments at once; of nodes' rows only those of the caller's locations.</summary>
internal static class OrderLoads
{
    private const string AllocationColumns = "order_id, line, number, location AS location_id, lot, status, quantity, picked, packed, shipment_id";

    private const string SelectAllocations = $"""
        SELECT {AllocationColumns} FROM allocations
        WHERE order_id = ANY(@keys) AND (@locations::text[] IS NULL OR location = ANY(@locations)) ORDER BY order_id, line, number
        """;

    // A shipment's rows lie with its order: there is no index on shipment_id alone.
    private const string SelectOfShipments = $"""
        SELECT {AllocationColumns} FROM allocations
        WHERE order_id IN (SELECT order_id FROM shipments WHERE shipment_id = ANY(@keys)) AND shipment_id = ANY(@keys) ORDER BY order_id, line, number
        """;

    private const string SelectDecisions = "SELECT order_id, order_version, at, policy_version, reasons::text AS reasons FROM allocation_decisions WHERE order_id = ANY(@keys) ORDER BY order_id, order_version";

    private const string SelectHolds = "SELECT order_id, number, upper(kind) AS kind, reason, owner, opened_at, released_at FROM holds WHERE order_id = ANY(@keys) ORDER BY order_id, number";

    private sealed record DecisionRow(string OrderId, long OrderVersion, DateTime At, int PolicyVersion, string Reasons)
    {
        public AllocationDecision Decision { get; } = new(OrderId, OrderVersion, At, PolicyVersion, JsonSerializer.Deserialize(Reasons, ReasonsJson.Default.IReadOnlyListNodeReason) ?? []);
    }

    public static async Task<IReadOnlyDictionary<string, Order>> Orders(IReadOnlyList<string> keys, RequestContext context) =>
        (await Order.Rows.AllAsync(Database(context), OrderQueries.VisibleTo(context.Caller()).And("o.order_id = ANY(@keys)", "keys", keys.ToArray()), "o.order_id", context.Cancellation))
            .ToDictionary(order => order.OrderId, StringComparer.Ordinal);

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<OrderLine>>> Lines(IReadOnlyList<string> keys, RequestContext context) => Grouped(
        await OrderLine.Rows.AllAsync(Database(context), new Conditions().And("l.order_id = ANY(@keys)", "keys", keys.ToArray()), "l.order_id, l.line", context.Cancellation), line => line.OrderId);

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<Allocation>>> Allocations(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<Allocation>(SelectAllocations, keys, context, allocation => allocation.OrderId);

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<Allocation>>> OfShipments(IReadOnlyList<string> keys, RequestContext context) =>
        ManyAsync<Allocation>(SelectOfShipments, keys, context, allocation => allocation.ShipmentId!);

    public static Task<IReadOnlyDictionary<string, IReadOnlyList<Hold>>> Holds(IReadOnlyList<string> keys, RequestContext context) => ManyAsync<Hold>(SelectHolds, keys, context, hold => hold.OrderId);

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<AllocationDecision>>> Decisions(IReadOnlyList<string> keys, RequestContext context) =>
        Grouped((await Database(context).QueryAsync<DecisionRow>(SelectDecisions, new { keys = keys.ToArray() }, context.Cancellation)).Select(row => row.Decision with
        {
            Reasons = context.Caller().Locations is { } own ? [.. row.Decision.Reasons.Where(reason => own.Contains(reason.Location))] : row.Decision.Reasons,
        }), decision => decision.OrderId);

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<Shipment>>> Shipments(IReadOnlyList<string> keys, RequestContext context) => Grouped(
        await Shipment.Rows.AllAsync(Database(context), new Conditions()
            .And("s.order_id = ANY(@keys)", "keys", keys.ToArray())
            .And("s.location = ANY(@callersLocations)", "callersLocations", context.Caller().Locations?.ToArray()), "s.order_id, length(s.shipment_id), s.shipment_id", context.Cancellation),
        shipment => shipment.OrderId);

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<T>>> ManyAsync<T>(string sql, IReadOnlyList<string> keys, RequestContext context, Func<T, string> of) =>
        Grouped(await Database(context).QueryAsync<T>(sql, new { keys = keys.ToArray(), locations = context.Caller().Locations?.ToArray() }, context.Cancellation), of);

    private static Dictionary<string, IReadOnlyList<T>> Grouped<T>(IEnumerable<T> rows, Func<T, string> of) =>
        rows.GroupBy(of, StringComparer.Ordinal).ToDictionary(group => group.Key, group => (IReadOnlyList<T>)[.. group], StringComparer.Ordinal);

    private static ReadDatabase Database(RequestContext context) => context.Services.GetRequiredService<ReadDatabase>();
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<NodeReason>))]
internal sealed partial class ReasonsJson : JsonSerializerContext;
