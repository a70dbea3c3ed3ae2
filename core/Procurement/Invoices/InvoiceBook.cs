using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>
/// The invoices at hand: those that events name, and all that name an order at hand. Of such an order all lines of invoices are here; of other orders, which an
/// invoice also names, perhaps not all.
/// </summary>
internal sealed class InvoiceBook
{
    private readonly Dictionary<InvoiceId, Invoice> _invoices = [];
    private readonly Dictionary<(SupplierId, string), Invoice> _byNumber = [];
    private readonly Dictionary<(PurchaseOrderId, int), List<(Invoice Invoice, InvoiceLine Line)>> _byOrderLine = [];
    private readonly Dictionary<PurchaseOrderId, SortedSet<int>> _linesOfOrder = [];
    private readonly Dictionary<string, Charge> _charges = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string, int, ReceiptId, int), LandedCost> _landed = [];
    private readonly Dictionary<(string, string, int), List<LandedCost>> _landedBySource = [];

    /// <summary>By <see cref="LandedCost.Source"/>: what a valuation is to book, or to take back.</summary>
    public NotedChanges CostsToBook { get; } = new("costs_to_book", "source");

    public IEnumerable<Invoice> All => _invoices.Values.OrderBy(invoice => invoice.Id);

    public IEnumerable<InvoiceLine> Lines => All.SelectMany(invoice => invoice.Lines);

    public IEnumerable<Charge> Charges => _charges.Values.OrderBy(charge => charge.Id, StringComparer.Ordinal);

    public IEnumerable<LandedCost> Landed => _landed.Values.OrderBy(cost => cost.Kind, StringComparer.Ordinal)
        .ThenBy(cost => cost.SourceId, StringComparer.Ordinal).ThenBy(cost => cost.SourceLine).ThenBy(cost => cost.ReceiptId).ThenBy(cost => cost.Line);

    /// <summary>Landed costs that changed, or of invoices that are to be paid now, or not any more.</summary>
    public IEnumerable<LandedCost> ToBook()
    {
        foreach (var cost in _landed.Values)
            if (LandedCost.Table.IsChanged(cost) || (cost.Kind == LandedCost.OfInvoice && Find(new InvoiceId(cost.SourceId)) is { } invoice
                && invoice.IsCost != (invoice.Stored as Invoice)?.IsCost))
                yield return cost;
    }

    /// <summary>How long those wait that wait for their receipts and have not waited too long.</summary>
    public Agenda<InvoiceId> Waiting { get; } = new();

    public void Add(Invoice invoice)
    {
        _invoices.Add(invoice.Id, invoice);
        _byNumber.Add((invoice.SupplierId, invoice.Number), invoice);
        Watch(invoice);
    }

    /// <summary>Must be called once an invoice has changed.</summary>
    public void Watch(Invoice invoice) =>
        Waiting.Set(invoice.Id, invoice is { Status: InvoiceStatus.UNMATCHED, Waited: false } ? invoice.WaitsUntil : null);

    /// <summary>Of an invoice at hand.</summary>
    public void Add(Invoice invoice, InvoiceLine line)
    {
        invoice.Lines.Add(line);
        if (!_byOrderLine.TryGetValue((line.PurchaseOrderId, line.OrderLine), out var lines))
        {
            _byOrderLine.Add((line.PurchaseOrderId, line.OrderLine), lines = []);
            if (!_linesOfOrder.TryGetValue(line.PurchaseOrderId, out var numbers))
                _linesOfOrder.Add(line.PurchaseOrderId, numbers = []);
            numbers.Add(line.OrderLine);
        }
        lines.Add((invoice, line));
    }

    public void Add(Charge charge) => _charges.Add(charge.Id, charge);

    public void Add(LandedCost cost)
    {
        if (!_landed.TryAdd(cost.Key, cost))
            return;
        if (!_landedBySource.TryGetValue((cost.Kind, cost.SourceId, cost.SourceLine), out var costs))
            _landedBySource.Add((cost.Kind, cost.SourceId, cost.SourceLine), costs = []);
        costs.Add(cost);
    }

    public Invoice? Find(InvoiceId id) => _invoices.GetValueOrDefault(id);

    public Invoice? Find(SupplierId supplier, string number) => _byNumber.GetValueOrDefault((supplier, number));

    public Charge? FindCharge(string id) => _charges.GetValueOrDefault(id);

    public LandedCost? Find((string, string, int, ReceiptId, int) key) => _landed.GetValueOrDefault(key);

    public IReadOnlyList<LandedCost> LandedOf(Invoice invoice, int line) =>
        _landedBySource.GetValueOrDefault((LandedCost.OfInvoice, invoice.Id.Value, line)) ?? [];

    /// <summary>Lines of orders at hand that invoices name.</summary>
    public IEnumerable<int> OrderLinesOf(PurchaseOrderId order) => _linesOfOrder.GetValueOrDefault(order) ?? [];

    /// <summary>What invoices say of one line of an order at hand: the earlier invoice first.</summary>
    public IEnumerable<(Invoice Invoice, InvoiceLine Line)> Of(PurchaseOrderId order, int line) =>
        (_byOrderLine.GetValueOrDefault((order, line)) ?? []).OrderBy(one => one.Invoice.ReceivedAt).ThenBy(one => one.Invoice.ReceivedBy)
            .ThenBy(one => one.Line.Number);

    public static Rejection Unknown(InvoiceId id) => new(RejectionCodes.UnknownInvoice, $"no invoice {id}") { Awaits = $"invoice/{id}" };
}
