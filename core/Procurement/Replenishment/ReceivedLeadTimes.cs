using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>Notes how long order lines took from being sent to their first units' arrival, by the earliest receipt, whatever is heard first.</summary>
internal sealed class ReceivedLeadTimes(PurchaseOrderBook orders)
{
    private readonly Dictionary<(PurchaseOrderId, int), ReceivedLeadTime> _leads = [];
    private readonly Dictionary<(PurchaseOrderId, int), long> _seen = [];

    public IEnumerable<ReceivedLeadTime> All => _leads.Values.OrderBy(lead => lead.PurchaseOrderId).ThenBy(lead => lead.Number);

    public void Add(ReceivedLeadTime lead) => _leads.TryAdd((lead.PurchaseOrderId, lead.Number), lead);

    /// <summary>Goods were received, or that was refused: then nothing of the lines has changed.</summary>
    public void Received(CloudEvent e)
    {
        if (orders.Find(new PurchaseOrderId(e.Subject)) is not { SentAt: { } sent } order)
            return;
        foreach (var line in order.Lines)
        {
            var key = (order.Id, line.Number);
            var before = _seen.TryGetValue(key, out var seen) ? seen : line.Stored is PurchaseOrderLine stored ? stored.Received + stored.Over : 0;
            var now = _seen[key] = line.Received + line.Over;
            if (now == before)
                continue;
            if (!_leads.TryGetValue(key, out var lead))
                _leads.Add(key, lead = new()
                {
                    PurchaseOrderId = order.Id, Number = line.Number, SupplierId = order.SupplierId, Sku = line.Sku, ReceivedAt = DateTimeOffset.MaxValue,
                });
            if (e.Time < lead.ReceivedAt)
                (lead.ReceivedAt, lead.Minutes) = (e.Time, Math.Max(0, (long)(e.Time - sent).TotalMinutes));
        }
    }

    /// <summary>What the batch has changed of the stored sums.</summary>
    public Dictionary<(SupplierId, Sku), LeadTimeSum> Changes()
    {
        var changes = new Dictionary<(SupplierId, Sku), LeadTimeSum>();
        foreach (var lead in _leads.Values)
        {
            var sum = changes.GetValueOrDefault((lead.SupplierId, lead.Sku));
            if (lead.Stored is ReceivedLeadTime stored)
                sum = sum.Add(stored.Minutes, -1);
            changes[(lead.SupplierId, lead.Sku)] = sum.Add(lead.Minutes);
        }
        return changes;
    }
}
