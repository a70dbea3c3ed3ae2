using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>How long order lines took from being sent to the arrival of their first units, in whole minutes.</summary>
internal static class ReceivedLeadTimes
{
    /// <summary>As <see cref="Changes"/> computes it.</summary>
    public const string SelectSums = """
        WITH received AS (
            SELECT o.supplier_id, l.sku, greatest(0, floor(extract(epoch FROM l.first_received_at - o.sent_at) / 60))::bigint AS minutes
            FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id) WHERE l.first_received_at IS NOT NULL AND o.sent_at IS NOT NULL)
        SELECT supplier_id, sku, count(*)::int, sum(minutes)::bigint, sum(minutes::numeric * minutes) FROM received GROUP BY supplier_id, sku
        """;

    /// <summary>What the batch at hand has changed of the stored sums, by supplier and sku.</summary>
    public static Dictionary<(SupplierId, Sku), LeadTimeSum> Changes(PurchaseOrderBook orders)
    {
        var changes = new Dictionary<(SupplierId, Sku), LeadTimeSum>();
        foreach (var order in orders.Unordered)
            foreach (var line in order.Lines)
            {
                var now = Minutes(order.SentAt, line.FirstReceivedAt);
                var before = Minutes((order.Stored as PurchaseOrder)?.SentAt, (line.Stored as PurchaseOrderLine)?.FirstReceivedAt);
                if (now == before)
                    continue;
                var sum = changes.GetValueOrDefault((order.SupplierId, line.Sku));
                sum = before is { } gone ? sum.Add(gone, -1) : sum;
                changes[(order.SupplierId, line.Sku)] = now is { } known ? sum.Add(known) : sum;
            }
        return changes;
    }

    private static long? Minutes(DateTimeOffset? sent, DateTimeOffset? received) =>
        received - sent is { } time ? Math.Max(0, time.Ticks / TimeSpan.TicksPerMinute) : null;
}
