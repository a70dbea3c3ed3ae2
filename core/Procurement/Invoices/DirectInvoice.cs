using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>An invoice that is decided by the API.</summary>
/// <param name="Locations">All its orders must be for these; null for any.</param>
public sealed record DirectInvoice(InvoiceId InvoiceId, IReadOnlyList<string>? Locations) : DirectSubject
{
    internal override Rejection? Refuse(Workspace workspace) => Find(workspace) is { } invoice && invoice.Lines.TrueForAll(line => IsSeen(workspace, line))
        ? null : new(RejectionCodes.UnknownInvoice, $"no invoice {InvoiceId}");

    internal override Standing Stands(Workspace workspace) => Find(workspace) is { } invoice ? new(invoice.Version, invoice.Status.ToString()) : new(0, "NONE");

    private Invoice? Find(Workspace workspace) => workspace.Get<InvoiceBook>().Find(InvoiceId);

    private bool IsSeen(Workspace workspace, InvoiceLine line) =>
        Locations?.Contains(workspace.Get<PurchaseOrderBook>().Find(line.PurchaseOrderId)?.Location.Value ?? "", StringComparer.Ordinal) != false;
}
