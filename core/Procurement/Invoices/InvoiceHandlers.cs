using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>invoice.received, .approved and .disputed; the subject is the invoice's id.</summary>
/// <param name="provide">As <see cref="Processing.Workspace.Provide"/>.</param>
internal sealed class InvoiceHandlers(
    InvoiceBook invoices, InvoiceMatch match, PurchaseOrderBook orders, SupplierBook suppliers, PolicyBook policies, ExceptionBook exceptions,
    Action<string> provide)
{
    public Rejection? Received(CloudEvent e, InvoiceReceived data)
    {
        var id = new InvoiceId(e.Subject);
        if (suppliers.Find(data.SupplierId) is not { } supplier)
            return SupplierBook.Unknown(data.SupplierId);
        if ((invoices.Find(data.SupplierId, data.Number) ?? invoices.Find(id)) is { } known)
            return Again(e, data, known);
        foreach (var line in data.Lines)
            if (orders.Find(line.PurchaseOrderId) is null)
                return PurchaseOrderBook.Unknown(line.PurchaseOrderId);
        var policy = policies.At(InvoicePolicy.Kind, e.Time);
        var lines = data.Lines.OrderBy(line => line.Number).Select(line => new InvoiceLine
        {
            InvoiceId = id, Number = line.Number, PurchaseOrderId = line.PurchaseOrderId, OrderLine = line.OrderLine, Quantity = line.Quantity,
            Price = line.Price, Amount = AmountOf(line, data.Currency),
        }).ToList();
        var (rounding, difference) = Explanation.OfTotal(
            data.Currency, data.Total, lines.Sum(line => line.Amount), lines.Sum(line => line.Quantity * line.Price), data.Freight + data.Tax);
        var invoice = new Invoice
        {
            Id = id, SupplierId = data.SupplierId, Number = data.Number, Currency = data.Currency, Total = data.Total, Tax = data.Tax, Freight = data.Freight,
            Rounding = rounding, Difference = difference, ReceivedAt = e.Time, ReceivedBy = e.Identity, DueAt = data.DueAt?.ToUniversalTime(),
            WaitsUntil = e.Time + policy.Settings.WaitFor, ShortTolerance = supplier.ShortTolerance, OverTolerance = supplier.OverTolerance,
            PriceTolerance = supplier.PriceTolerance, PolicyVersion = policy.Version,
        };
        invoices.Add(invoice);
        foreach (var line in lines)
            invoices.Add(invoice, line);
        Tell(invoice, e, InvoiceChanged.Received, "supplier", null);
        match.Settle(invoice, e.Time, Cause(e), changed: false);
        provide($"invoice/{id}");
        return null;
    }

    public Rejection? Approved(CloudEvent e, InvoiceDecided data) => Decide(e, data, InvoiceStatus.APPROVED, InvoiceChanged.Approved);

    public Rejection? Disputed(CloudEvent e, InvoiceDecided data) => Decide(e, data, InvoiceStatus.DISPUTED, InvoiceChanged.Disputed);

    /// <summary>
    /// Whatever it is matched with by then, so that it does not show what was heard first. Of two decisions the later counts; a dispute ends by an approval.
    /// </summary>
    private Rejection? Decide(CloudEvent e, InvoiceDecided data, InvoiceStatus status, string type)
    {
        var id = new InvoiceId(e.Subject);
        if (invoices.Find(id) is not { } invoice)
            return InvoiceBook.Unknown(id);
        if (invoice.DecidedAt > e.Time)
            return null;
        (invoice.Status, invoice.DecidedBy, invoice.DecidedAt, invoice.Note) = (status, data.By, e.Time, data.Note);
        Tell(invoice, e, type, data.By, data.Note); // a dispute leaves its units to other invoices, an approval takes them
        return null;
    }

    /// <summary>The invoice is explained and told of; then what others come to by it.</summary>
    private void Tell(Invoice invoice, CloudEvent e, string type, string by, string? note)
    {
        var changed = new HashSet<Invoice>();
        foreach (var order in invoice.Lines.Select(line => line.PurchaseOrderId).Distinct().Order().ToList())
            changed.UnionWith(match.Explain(order));
        changed.Remove(invoice);
        invoice.Reasons = InvoiceMatch.ReasonsOf(invoice);
        match.Emit(invoice, e.Time, type, by, note);
        match.Settle(changed, e.Time, Cause(e));
    }

    private static string Cause(CloudEvent e) => e.Identity.ToString("n");

    /// <summary>What says the same again changes nothing; under an id of its own it is refused. What says otherwise is for a person to look at.</summary>
    private Rejection? Again(CloudEvent e, InvoiceReceived data, Invoice known)
    {
        var isSame = known.SupplierId == data.SupplierId && known.Number == data.Number && known.Currency == data.Currency && known.Total == data.Total
            && known.Tax == data.Tax && known.Freight == data.Freight && known.Lines.Count == data.Lines.Count
            && data.Lines.All(said => known.Lines.Exists(line =>
                line.Number == said.Number && line.PurchaseOrderId == said.PurchaseOrderId && line.OrderLine == said.OrderLine
                && line.Quantity == said.Quantity && line.Price == said.Price && line.Amount == AmountOf(said, data.Currency)));
        if (isSame)
            return known.Id.Value == e.Subject ? null : new(RejectionCodes.AlreadyExists,
                $"invoice {known.Id} is number {known.Number} of supplier {known.SupplierId} already, and says the same: it is not paid twice");
        exceptions.Open(e, CaseCategory.InvoiceDiffers, known.Id.Value, null,
            $"number {data.Number} of supplier {data.SupplierId} was told again as invoice {e.Subject}, and says otherwise than invoice {known.Id}, "
            + "which stands",
            known.Currency == data.Currency ? Math.Abs(data.Total - known.Total) : null);
        return null;
    }

    private static decimal AmountOf(InvoiceReceived.InvoicedLine line, string currency) => line.Amount ?? (line.Quantity * line.Price).Rounded(currency);
}
