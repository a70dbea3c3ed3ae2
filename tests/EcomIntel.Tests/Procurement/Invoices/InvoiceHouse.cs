using System.Globalization;
using EcomIntel.Core.Allocation;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Core.Procurement.Suppliers;
using EcomIntel.Core.Procurement.Valuation;
using EcomIntel.Core.Returns;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Procurement.Invoices;

/// <summary>
/// A house that buys: one supplier, acme, in pounds; orders are there from the start, and goods are received by a plain rule: into stock, on the line that the
/// event names.
/// </summary>
internal sealed class InvoiceHouse
{
    /// <param name="terms">Of acme.</param>
    public InvoiceHouse(SupplierUpdated? terms = null)
    {
        House = new(["main", "north"], slices: new SliceSet(
            new PoliciesSlice(), new CatalogSlice(), new ExceptionCasesSlice(), new SuppliersSlice(), new InventorySlice(), new OrdersSlice(),
            new FulfillmentSlice(), new ReturnsSlice(), new PurchaseOrdersSlice(), new PlainReceiving(), new InvoicesSlice(), new ValuationSlice(),
            new AllocationSlice(200)));
        House.Item("mug", "bowl", "vase");
        House.House.Get<PolicyBook>().Add(new() // a test may tell of a year
        {
            Kind = EventPolicy.Kind.Name, Version = 1, EffectiveAt = At(-1000), Settings = """{"maxAhead":"366.00:00:00"}""",
        });
        Assert.Null(House.Apply(EventCatalogue.SupplierUpdated, "acme", terms ?? new SupplierUpdated("Acme"), At(-1000)));
        Assert.Null(House.Apply(EventCatalogue.SupplierUpdated, "other", new SupplierUpdated("Other"), At(-1000)));
    }

    public SmallHouse House { get; }

    public InvoiceBook Invoices => House.House.Get<InvoiceBook>();

    public CostBook Costs => House.House.Get<CostBook>();

    public PurchaseOrderBook Orders => House.House.Get<PurchaseOrderBook>();

    /// <summary>Cases opened, by category and subject.</summary>
    public IEnumerable<string> Cases => House.House.Get<ExceptionBook>().Opened.Select(opened => $"{opened.Category} {opened.Subject}");

    public static DateTimeOffset At(double hours) => SmallHouse.Opens.AddHours(hours);

    /// <summary>An order that is out, its lines numbered from 1.</summary>
    public InvoiceHouse Ordered(string id, params IReadOnlyList<(string Sku, long Quantity, decimal Price)> lines) => Ordered(id, "GBP", "acme", lines);

    public InvoiceHouse Ordered(string id, string currency, string supplier, IReadOnlyList<(string Sku, long Quantity, decimal Price)> lines)
    {
        var order = new PurchaseOrder
        {
            Id = new(id), SupplierId = new(supplier), Location = new("main"), Currency = currency, Origin = "person", CreatedBy = "ada", CreatedAt = At(0),
            Status = PurchaseOrderStatus.SENT,
        };
        for (var index = 0; index < lines.Count; index++)
            order.Lines.Add(new()
            {
                PurchaseOrderId = order.Id, Number = index + 1, Sku = new(lines[index].Sku), Price = lines[index].Price, Ordered = lines[index].Quantity,
                DueAt = At(24), ExpectedAt = At(24),
            });
        Orders.Add(order);
        return this;
    }

    public Rejection? Receive(string id, double hours, string order, params IReadOnlyList<(int Line, long Quantity)> lines) => House.Hear(
        EventCatalogue.PurchaseOrderReceived, order, new GoodsReceived(
            new(id), new("main"), "bob",
            [.. lines.Select(line => new GoodsReceived.DeliveredLine(Orders.Find(new(order))!.Line(line.Line)!.Sku, line.Quantity, line.Line))]), At(hours));

