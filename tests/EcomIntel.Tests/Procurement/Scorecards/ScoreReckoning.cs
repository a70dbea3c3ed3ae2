using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Core.Procurement.Scorecards;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Tests.Procurement.Scorecards;

/// <summary>A scorecard of all that a workspace has at hand.</summary>
internal static class ScoreReckoning
{
    public static Scorecard Of(Workspace house, SupplierId supplier, ScoreWindow window)
    {
        var card = Scorecard.None;
        var orders = house.Get<PurchaseOrderBook>();
        foreach (var order in orders.All.Where(order => order.SupplierId == supplier))
            card = order.Lines.Aggregate(card, (sum, line) => sum + ScoreOf.Line(order, line, window));
        var receipts = house.Get<ReceiptBook>();
        card = receipts.All.Where(receipt => receipt.SupplierId == supplier).Aggregate(card, (sum, receipt) => sum + ScoreOf.Receipt(receipt, window));
        card = receipts.Claims.Where(claim => claim.SupplierId == supplier).Aggregate(card, (sum, claim) => sum + ScoreOf.Claim(claim, window));
        foreach (var invoice in house.Get<InvoiceBook>().All)
            foreach (var line in invoice.Lines)
                if (orders.Find(line.PurchaseOrderId) is { } order && order.SupplierId == supplier)
                    card += ScoreOf.Invoiced(order, invoice, line, window);
        return card;
    }
}
