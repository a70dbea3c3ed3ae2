using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Scorecards;

/// <summary>
/// What each thing that happened adds to a supplier's <see cref="Scorecard"/>, which says what the sums mean. <see cref="ScoreSql"/> is the same over what is
/// stored.
/// </summary>
internal static class ScoreOf
{
    public static Scorecard Line(PurchaseOrder order, PurchaseOrderLine line, ScoreWindow window)
    {
        if (!(order.SentAt < window.Until))
            return Scorecard.None;
        var promised = line.FirstPromiseGivenAt < window.Until ? line.FirstPromisedAt!.Value : line.DueAt;
        var over = ScoreWindow.StartOf(ScoreWindow.DayOf(promised).AddDays(1));
        var wasCancelled = line.WithdrawnAt < over && !(line.FullAt <= line.WithdrawnAt);
        var due = window.Has(promised) && !wasCancelled;
        var came = window.Has(line.FullAt) && !(line.WithdrawnAt <= line.FullAt);
        var minutes = came ? Math.Max(0, (line.FullAt!.Value - order.SentAt!.Value).Ticks / TimeSpan.TicksPerMinute) : 0;
        return new()
        {
            LinesDue = due ? 1 : 0, LinesMet = due && line.FullAt < over ? 1 : 0,
            LeadTimes = came ? 1 : 0, LeadMinutes = minutes, LeadSquares = (decimal)minutes * minutes,
        };
    }

    public static Scorecard Receipt(Receipt receipt, ScoreWindow window) => !window.Has(receipt.ReceivedAt) ? Scorecard.None : new()
    {
        ReceiptLines = receipt.Lines.Count,
        DiscrepantLines = receipt.Lines.Count(line => line.Damaged > 0 || line.Discrepancy is not null || line.RejectedAt < window.Until),
    };

    public static Scorecard Claim(SupplierClaim claim, ScoreWindow window)
    {
        if (claim.OpenedAt >= window.Until)
            return Scorecard.None;
        var (withdrawn, credited) = (claim.WithdrawnAt < window.Until, claim.CreditedAt < window.Until);
        var refused = claim.RefusedAt < window.Until && !(claim.AcceptedAt < window.Until && claim.AcceptedAt > claim.RefusedAt);
        return new()
        {
            ClaimsOpened = window.Has(claim.OpenedAt) && !withdrawn ? 1 : 0,
            ClaimsOpen = withdrawn || credited || refused ? 0 : 1,
            ClaimsCredited = window.Has(claim.CreditedAt) ? 1 : 0,
        };
    }

    /// <summary>A line of an invoice of the order's own supplier, in the order's currency, where a reference price and a rate are known.</summary>
    public static Scorecard Invoiced(PurchaseOrder order, Invoice invoice, InvoiceLine line, ScoreWindow window)
    {
        if (!window.Has(invoice.ReceivedAt) || invoice.SupplierId != order.SupplierId || invoice.Currency != order.Currency
            || order.BaseRate is not { } rate || order.Line(line.OrderLine)?.ReferencePrice is not (> 0 and var reference))
            return Scorecard.None;
        return new() { ReferenceValue = line.Quantity * reference * rate, PriceDifference = line.Quantity * (line.Price - reference) * rate };
    }
}
