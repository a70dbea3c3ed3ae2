using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>
/// The three-way match of one order line with its receipts and its invoices, of each as many as there are. Received units go to the invoices in the order of
/// these, so who is heard first does not show. What an invoice comes to is a function of what is known; only what a person decided stays.
/// </summary>
internal sealed class InvoiceMatch(
    InvoiceBook invoices, PurchaseOrderBook orders, ReceivedByReceipts received, PolicyBook policies, ExceptionBook exceptions, Outbox outbox)
{
    /// <summary>Who decides where no person does.</summary>
    public const string Rule = "rule:match";

    /// <summary>Highest amount that a case keeps.</summary>
    private const decimal MostAtRisk = 99_999_999_999_999m;

    /// <summary>What invoices say of an order at hand is explained anew, and they come to what follows.</summary>
    /// <param name="cause">Unique for what is the reason to look: cases are named by it.</param>
    public void Match(PurchaseOrderId order, DateTimeOffset at, string cause) => Settle(Explain(order), at, cause);

    /// <returns>The invoices whose explanation has changed.</returns>
    public HashSet<Invoice> Explain(PurchaseOrderId order)
    {
        var changed = new HashSet<Invoice>();
        foreach (var line in invoices.OrderLinesOf(order))
            changed.UnionWith(MatchLine(order, line));
        return changed;
    }

    public void Settle(IEnumerable<Invoice> changed, DateTimeOffset at, string cause)
    {
        foreach (var invoice in changed.OrderBy(invoice => invoice.Id).ToList())
            Settle(invoice, at, cause);
    }

    /// <summary>An invoice's lines are explained: what it comes to by them, and whether that is told where it stands as before.</summary>
    public void Settle(Invoice invoice, DateTimeOffset at, string cause, bool changed = true)
    {
        var reasons = ReasonsOf(invoice);
        var status = invoice.IsDecided ? invoice.Status
            : reasons.Length == 0 ? InvoiceStatus.MATCHED : reasons == InvoiceReason.Receipt ? InvoiceStatus.UNMATCHED : InvoiceStatus.VARIANCE_HOLD;
        var was = invoice.Status;
        (invoice.Status, invoice.Reasons) = (status, reasons);
        if (!changed && status == was)
            return;
        Emit(invoice, at, status == was ? InvoiceChanged.Explained : TypeOf(status), Rule);
        if (status == InvoiceStatus.VARIANCE_HOLD && was != status)
            exceptions.Open($"{invoice.Id}/{cause}", at, CaseCategory.InvoiceHeld, invoice.Id.Value, null,
                $"invoice {invoice.Number} of supplier {invoice.SupplierId} is held ({reasons.Replace(",", ", ", StringComparison.Ordinal)}): "
                + "approve it as it is, or dispute it", AtRisk(invoice));
    }

    /// <summary>Why it is not matched by what is known.</summary>
    public static string ReasonsOf(Invoice invoice) => InvoiceReason.Join(
        invoice.Lines.SelectMany(line => InvoiceReason.Split(line.Reasons)).Concat(invoice.Difference != 0 ? [InvoiceReason.Total] : []));

    public void Emit(Invoice invoice, DateTimeOffset at, string type, string by, string? note = null)
    {
        invoice.Version++;
        invoices.Watch(invoice);
        outbox.Add(at, type, invoice.Id.Value, new InvoiceChanged(invoice.State(), by, note), OperationJson.Default.InvoiceChanged);
    }

    /// <returns>The invoices whose explanation has changed.</returns>
    private List<Invoice> MatchLine(PurchaseOrderId orderId, int number)
    {
        var order = orders.Find(orderId)!;
        var line = order.Line(number);
        var receipts = received.Of(orderId, number).OrderBy(units => units.At).ThenBy(units => units.ReceiptId).ThenBy(units => units.Number).ToList();
        var changed = new List<Invoice>();
        var taken = 0L;
        foreach (var (invoice, said) in invoices.Of(orderId, number))
        {
            var foreign = line is null ? InvoiceReason.NotOrdered : order.SupplierId != invoice.SupplierId ? InvoiceReason.Supplier
                : order.Currency != invoice.Currency ? InvoiceReason.Currency : null;
            var matched = foreign is not null || invoice.Status == InvoiceStatus.DISPUTED ? 0
                : Math.Clamp(Claimable(invoice, line!, receipts) - taken, 0, said.Quantity);
            // A disputed invoice has no units; it is shown as it stood when it was disputed.
            if (invoice.Status != InvoiceStatus.DISPUTED && Explain(invoice, said, line, foreign, matched))
                changed.Add(invoice);
            Land(invoice, said, receipts, taken, matched);
            taken += matched;
        }
        return changed;
    }

    /// <summary>Units of a line that invoices may be for: received, and not beyond what was ordered and is tolerated over it.</summary>
    private long Claimable(Invoice invoice, PurchaseOrderLine line, List<ReceivedUnits> receipts)
    {
        var accepted = policies.At(InvoicePolicy.Kind, invoice.ReceivedAt).Settings.Match == InvoicePolicy.Accepted;
        var units = line.Received + line.Over - (accepted ? receipts.Sum(receipt => receipt.Damaged + receipt.Rejected) : 0);
        return Math.Min(units, line.Ordered + (long)Math.Floor(line.Ordered * invoice.OverTolerance));
    }

    /// <returns>Whether anything of it has changed.</returns>
    private static bool Explain(Invoice invoice, InvoiceLine said, PurchaseOrderLine? line, string? foreign, long matched)
    {
        var price = foreign is null ? line!.Price : (decimal?)null;
        var of = Explanation.Of(invoice.Currency, said.Quantity, said.Price, said.Amount, price, matched, invoice.PriceTolerance);
        var missing = said.Quantity - matched;
        var reasons = new List<string>();
        if (foreign is not null)
            reasons.Add(foreign);
        else if (missing > said.Quantity * invoice.ShortTolerance)
            reasons.Add(line!.Open > 0 && !invoice.Waited ? InvoiceReason.Receipt : InvoiceReason.Quantity);
        if (of.IsPriceOff)
            reasons.Add(InvoiceReason.Price);
        if (of.Difference != 0)
            reasons.Add(InvoiceReason.Amount);
        var before = (said.OrderPrice, said.Matched, said.Expected, said.PriceVariance, said.QuantityVariance, said.Rounding, said.Difference, said.Reasons);
        var after = (price, matched, of.Expected, of.PriceVariance, of.QuantityVariance, of.Rounding, of.Difference, InvoiceReason.Join(reasons));
        (said.OrderPrice, said.Matched, said.Expected, said.PriceVariance, said.QuantityVariance, said.Rounding, said.Difference, said.Reasons) = after;
        return before != after;
    }

    /// <summary>
    /// What the matched units cost beyond the order's price, freight of the invoice included, falls to the receipts that they came with: to those units that no
    /// earlier invoice has.
    /// </summary>
    private void Land(Invoice invoice, InvoiceLine said, List<ReceivedUnits> receipts, long taken, long matched)
    {
        var parts = new List<(ReceivedUnits Receipt, long Units)>();
        var (from, to, passed) = (taken, taken + matched, 0L);
        foreach (var receipt in receipts)
        {
            if (Math.Min(to, passed + receipt.Quantity) - Math.Max(from, passed) is > 0 and var units)
                parts.Add((receipt, units));
            passed += receipt.Quantity;
        }
        var amount = matched == 0 ? 0
            : decimal.Round(said.Amount * ((decimal)matched / said.Quantity), 4, MidpointRounding.AwayFromZero) - said.Expected + invoice.FreightOf(said);
        var shares = Spread.Over(amount, [.. parts.Select(part => (decimal)part.Units)], 4);
        var kept = new HashSet<LandedCost>();
        for (var index = 0; index < parts.Count; index++)
        {
            var receipt = parts[index].Receipt;
            var key = (LandedCost.OfInvoice, invoice.Id.Value, said.Number, receipt.ReceiptId, receipt.Number);
            if (invoices.Find(key) is not { } cost)
            {
                if (shares[index] == 0)
                    continue;
                invoices.Add(cost = new()
                {
                    Kind = LandedCost.OfInvoice, SourceId = invoice.Id.Value, SourceLine = said.Number, ReceiptId = receipt.ReceiptId, Line = receipt.Number,
                    Sku = receipt.Sku, Currency = invoice.Currency, At = invoice.ReceivedAt,
                });
            }
            cost.Amount = shares[index];
            kept.Add(cost);
        }
        foreach (var cost in invoices.LandedOf(invoice, said.Number))
            if (!kept.Contains(cost))
                cost.Amount = 0;
    }

    private static decimal AtRisk(Invoice invoice) => Math.Min(MostAtRisk, Math.Abs(invoice.Difference) + invoice.Lines.Sum(line =>
        Math.Abs(line.PriceVariance) + Math.Abs(line.QuantityVariance) + Math.Abs(line.Difference)));

    private static string TypeOf(InvoiceStatus status) => status switch
    {
        InvoiceStatus.MATCHED => InvoiceChanged.Matched,
        InvoiceStatus.VARIANCE_HOLD => InvoiceChanged.Held,
        InvoiceStatus.APPROVED => InvoiceChanged.Approved,
        InvoiceStatus.DISPUTED => InvoiceChanged.Disputed,
        _ => InvoiceChanged.Unmatched,
    };
}
