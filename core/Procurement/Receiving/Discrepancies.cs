using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>
/// What of an order's receipts is not as it was ordered, and the claims that makes. Which there are, and of how many units, is a function of the receipts;
/// where more of it is known, a case is opened.
/// </summary>
internal sealed class Discrepancies(ReceiptBook receipts, ExceptionBook exceptions, Outbox outbox, Action<string> provide)
{
    /// <param name="Of">Of an order's line as a whole: null.</param>
    /// <param name="At">When the latest of what it follows from happened.</param>
    /// <param name="Since">When it was so first.</param>
    private sealed record Found(
        ClaimId Id, DiscrepancyKind Kind, ReceiptLine? Of, int? OrderLine, Sku Sku, long Quantity, decimal? Price, DateTimeOffset At, DateTimeOffset Since);

    /// <param name="receipt">The one at hand.</param>
    public void Find(CloudEvent e, PurchaseOrder order, List<Receipt> all, Receipt receipt, Supplier? supplier, string by)
    {
        var found = all.SelectMany(each => OfReceipt(order, each)).Concat(OfOrder(order, all, supplier)).ToDictionary(each => each.Id);
        foreach (var each in found.Values)
            if (each.Quantity > 0 || receipts.Find(each.Id) is not null)
                Claim(e, order, receipt, each, by);
    }

    public void Emit(SupplierClaim claim, DateTimeOffset at, string type, string by, string? note = null)
    {
        claim.Version++;
        claim.Status = claim.StatusOfFacts();
        outbox.Add(at, type, claim.Id.Value, new ClaimChanged(claim.State(), by, note), OperationJson.Default.ClaimChanged);
        provide($"claim/{claim.Id}");
    }

    private static IEnumerable<Found> OfReceipt(PurchaseOrder order, Receipt receipt)
    {
        foreach (var line in receipt.Lines)
        {
            var number = line.OrderLine ?? line.NamedLine;
            var price = number is { } known ? order.Line(known)?.Price : null;
            var good = line.Quantity - line.Damaged;
            yield return Of(DiscrepancyKind.DAMAGED, line.Discrepancy == ReceiptLine.WrongItem ? 0 : line.Damaged, receipt.ReceivedAt);
            yield return Of(DiscrepancyKind.WRONG_ITEM, line.Discrepancy == ReceiptLine.WrongItem ? line.Quantity : 0, receipt.ReceivedAt);
            yield return Of(DiscrepancyKind.MISLABELLED, line.Discrepancy == ReceiptLine.Mislabelled ? good : 0, receipt.ReceivedAt);
            yield return Of(DiscrepancyKind.REJECTED, line.Discrepancy is null ? line.Rejected : 0, receipt.InspectedAt ?? receipt.ReceivedAt);

            Found Of(DiscrepancyKind kind, long quantity, DateTimeOffset at) =>
                new(Named($"{receipt.Id}/{line.Number}", kind), kind, line, number, line.Sku, quantity, price, at,
                    kind == DiscrepancyKind.REJECTED ? line.RejectedAt ?? at : at);
        }
    }

    /// <summary>
    /// Within the supplier's tolerance nothing is short or over; beyond it, all of it is. What the supplier had not taken on is no shortage of a delivery.
    /// </summary>
    private static IEnumerable<Found> OfOrder(PurchaseOrder order, List<Receipt> all, Supplier? supplier)
    {
        var at = all.Max(receipt => receipt.ReceivedAt);
        foreach (var line in order.Lines.OrderBy(line => line.Number))
        {
            var missing = OrderedUnits.IsComplete(line, all)
                ? Math.Clamp(SupplierReports.TakenOn(order, line) - line.Received, 0, line.ClosedShort) : 0;
            if (missing <= OrderedUnits.Tolerated(line, supplier?.ShortTolerance ?? 0))
                missing = 0;
            var over = line.Over > OrderedUnits.Tolerated(line, supplier?.OverTolerance ?? 0) ? line.Over : 0;
            yield return Of(DiscrepancyKind.SHORT, missing, all.FirstOrDefault(receipt => OrderedUnits.IsComplete(line, [receipt]))?.ReceivedAt);
            yield return Of(DiscrepancyKind.OVER, over, over == 0 ? null : OrderedUnits.History(order, all)
                .FirstOrDefault(known => known.Units[line.Number] - line.Ordered > OrderedUnits.Tolerated(line, supplier?.OverTolerance ?? 0)).At);

            Found Of(DiscrepancyKind kind, long quantity, DateTimeOffset? since) =>
                new(Named($"{order.Id}/{line.Number}", kind), kind, null, line.Number, line.Sku, quantity, line.Price, at, since ?? at);
        }
    }

