using EcomIntel.Core.Catalog;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>Invoices of suppliers, matched with what was ordered and received; charges, spread over what they are for.</summary>
internal sealed class InvoicesSlice : Slice
{
    private static readonly KeyKind Invoices = new("invoice");
    private static readonly KeyKind Numbers = new("supplier and number of an invoice");
    private static readonly KeyKind Charges = new("charge");
    /// <summary>Receipts that a charge is for: what they brought is at hand.</summary>
    public static readonly KeyKind Receipts = new("receipt of a charge");

    private const string SelectOrders = "SELECT DISTINCT purchase_order_id FROM invoice_lines WHERE invoice_id = ANY($1)";

    private const string SelectSkus = "SELECT DISTINCT sku FROM incoming_costs WHERE receipt_id = ANY($1)";

    // All that name an order at hand: its units are shared out among them. Read under the locks of the orders.
    private const string OfOrders = """
        = ANY(ARRAY(
            SELECT unnest($1)
            UNION SELECT invoice_id FROM invoice_lines WHERE purchase_order_id = ANY($2)
            UNION SELECT i.invoice_id FROM unnest($3, $4) AS n (supplier_id, number) JOIN invoices i USING (supplier_id, number)))
        """;

    public override IReadOnlyList<Fact> Facts { get; } = [new InvoiceFact(), new ChargeFact()];

    public override void Open(Workspace workspace)
    {
        var (orders, suppliers, stock) = (workspace.Get<PurchaseOrderBook>(), workspace.Get<SupplierBook>(), workspace.Get<StockBook>());
        var (catalog, policies, exceptions) = (workspace.Get<CatalogBook>(), workspace.Get<PolicyBook>(), workspace.Get<ExceptionBook>());
        policies.Define(InvoicePolicy.Kind);
        var units = new ReceivedByReceipts(workspace.Get<ReceiptBook>(), orders);
        var invoices = workspace.Share(new InvoiceBook());
        var incoming = workspace.Share(new IncomingCosts(units, orders, stock, workspace.Provide));
        var match = new InvoiceMatch(invoices, orders, units, policies, exceptions, workspace.Outbox);
        var handlers = new InvoiceHandlers(invoices, match, orders, suppliers, policies, exceptions, workspace.Provide);
        var charges = new ChargeHandlers(invoices, incoming, suppliers, catalog, policies, exceptions, workspace.Outbox);
        workspace.On<InvoiceReceived>(EventCatalogue.InvoiceReceived, handlers.Received, static (e, data, keys) =>
        {
            keys.Add(Invoices, e.Subject);
            keys.Add(Numbers, $"{data.SupplierId}\n{data.Number}");
            foreach (var line in data.Lines)
                PurchaseOrdersSlice.Name(line.PurchaseOrderId.Value, keys);
        });
        workspace.On<InvoiceDecided>(EventCatalogue.InvoiceApproved, handlers.Approved, NameDecided);
        workspace.On<InvoiceDecided>(EventCatalogue.InvoiceDisputed, handlers.Disputed, NameDecided);
        workspace.On<ChargeReceived>(EventCatalogue.ChargeReceived, charges.Received, static (e, data, keys) =>
        {
            keys.Add(SuppliersSlice.Purchasing, "");
            keys.Add(Charges, e.Subject);
            foreach (var receipt in data.Receipts)
                keys.Add(Receipts, receipt.Value);
        });
        var waiting = new InvoiceWaiting(invoices, match);
        workspace.RunWhenDue(waiting);
        workspace.AfterEach(e =>
        {
            incoming.Note(e);
            // What was received, closed or cancelled of an order may be what its invoices wait for.
            if (e.Type.Topic == Topics.Suppliers && orders.Find(new(e.Subject)) is { } order)
                match.Match(order.Id, e.Time, e.Identity.ToString("n"));
        });
        Load(workspace, invoices, incoming, waiting);
        workspace.Save(batch =>
        {
            Invoice.Table.Save(batch, invoices.All);
            InvoiceLine.Table.Save(batch, invoices.Lines);
            Charge.Table.Save(batch, invoices.Charges);
            LandedCost.Table.Save(batch, invoices.Landed);
            IncomingCost.Table.Save(batch, incoming.All);
            invoices.CostsToBook.Note(batch, invoices.ToBook().Select(cost => cost.Source));
        });
    }

    private static void Load(Workspace workspace, InvoiceBook invoices, IncomingCosts incoming, InvoiceWaiting waiting)
    {
        var due = new List<string>();
        workspace.Load(Stage.References, load =>
        {
            due.Clear();
            load.Due(waiting, InvoiceWaiting.SelectDue, row =>
            {
                load.Keys.Add(Invoices, row.GetString(1));
                due.Add(row.GetString(1));
            });
            if (load.Keys.Any(Invoices))
                load.Query(SelectOrders, [load.Keys.Of(Invoices)], row => PurchaseOrdersSlice.Name(row.GetString(0), load.Keys));
            if (load.Keys.Any(Receipts))
                load.Query(SelectSkus, [load.Keys.Of(Receipts)], row => load.Keys.Add(CatalogSlice.Skus, row.GetString(0)));
        });
        // Which invoices are due is known only now: their orders are locked before them, as everywhere.
        workspace.Load(Stage.DueWork, load =>
        {
            if (due.Count > 0)
                load.Query(SelectOrders, [due.ToArray()], row => PurchaseOrdersSlice.Name(row.GetString(0), load.Keys));
        });
        workspace.Load(Stage.Aggregates, load =>
        {
            if (load.Keys.Any(Invoices) || load.Keys.Any(PurchaseOrdersSlice.PurchaseOrders))
            {
                var numbers = load.Keys.Of(Numbers).Select(key => key.Split('\n', 2)).ToList();
                object[] named =
                [
                    load.Keys.Of(Invoices), load.Keys.Of(PurchaseOrdersSlice.PurchaseOrders), numbers.ConvertAll(key => key[0]).ToArray(),
                    numbers.ConvertAll(key => key[1]).ToArray(),
                ];
                load.Rows(Invoice.Table, $"WHERE invoice_id {OfOrders} ORDER BY invoice_id FOR NO KEY UPDATE", named, invoices.Add);
                load.Rows(InvoiceLine.Table, $"WHERE invoice_id {OfOrders} ORDER BY invoice_id, line", named, line =>
                {
                    // An invoice that another copy has just stored may not be at hand while its lines are.
                    if (invoices.Find(line.InvoiceId) is { } invoice)
                        invoices.Add(invoice, line);
                });
                load.Rows(LandedCost.Table, $"WHERE kind = 'invoice' AND source_id {OfOrders}", named, invoices.Add);
            }
            if (load.Keys.Any(Charges))
                load.Rows(Charge.Table, "WHERE charge_id = ANY($1) ORDER BY charge_id FOR NO KEY UPDATE", [load.Keys.Of(Charges)], invoices.Add);
            if (load.Keys.Any(Receipts))
                load.Rows(IncomingCost.Table, "WHERE receipt_id = ANY($1)", [load.Keys.Of(Receipts)], incoming.Add);
        });
    }

    private static void NameDecided(CloudEvent e, InvoiceDecided data, Keys keys)
    {
        keys.Add(SuppliersSlice.Purchasing, "");
        keys.Add(Invoices, e.Subject);
    }
}
