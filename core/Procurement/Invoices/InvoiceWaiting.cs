using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>An invoice has waited for its receipts as long as policy lets: what is missing is for a person to look at.</summary>
internal sealed class InvoiceWaiting(InvoiceBook invoices, InvoiceMatch match) : IDueWork
{
    // By the index of those that wait.
    public const string SelectDue = """
        SELECT waits_until, invoice_id FROM invoices WHERE status = 'UNMATCHED' AND NOT waited AND waits_until <= $1
        ORDER BY waits_until, invoice_id COLLATE "C" LIMIT $2
        """;

    /// <summary>Each at its own instant.</summary>
    public bool OnlyLatest => false;

    public DateTimeOffset? NextAfter(DateTimeOffset from) => invoices.Waiting.NextAfter(from);

    public bool IsDueNow(DateTimeOffset now) => invoices.Waiting.IsDue(now);

    public void Run(DateTimeOffset at)
    {
        foreach (var invoice in invoices.Waiting.DueBy(at).Order().Select(id => invoices.Find(id)!))
        {
            invoice.Waited = true;
            foreach (var line in invoice.Lines)
                if (InvoiceReason.Split(line.Reasons) is var reasons && reasons.Contains(InvoiceReason.Receipt))
                    line.Reasons = InvoiceReason.Join(reasons.Select(reason => reason == InvoiceReason.Receipt ? InvoiceReason.Quantity : reason));
            match.Settle(invoice, at, "waited");
            invoices.Watch(invoice);
        }
    }
}
