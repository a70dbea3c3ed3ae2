using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using Npgsql;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>How long order lines took from being sent to the arrival of their first units, in whole minutes.</summary>
internal sealed class ReceivedLeadTimes
{
    public const string SelectSums = "SELECT supplier_id, sku, lines, minutes, squares FROM received_lead_times WHERE lines > 0";

    private const string Upsert = """
        INSERT INTO received_lead_times AS t (supplier_id, sku, lines, minutes, squares) SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (supplier_id, sku) DO UPDATE
        SET lines = t.lines + excluded.lines, minutes = t.minutes + excluded.minutes, squares = t.squares + excluded.squares
        """;

    private readonly Dictionary<(SupplierId, Sku), LeadTimeSum> _ofItems;
    private readonly Dictionary<SupplierId, LeadTimeSum> _ofSuppliers = [];
    private readonly ReplenishmentPolicy _settings;

    /// <summary>As PostgreSQL has them, with what the batch at hand has changed.</summary>
    public ReceivedLeadTimes(ReplenishmentBook book, PurchaseOrderBook orders, ReplenishmentPolicy settings)
    {
        (_ofItems, _settings) = (new(book.LeadTimes), settings);
        foreach (var (key, change) in Changes(orders))
            _ofItems[key] = _ofItems.GetValueOrDefault(key).Add(change);
        foreach (var ((supplier, _), sum) in _ofItems)
            _ofSuppliers[supplier] = _ofSuppliers.GetValueOrDefault(supplier).Add(sum);
    }

    /// <param name="quoted">Days.</param>
    public LeadTime Of(SupplierId supplier, Sku sku, int quoted)
    {
        if (_ofItems.GetValueOrDefault((supplier, sku)).From(_settings.LeadTimesKnown) is { } ofItem)
            return ofItem;
        return _ofSuppliers.GetValueOrDefault(supplier).From(_settings.LeadTimesKnown) is { } ofSupplier ? ofSupplier with { OfAllItems = true }
            : new(quoted, (double)(quoted * _settings.LeadTimeDeviation), 0);
    }

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
