using EcomIntel.Core.Orders;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Lateness;

[GraphQLObject("OrderLateness")]
internal sealed record OrderLateness(long Seconds, bool IsOpen, IReadOnlyList<LateCause> Reasons);

[GraphQLObject("LateBecause")]
internal sealed record LateCause(LateReason Reason, long Seconds);

/// <summary>
/// Three statements for all orders of a response. All parts of an order count, also those at locations that the caller may not see: none of them is named.
/// </summary>
[GraphQLResolvers("Order")]
internal static class LatenessFields
{
    private const string SelectRules = $"""
        SELECT {BusinessTime.Sql} AS now, p.version, p.effective_at, p.settings::text AS settings
        FROM (VALUES (1)) one LEFT JOIN policies p ON p.kind = 'lateness'
        """;

    private const string SelectHolds = "SELECT order_id, opened_at, released_at FROM holds WHERE order_id = ANY(@keys)";

    // Shipments; what is promised and has none; what waits. Its units were promised by the order's last decision before it was released.
    private const string SelectParts = """
        SELECT s.order_id, bool_or(l.backordered) AS backordered, s.released_at, s.shipped_at, s.delivered_at,
            (SELECT max(d.at) FROM allocation_decisions d WHERE d.order_id = s.order_id AND d.at <= s.released_at) AS sourced_at
        FROM shipments s
        JOIN allocations a ON a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND a.status = 'RELEASED'
        JOIN order_lines l ON l.order_id = a.order_id AND l.line = a.line
        WHERE s.order_id = ANY(@keys) AND s.status <> 'CANCELLED'
        GROUP BY s.shipment_id
        UNION ALL
        SELECT a.order_id, l.backordered, NULL, NULL, NULL, (SELECT max(d.at) FROM allocation_decisions d WHERE d.order_id = a.order_id)
        FROM allocations a JOIN order_lines l USING (order_id, line)
        WHERE a.order_id = ANY(@keys) AND a.status = 'ALLOCATED'
        GROUP BY a.order_id, l.backordered
        UNION ALL
        SELECT order_id, backordered, NULL, NULL, NULL, NULL FROM order_lines
        WHERE order_id = ANY(@keys) AND ordered > cancelled + sourced
        GROUP BY order_id, backordered
        """;

    private sealed record Rule(DateTime? Now, int? Version, DateTime? EffectiveAt, string? Settings);

    private sealed record HoldRow(string OrderId, DateTime OpenedAt, DateTime? ReleasedAt);

    private sealed record PartRow(
        string OrderId, bool Backordered, DateTime? ReleasedAt, DateTime? ShippedAt, DateTime? DeliveredAt, DateTime? SourcedAt);

    [GraphQLName("lateness")]
    public static Task<OrderLateness?> Of([Parent] Order order, RequestContext context) => context.Batch<Order, OrderLateness>(order, LoadAsync);

    private static async Task<IReadOnlyDictionary<Order, OrderLateness>> LoadAsync(IReadOnlyList<Order> orders, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var keys = new { keys = orders.Select(order => order.OrderId).ToArray() };
        var rules = await database.QueryAsync<Rule>(SelectRules, null, context);
        var holds = (await database.QueryAsync<HoldRow>(SelectHolds, keys, context)).ToLookup(
            hold => hold.OrderId, hold => new HeldTime(At(hold.OpenedAt), At(hold.ReleasedAt)), StringComparer.Ordinal);
        var parts = (await database.QueryAsync<PartRow>(SelectParts, keys, context)).ToLookup(
            part => part.OrderId,
            part => new OrderPart(part.Backordered, At(part.SourcedAt), At(part.ReleasedAt), At(part.ShippedAt), At(part.DeliveredAt)),
            StringComparer.Ordinal);
        var late = new Dictionary<Order, OrderLateness>();
        if (rules[0].Now is not { } now)
            return late; // before the first event of a replay
        foreach (var order in orders)
        {
            var times = new OrderTimes(At(order.PlacedAt), At(order.PromisedAt), At(order.ClosedAt));
            var found = Core.Orders.Lateness.Of(times, [.. parts[order.OrderId]], [.. holds[order.OrderId]], PolicyAt(rules, order.PlacedAt), At(now));
            if (found is { } its)
                late[order] = new(
                    Seconds(its.By), order.ClosedAt is null, [.. its.Reasons.Select(reason => new LateCause(reason.Reason, Seconds(reason.By)))]);
        }
        return late;
    }

    /// <summary>The one that ruled when the order was placed.</summary>
    private static LatenessPolicy PolicyAt(List<Rule> rules, DateTime at) =>
        rules.Where(rule => rule.EffectiveAt <= at).MaxBy(rule => rule.Version)?.Settings is { } settings ? LatenessPolicy.Parse(settings) : new();

    /// <summary>Rounded up: what is late is so by a second at least.</summary>
    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);

    private static DateTimeOffset At(DateTime time) => new(time, TimeSpan.Zero);

    private static DateTimeOffset? At(DateTime? time) => time is { } at ? At(at) : null;
}
