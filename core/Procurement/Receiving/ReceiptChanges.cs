using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>What follows from any change of a receipt: the operation that tells of it, its order's lines, what differs from what was ordered.</summary>
/// <param name="provide">As of <see cref="Processing.Workspace.Provide"/>.</param>
internal sealed class ReceiptChanges(
    ReceiptBook receipts, PurchaseOrderBook orders, SupplierBook suppliers, PurchaseOrderChanges changes, Discrepancies discrepancies,
    ExceptionBook exceptions, Outbox outbox, Action<string> provide)
{
    private readonly List<(Receipt Receipt, DateTimeOffset At, string Type, string By)> _pending = [];

    /// <summary>Once its order's lines are counted; at once where it has no order.</summary>
    public void Emit(Receipt receipt, DateTimeOffset at, string type, string by)
    {
        receipt.Version++;
        _pending.Add((receipt, at, type, by));
        if (receipt.PurchaseOrderId is null)
            EmitPending();
        provide($"receipt/{receipt.Id}");
    }

    /// <summary>Counts anew what the order's receipts amount to.</summary>
    public void Count(CloudEvent e, PurchaseOrder order, Receipt receipt, string by)
    {
        var supplier = suppliers.Find(order.SupplierId);
        var all = receipts.Of(order);
        var before = order.Lines.ConvertAll(Units);
        var counted = all.ConvertAll(known => known.Lines.ConvertAll(line => line.OrderLine));
        var uncancelled = OrderedUnits.Count(order, all, supplier?.ShortTolerance ?? 0);
        var at = all.Max(known => known.ReceivedAt);
        // Of an order that has ended it is known when it was cancelled; lines of one that goes on do not say.
        if (uncancelled > 0 && !(order.ClosedAt > receipt.ReceivedAt))
            exceptions.Open(e, CaseCategory.ReceiptAfterCancel, receipt.Id.Value, receipt.Location,
                $"{uncancelled} units of purchase order {order.Id} came with receipt {receipt.Id} after they had been cancelled");
        if (order.Status == PurchaseOrderStatus.CANCELLED && order.Lines.Exists(line => line.Received > 0))
            order.Status = PurchaseOrderStatus.CLOSED;
        for (var index = 0; index < all.Count; index++)
            if (all[index] != receipt && !counted[index].SequenceEqual(all[index].Lines.ConvertAll(line => line.OrderLine)))
                Emit(all[index], receipt.ReceivedAt, ReceiptChanged.Counted, by);
        EmitPending();
        if (!before.SequenceEqual(order.Lines.ConvertAll(Units)))
        {
            changes.Emit(order, receipt.ReceivedAt, PurchaseOrderChanged.Received, by);
            changes.Settle(order, at, by);
        }
        discrepancies.Find(e, order, all, receipt, supplier, by);

        static (long, long, long, long) Units(PurchaseOrderLine line) => (line.Received, line.Over, line.ClosedShort, line.Cancelled);
    }

    /// <summary>What a supplier says of an order may change what it owes: it is no shortage where it had not taken the units on.</summary>
    public void Acknowledged(CloudEvent e)
    {
        if (e.Type == EventCatalogue.PurchaseOrderAcknowledged && orders.Find(new(e.Subject)) is { } order && receipts.Of(order) is [.., var latest] all)
            discrepancies.Find(e, order, all, latest, suppliers.Find(order.SupplierId), PurchaseOrderWords.Supplier);
    }

    private void EmitPending()
    {
        foreach (var (receipt, at, type, by) in _pending)
        {
            var order = receipt.PurchaseOrderId is { } id ? orders.Find(id) : null;
            outbox.Add(at, type, receipt.Id.Value, new ReceiptChanged(StateOf(receipt, order), by), OperationJson.Default.ReceiptChanged);
        }
        _pending.Clear();
    }

    private static ReceiptState StateOf(Receipt receipt, PurchaseOrder? order) => new(
        receipt.Id, receipt.Version, receipt.PurchaseOrderId, receipt.SupplierId, receipt.Location, receipt.ReceivedAt, receipt.ReceivedBy, receipt.AsnId,
        order?.Currency, receipt.Complete, receipt.InspectedAt,
        [.. receipt.Lines.Select(line => new ReceiptState.ReceivedLine(
            line.Number, line.Sku, line.OrderLine, line.Lot, line.Discrepancy, line.OrderLine is { } number ? order?.Line(number)?.Price : null, line.Quantity,
            line.Available, line.Inspection, line.Accepted, line.Rejected, line.Damaged))],
        receipt.MatchedAt);
}
