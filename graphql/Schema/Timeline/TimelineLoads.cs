using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Timeline;

/// <summary>The timelines of all orders of a response: four statements.</summary>
internal static class TimelineLoads
{
    /// <summary>Most decisions told of one subject, as an order, a shipment or a return, and most bytes of all decisions of a response.</summary>
    public const int MaxDecisions = 1_000, MaxBytes = 16 << 20;

    // Decisions and changes are about an order, one of its shipments or one of its returns.
    private const string Subjects = """
        SELECT k.order_id, k.order_id AS subject FROM unnest(@keys) k (order_id)
        UNION
        SELECT s.order_id, s.shipment_id FROM shipments s WHERE s.order_id = ANY(@keys)
        UNION
        SELECT r.order_id, r.return_id FROM returns r WHERE r.order_id = ANY(@keys)
        """;

    // The condition on types is that of the index.
    private const string SelectDecisions = $"""
        SELECT d.order_id, d.subject, d.sequence, CASE WHEN d.size <= @maxBytes THEN d.payload END AS payload
        FROM (
            SELECT w.order_id, w.subject, o.sequence, o.payload, sum(octet_length(o.payload)) OVER (ORDER BY w.order_id, w.subject, o.sequence) AS size
            FROM ({Subjects}) w
            CROSS JOIN LATERAL (
                SELECT x.sequence, x.payload FROM outbox x
                WHERE x.subject = w.subject AND x.type NOT IN ('stock.changed', 'clock.ticked', 'item.changed', 'location.changed')
                ORDER BY x.sequence LIMIT @most) o) d
        ORDER BY d.sequence
        """;

    private const string SelectChanges = $"""
        SELECT w.order_id AS key, a.entry AS number, a.at, a.actor, a.action, a.reason, a.outcome, a.subject,
            CASE WHEN a.before ->> 'version' ~ '^[0-9]+$' THEN (a.before ->> 'version')::numeric END AS version_before,
            CASE WHEN a.after ->> 'version' ~ '^[0-9]+$' THEN (a.after ->> 'version')::numeric END AS version_after
        FROM ({Subjects}) w JOIN audit_log a ON a.subject = w.subject
        WHERE split_part(a.action, '.', 1)
            NOT IN ('dead_letter', 'api_key', 'policy', 'stock', 'transfer', 'purchase_order', 'receipt', 'claim', 'invoice', 'proposal')
        ORDER BY a.entry LIMIT 10000
        """;

    private sealed record DecisionRow(string OrderId, string Subject, long Sequence, byte[]? Payload);

    public static async Task<IReadOnlyDictionary<string, OrderTimeline>> Timelines(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var parameters = new { keys = keys.ToArray(), most = MaxDecisions + 1, maxBytes = MaxBytes };
        var decisions = await database.QueryAsync<DecisionRow>(SelectDecisions, parameters, context);
        if (decisions.Exists(row => row.Payload is null))
            throw new GraphQLException($"the timelines are more than {MaxBytes >> 20} MiB: select those of fewer orders at once", "RESULT_TOO_LARGE");
        var changes = (await database.QueryAsync<AuditedChange>(SelectChanges, parameters, context)).ToLookup(change => change.Key, StringComparer.Ordinal);
        var kept = await Kept.FindAsync(database, context);
        var allocations = kept.Pruned > 0 ? await OrderLoads.Decisions(keys, context) : null;
        var shipments = (await OrderLoads.Shipments(keys, context)).Values.SelectMany(shipments => shipments)
            .ToDictionary(shipment => shipment.ShipmentId, shipment => shipment.Carrier, StringComparer.Ordinal);
        var sight = new Sight(context.Caller().Locations, shipments);
        var rows = decisions.ToLookup(row => row.OrderId, StringComparer.Ordinal);
        return keys.ToDictionary(
            key => key,
            key => Timeline(
                key, [.. rows[key]], [.. changes[key]], kept, allocations?.GetValueOrDefault(key) ?? [], sight),
            StringComparer.Ordinal);
    }

    private static OrderTimeline Timeline(
        string orderId, List<DecisionRow> rows, List<AuditedChange> changes, Kept kept, IReadOnlyList<AllocationDecision> allocations,
        Sight sight)
    {
        var isCut = rows.CountBy(row => row.Subject, StringComparer.Ordinal).Any(count => count.Value > MaxDecisions);
        var entries = new List<TimelineEntry>(rows.Count);
        foreach (var row in rows)
            if (Decisions.Entry(Operation.Parse(row.Payload!), orderId, sight) is { } entry)
                entries.Add(changes.Find(change => change.Made(orderId, entry.Version)) is { } made
                    ? entry with { By = made.By, Reason = made.Reason ?? entry.Reason } : entry);
        var isPruned = kept.Pruned > 0 && !entries.Exists(entry => entry.Version == 1);
        var versions = entries.Select(entry => entry.Version).ToHashSet();
        foreach (var allocation in allocations.Where(allocation => isPruned && !versions.Contains(allocation.OrderVersion)))
            entries.Add(Of(allocation));
        entries.AddRange(changes.Where(change => !entries.Exists(entry => change.Made(orderId, entry.Version))).Select(change => change.Entry));
        return new(isPruned ? kept.KeptFrom : null, isCut, [.. entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Number)]);
    }

    /// <summary>What is kept of a decision when the decision itself is not.</summary>
    private static TimelineEntry Of(AllocationDecision decision) => new(
        decision.At, OperationEvents.Allocated, "sourced; the decision itself is not kept any more",
        new(TimelineActorKind.Hub, $"allocation {decision.PolicyVersion}"), null, decision.Reasons, decision.OrderVersion, null, false, null,
        AuditedChange.Unnumbered - 1_000_000 + decision.OrderVersion);
}