    /// <summary>What is missing of a line will not come.</summary>
    public void CloseShort(string order, int line, double hours)
    {
        var short_ = Orders.Find(new(order))!.Line(line)!;
        short_.ClosedShort = short_.Open;
        Assert.Null(House.Apply(EventCatalogue.PurchaseOrderInspected, order, new GoodsInspected(new("none"), short_.Sku, "bob", 1), At(hours)));
    }

    public Rejection? Invoice(string id, double hours, decimal total, params IReadOnlyList<InvoiceReceived.InvoicedLine> lines) =>
        Invoice(id, hours, new InvoiceReceived(new("acme"), $"N-{id}", "GBP", total, lines));

    public Rejection? Invoice(string id, double hours, InvoiceReceived data) => House.Hear(EventCatalogue.InvoiceReceived, id, data, At(hours));

    public static InvoiceReceived.InvoicedLine Line(int number, string order, int line, long quantity, decimal price, decimal? amount = null) =>
        new(number, new(order), line, quantity, price, amount);

    public Invoice Find(string id) => Invoices.Find(new InvoiceId(id))!;

    /// <summary>How an invoice stands: status and reasons; of each line matched units, expected, price and quantity variance, rounding, difference.</summary>
    public string Said(string id)
    {
        var invoice = Find(id);
        Assert.Equal(
            invoice.Total, invoice.Lines.Sum(line => line.Amount) + invoice.Freight + invoice.Tax + invoice.Rounding + invoice.Difference);
        Assert.All(invoice.Lines, line => Assert.Equal(
            line.Amount, line.Expected + line.PriceVariance + line.QuantityVariance + line.Rounding + line.Difference));
        return $"{invoice.Status}{(invoice.Reasons.Length > 0 ? " " : "")}{invoice.Reasons}: " + string.Join("; ", invoice.Lines.Select(line => string.Create(
            CultureInfo.InvariantCulture,
            $"{line.Matched} {line.Expected:0.####} {line.PriceVariance:0.####} {line.QuantityVariance:0.####} {line.Rounding:0.####} ")
            + line.Difference.ToString("0.####", CultureInfo.InvariantCulture)));
    }

    private sealed class PlainReceiving : Slice
    {
        public override void Open(Workspace workspace)
        {
            var (stock, orders, receipts) = (workspace.Get<StockBook>(), workspace.Get<PurchaseOrderBook>(), workspace.Share(new ReceiptBook()));
            workspace.On<GoodsReceived>(EventCatalogue.PurchaseOrderReceived, (e, data) =>
            {
                var order = orders.Find(new(e.Subject))!;
                var receipt = new Receipt
                {
                    Id = data.ReceiptId, PurchaseOrderId = order.Id, SupplierId = order.SupplierId, Location = data.Location, ReceivedAt = e.Time,
                    ReceivedBy = data.By, Content = "",
                };
                foreach (var delivered in data.Lines)
                {
                    var line = order.Line(delivered.Number!.Value)!;
                    var within = Math.Min(line.Open, delivered.Quantity);
                    (line.Received, line.Over) = (line.Received + within, line.Over + delivered.Quantity - within);
                    receipt.Lines.Add(new()
                    {
                        ReceiptId = receipt.Id, Number = receipt.Lines.Count + 1, Sku = line.Sku, OrderLine = line.Number, Lot = "",
                        Quantity = delivered.Quantity, Available = delivered.Quantity - delivered.Damaged, Damaged = delivered.Damaged,
                    });
                    var position = stock.At(line.Sku, data.Location, "");
                    stock.Move(position, null, StockState.Available, delivered.Quantity - delivered.Damaged, e.Time, "received", e.Id);
                    stock.Move(position, null, StockState.Damaged, delivered.Damaged, e.Time, "received", e.Id);
                }
                receipts.Add(receipt);
                return null;
            });
            workspace.On<GoodsInspected>(EventCatalogue.PurchaseOrderInspected, (_, _) => null);
        }
    }
}
