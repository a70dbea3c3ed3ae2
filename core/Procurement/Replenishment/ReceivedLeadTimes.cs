using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using Npgsql;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>How long order lines took from being sent to the arrival of their first units, in whole minutes.</summary>
internal static class ReceivedLeadTimes
{
    public const string SelectSums = "SELECT supplier_id, sku, lines, minutes, squares FROM received_lead_times WHERE lines > 0";

    private const string Upsert = """
        INSERT INTO received_lead_times AS t (supplier_id, sku, lines, minutes, squares) SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (supplier_id, sku) DO UPDATE
        SET lines = t.lines + excluded.lines, minutes = t.minutes + excluded.minutes, squares = t.squares + excluded.squares
        """;

    public static void Save(NpgsqlBatch batch, PurchaseOrderBook orders)
    {
        var changes = Changes(orders).Where(change => change.Value != default).OrderBy(change => change.Key.Item1).ThenBy(change => change.Key.Item2).ToList();
        if (changes.Count > 0)
            batch.Add(Upsert, changes.Column(change => change.Key.Item1.Value), changes.Column(change => change.Key.Item2.Value),
                changes.Column(change => change.Value.Count), changes.Column(change => change.Value.Minutes), changes.Column(change => change.Value.Squares));
    }

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