    private void Claim(CloudEvent e, PurchaseOrder order, Receipt receipt, Found found, string by)
    {
        var claim = receipts.Find(found.Id);
        var before = claim?.Quantity ?? 0;
        if (claim is null)
            receipts.Add(claim = new()
            {
                Id = found.Id, Kind = found.Kind, SupplierId = order.SupplierId, PurchaseOrderId = order.Id, ReceiptId = found.Of?.ReceiptId,
                ReceiptLine = found.Of?.Number, Sku = found.Sku, Currency = order.Currency,
            });
        var amount = found.Quantity * found.Price;
        if (claim.Version > 0 && claim.Quantity == found.Quantity && claim.OrderLine == found.OrderLine && claim.Amount == amount)
        {
            claim.OpenedAt = found.Since;
            return;
        }
        (claim.Quantity, claim.OrderLine, claim.Amount, claim.OpenedAt) = (found.Quantity, found.OrderLine, amount, found.Since);
        claim.WithdrawnAt = found.Quantity > 0 ? null : found.At > e.Time ? found.At : e.Time;
        Emit(claim, found.At, before == 0 && claim.Version == 0 ? ClaimChanged.Opened : ClaimChanged.Changed, by);
        if (found.Quantity > before)
            exceptions.Open(e, CategoryOf(found.Kind), receipt.Id.Value, receipt.Location, Says(order, found, found.Quantity - before),
                found.Price * (found.Quantity - before));
    }

    private static string Says(PurchaseOrder order, Found found, long units)
    {
        var of = $"of purchase order {order.Id}{(found.OrderLine is { } line ? $" line {line}" : "")}";
        return $"{units} {found.Sku} {of} " + found.Kind switch
        {
            DiscrepancyKind.SHORT => "did not come, and no more is to come",
            DiscrepancyKind.OVER => "came beyond what was ordered: keep and pay them, or send them back",
            DiscrepancyKind.DAMAGED => "came damaged",
            DiscrepancyKind.WRONG_ITEM => "came and were not ordered: they are held",
            DiscrepancyKind.MISLABELLED => "came with wrong labels: they are held until they are labelled anew",
            _ => "were rejected at inspection: send them back",
        };
    }

    private static string CategoryOf(DiscrepancyKind kind) => kind switch
    {
        DiscrepancyKind.SHORT => CaseCategory.ReceiptShort,
        DiscrepancyKind.OVER => CaseCategory.ReceiptOver,
        DiscrepancyKind.DAMAGED => CaseCategory.ReceiptDamaged,
        DiscrepancyKind.WRONG_ITEM => CaseCategory.ReceiptWrongItem,
        DiscrepancyKind.MISLABELLED => CaseCategory.ReceiptMislabelled,
        _ => CaseCategory.ReceiptRejected,
    };

    /// <summary>Made of what it is about, so that it is the same whenever that is heard; of long ids, of their hash.</summary>
    private static ClaimId Named(string about, DiscrepancyKind kind)
    {
        var id = $"{about}/{kind}";
        return new(id.Length <= Identifier.MaxLength ? id : $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 20))}/{kind}");
    }
}
