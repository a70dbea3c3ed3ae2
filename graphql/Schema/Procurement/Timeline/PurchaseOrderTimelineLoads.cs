using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Timeline;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Procurement.Timeline;

/// <summary>The timelines of all purchase orders of a response, which the caller has been shown: three statements.</summary>
internal static class PurchaseOrderTimelineLoads
{
    /// <summary>The roles that may read invoices, as in the SDL.</summary>
    private static readonly uint SeesInvoices = Caller.BitsOf(["EXECUTIVE", "BUYER", "APPROVER", "FINANCE", "ADMIN", "SERVICE"]);

    // What decisions and changes may be about, as its reader may see it: receipts at his locations, and invoices all of whose orders are for these. Ids of two
    // kinds may be written alike: action is what the names of what people ask of a kind begin with.
    private const string Subjects = """
        SELECT k.id AS key, 'Order' AS kind, k.id AS subject, 'purchase_order' AS action FROM unnest(@keys) k (id)
        UNION ALL
        SELECT r.purchase_order_id, 'Receipt', r.receipt_id, 'receipt' FROM receipts r
        WHERE r.purchase_order_id = ANY(@keys) AND (@own::text[] IS NULL OR r.location = ANY(@own))
        UNION ALL
        SELECT c.purchase_order_id, 'Claim', c.claim_id, 'claim' FROM supplier_claims c WHERE c.purchase_order_id = ANY(@keys)
        UNION ALL
        SELECT DISTINCT l.purchase_order_id, 'Invoice', l.invoice_id, 'invoice' FROM invoice_lines l
        WHERE l.purchase_order_id = ANY(@keys) AND @invoices AND (@own::text[] IS NULL OR NOT EXISTS (
            SELECT FROM invoice_lines x JOIN purchase_orders p USING (purchase_order_id) WHERE x.invoice_id = l.invoice_id AND p.location <> ALL(@own)))
        """;

    // The condition on types is that of the index.
    private const string SelectDecisions = $"""
        SELECT d.key, d.kind, d.subject, d.sequence, CASE WHEN d.size <= @maxBytes THEN d.payload END AS payload
        FROM (
            SELECT w.key, w.kind, w.subject, o.sequence, o.payload, sum(octet_length(o.payload)) OVER (ORDER BY w.key, o.sequence, w.kind) AS size
            FROM ({Subjects}) w
            CROSS JOIN LATERAL (
                SELECT x.sequence, x.payload FROM outbox x
                WHERE x.subject = w.subject AND x.type NOT IN ('stock.changed', 'clock.ticked', 'item.changed', 'location.changed')
                ORDER BY x.sequence LIMIT @most) o) d
        ORDER BY d.sequence
        """;

    private const string SelectChanges = $"""
        SELECT w.key, a.entry AS number, a.at, a.actor, a.action, a.reason, a.outcome, a.subject,
            CASE WHEN a.before ->> 'version' ~ '^[0-9]+$' THEN (a.before ->> 'version')::numeric END AS version_before,
            CASE WHEN a.after ->> 'version' ~ '^[0-9]+$' THEN (a.after ->> 'version')::numeric END AS version_after
        FROM ({Subjects}) w JOIN audit_log a ON a.subject = w.subject
        WHERE split_part(a.action, '.', 1) = w.action
        ORDER BY a.entry LIMIT 10000
        """;

    private sealed record DecisionRow(string Key, string Kind, string Subject, long Sequence, byte[]? Payload);

    /// <param name="Version">Of its subject after it; null where it is a case.</param>
    private sealed record Told(TimelineEntry Entry, string Subject, long? Version);

    public static async Task<IReadOnlyDictionary<string, PurchaseOrderTimeline>> Timelines(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var (caller, own) = (context.Caller(), context.Caller().Locations?.ToArray());
        var parameters = new
        {
            keys = keys.ToArray(), own, invoices = (caller.RoleBits & SeesInvoices) != 0, most = TimelineLoads.MaxDecisions + 1,
            maxBytes = TimelineLoads.MaxBytes,
        };
        var decisions = await database.QueryAsync<DecisionRow>(SelectDecisions, parameters, context);
        if (keys.Count > 1 && decisions.Exists(row => row.Payload is null))
            throw new GraphQLException(
                $"the timelines are more than {TimelineLoads.MaxBytes >> 20} MiB: select those of fewer purchase orders at once", "RESULT_TOO_LARGE");
        var changes = (await database.QueryAsync<AuditedChange>(SelectChanges, parameters, context)).ToLookup(change => change.Key, StringComparer.Ordinal);
        var kept = await Kept.FindAsync(database, context);
        var rows = decisions.ToLookup(row => row.Key, StringComparer.Ordinal);
        return keys.ToDictionary(key => key, key => Timeline(key, [.. rows[key]], [.. changes[key]], kept, own), StringComparer.Ordinal);
    }

    private static PurchaseOrderTimeline Timeline(
        string orderId, List<DecisionRow> rows, List<AuditedChange> changes, Kept kept, IReadOnlyList<string>? own)
    {
        var isCut = rows.Exists(row => row.Payload is null)
            || rows.CountBy(row => (row.Kind, row.Subject)).Any(count => count.Value > TimelineLoads.MaxDecisions);
        var told = new List<Told>(rows.Count);
        JsonElement before = default;
        foreach (var row in rows.Where(row => row.Payload is not null))
        {
            var (operation, kind) = (Operation.Parse(row.Payload!), Enum.Parse<PurchaseSubject>(row.Kind));
            var data = JsonElement.Parse(operation.Data.Span);
            if (PurchaseDecisions.Entry(operation, kind, data, before, orderId, own) is not { } entry)
                continue;
            var state = PurchaseDecisions.StateOf(data, kind);
            var version = OperationData.Number(state, "version");
            told.Add(new(changes.Find(change => change.Made(row.Subject, version) && change.Actor == entry.By.Name) is { } made
                ? entry with { Reason = entry.Reason ?? made.Reason } : entry, row.Subject, version));
            if (kind == PurchaseSubject.Order && version is not null)
                before = state;
        }
        var isPruned = kept.Pruned > 0 && !told.Exists(each => each.Entry.Version == 1);
        var entries = told.ConvertAll(each => each.Entry);
        entries.AddRange(changes.Where(change => !told.Exists(each => change.Made(each.Subject, each.Version))).Select(change => change.Entry));
        return new(isPruned ? kept.KeptFrom : null, isCut, [.. entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Number)]);
    }
}
