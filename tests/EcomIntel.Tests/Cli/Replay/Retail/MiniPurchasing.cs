using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Replay.Retail;

/// <summary>
/// As much of purchasing as the simulated suppliers meet: it orders once a day what was asked for of late and is not there, approves small orders, and holds
/// every event of suppliers and of the retailer's people to the rules that the real hub refuses by.
/// </summary>
/// <param name="available">Units of an article at a location.</param>
/// <param name="move">Units that come to a location, or leave it.</param>
internal sealed class MiniPurchasing(
    Func<string, string, long> available, Action<string, string, long> move, Action<DateTimeOffset, string, string, object> decide)
{
    private const int Window = 42, Review = 10;
    private const decimal ApproveBelow = 400;

    private readonly Dictionary<string, SupplierUpdated> _suppliers = [];
    private readonly SortedDictionary<string, List<(string Supplier, SupplierItemUpdated Terms)>> _offers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Sku, string Location), Queue<(DateTimeOffset Time, long Units)>> _demand = [];
    private readonly Dictionary<(string Sku, string Location), long> _onOrder = [];
    private readonly Dictionary<string, (string Order, SortedDictionary<string, long> Held)> _receipts = [];
    private readonly HashSet<(string Supplier, string Number)> _invoices = [];
    private readonly HashSet<string> _held = [], _claims = [], _accepted = [];
    private readonly HashSet<string> _currencies = ["GBP"];
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public SortedDictionary<string, Order> Orders { get; } = new(StringComparer.Ordinal);

    /// <summary>Claims and held invoices that nobody has answered.</summary>
    public int Unanswered => _claims.Count + _held.Count + _accepted.Count;

    public int Claims { get; private set; }

    /// <summary>Invoices sent a second time.</summary>
    public int BilledTwice { get; private set; }

    internal sealed record Order(string Id, string Supplier, string Location, Line[] Lines)
    {
        public DateTimeOffset CreatedAt, SentAt;
        public string Status = "PENDING_APPROVAL", ApprovedBy = "";
        public readonly HashSet<string> Asns = [];
        public bool IsOpen => Status is "SENT" or "ACKNOWLEDGED";
    }

    internal sealed record Line(int Number, string Sku, decimal Price, long Ordered)
    {
        public long Cancelled, ClosedShort, Received, Over, Announced;
        public long Open => Ordered - Cancelled - ClosedShort - Received;
    }

    public void Asked(string sku, string location, DateTimeOffset at, long units)
    {
        if (!_demand.TryGetValue((sku, location), out var demand))
            _demand.Add((sku, location), demand = new());
        demand.Enqueue((at, units));
    }

    public void RunDue(DateTimeOffset now)
    {
        if (_next == DateTimeOffset.MinValue)
            _next = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1).AddHours(5);
        for (; _next <= now; _next = _next.AddDays(1))
            Replenish(_next);
    }

    public string? Handle(CloudEvent e) => e.Data switch
    {
        RateUpdated => Do(() => _currencies.Add(e.Subject)),
        SupplierUpdated supplier => !_currencies.Contains(supplier.Currency) ? "no rate" : Do(() => _suppliers[e.Subject] = supplier),
        SupplierItemUpdated item => !_suppliers.ContainsKey(e.Subject) ? "unknown supplier" : Do(() => Offer(e.Subject, item)),
        PurchaseOrderDecided decided => With(e, order => Decided(e, order, decided)),
        PurchaseOrderAcknowledged acknowledged => With(e, order => Acknowledged(e, order, acknowledged)),
        PurchaseOrderDateChanged changed => With(e, order => !order.IsOpen ? "over" : changed.PromisedAt < e.Time ? "a promise in the past" : null),
        PurchaseOrderCancelled cancelled => With(e, order => Cancelled(e, order, cancelled)),
        PurchaseOrderLineClosed closed => With(e, order => LineClosed(e, order, closed)),
        AsnSent asn => With(e, order => Announced(e, order, asn)),
        PurchaseOrderMilestone milestone => With(e, order => milestone.AsnId is { } id && !order.Asns.Contains(id) ? "unknown ASN"
            : milestone.ExpectedAt < e.Time ? "expected in the past" : null),
        GoodsReceived received => With(e, order => Received(e, order, received)),
        GoodsInspected inspected => Inspected(inspected),
        InvoiceReceived invoice => Billed(e, invoice),
        InvoiceDecided => _held.Remove(e.Subject) ? null : "not held",
        ClaimAnswered answer => !_claims.Remove(answer.ClaimId.Value) ? "unknown claim"
            : Do(() => _ = e.Type.Name == "claim.accepted" && _accepted.Add(answer.ClaimId.Value)),
        ClaimCredited credit => _accepted.Remove(credit.ClaimId.Value) ? null : "not accepted",
        ChargeReceived charge => charge.Receipts.All(receipt => _receipts.ContainsKey(receipt.Value)) ? null : "unknown receipt",
        _ => "not known here",
    };

    private string? With(CloudEvent e, Func<Order, string?> handle) =>
        !Orders.TryGetValue(e.Subject, out var order) ? "unknown purchase order" : order.SentAt == default && e.Data is not PurchaseOrderDecided
            ? "it was not sent" : handle(order);

    private void Offer(string supplier, SupplierItemUpdated item)
    {
        if (!_offers.TryGetValue(item.Sku.Value, out var offers))
            _offers.Add(item.Sku.Value, offers = []);
        offers.RemoveAll(offer => offer.Supplier == supplier);
        offers.Add((supplier, item));
        offers.Sort(static (one, other) => one.Terms.Rank.CompareTo(other.Terms.Rank));
    }

    private void Replenish(DateTimeOffset now)
    {
        var wanted = new SortedDictionary<(string Supplier, string Location), List<Line>>();
        foreach (var ((sku, location), demand) in _demand)
        {
            while (demand.TryPeek(out var old) && old.Time < now.AddDays(-Window))
                demand.Dequeue();
            if (!_offers.TryGetValue(sku, out var offers) || demand.Count == 0)
                continue;
            var (supplier, terms) = offers[0];
            var mean = demand.Sum(units => units.Units) / (double)Window;
            var lead = _suppliers[supplier].LeadTimeDays;
            var deviation = Math.Sqrt(demand.GroupBy(units => units.Time.Date).Sum(day => Math.Pow(day.Sum(units => units.Units), 2)) / Window);
            var target = (long)Math.Ceiling((mean * (lead + Review)) + (2 * deviation * Math.Sqrt(lead + 1)));
            var missing = target - available(sku, location) - _onOrder.GetValueOrDefault((sku, location));
            if (missing <= mean * (Review - 1))
                continue;
            var units = (Math.Max(missing, terms.MinimumQuantity) + terms.PackMultiple - 1) / terms.PackMultiple * terms.PackMultiple;
            if (!wanted.TryGetValue((supplier, location), out var lines))
                wanted.Add((supplier, location), lines = []);
            lines.Add(new(lines.Count + 1, sku, terms.Price, units));
        }
        foreach (var ((supplier, location), lines) in wanted)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"RP-{now:yyyyMMdd}-{location}-{supplier}");
            Raise(new(id, supplier, location, [.. lines]) { CreatedAt = now });
        }
    }

    private void Raise(Order order)
    {
        Orders.Add(order.Id, order);
        foreach (var line in order.Lines)
            _onOrder[(line.Sku, order.Location)] = _onOrder.GetValueOrDefault((line.Sku, order.Location)) + line.Ordered;
        Decide(order.CreatedAt, PurchaseOrderChanged.Submitted, order);
        if (order.Lines.Sum(line => line.Ordered * line.Price) >= ApproveBelow)
            return;
        Approve(order, order.CreatedAt, "rule:approval");
        Send(order, order.CreatedAt);
    }

    private void Approve(Order order, DateTimeOffset at, string by)
    {
        (order.Status, order.ApprovedBy) = ("APPROVED", by);
        Decide(at, PurchaseOrderChanged.Approved, order);
    }

    private void Send(Order order, DateTimeOffset at)
    {
        (order.Status, order.SentAt) = ("SENT", at);
        Decide(at, PurchaseOrderChanged.Sent, order);
    }

    private string? Decided(CloudEvent e, Order order, PurchaseOrderDecided decided)
    {
        if (order.Status != (e.Type.Name == "po.sent" ? "APPROVED" : "PENDING_APPROVAL"))
            return $"is {order.Status}";
        if (e.Type.Name == "po.approved")
        {
            Approve(order, e.Time, decided.By);
            return null;
        }
        if (e.Type.Name == "po.sent")
        {
            Send(order, e.Time);
            return null;
        }
        order.Status = "REJECTED";
        foreach (var line in order.Lines)
            Close(order, line, line.Open);
        Decide(e.Time, PurchaseOrderChanged.Rejected, order);
        return null;
    }

    private string? Acknowledged(CloudEvent e, Order order, PurchaseOrderAcknowledged acknowledged)
    {
        if (order.Status != "SENT")
            return $"is {order.Status}";
        if (acknowledged.PromisedAt < e.Time)
            return "promised for the past";
        order.Status = "ACKNOWLEDGED";
        foreach (var told in acknowledged.Lines ?? [])
        {
            if (Find(order, told.Number) is not { } line)
                return "unknown line";
            if (told.Quantity is { } taken)
                line.ClosedShort += Close(order, line, Math.Min(line.Open, line.Ordered - taken));
        }
        Settle(e.Time, order);
        return null;
    }

    private string? Cancelled(CloudEvent e, Order order, PurchaseOrderCancelled cancelled)
    {
        foreach (var line in order.Lines.Where(line => cancelled.Lines?.Contains(line.Number) != false))
            line.Cancelled += Close(order, line, line.Open);
        Decide(e.Time, PurchaseOrderChanged.Cancelled, order);
        Settle(e.Time, order);
        return null;
    }

    private string? LineClosed(CloudEvent e, Order order, PurchaseOrderLineClosed closed)
    {
        if (Find(order, closed.Number) is not { Open: > 0 } line)
            return "nothing is open";
        line.ClosedShort += Close(order, line, line.Open);
        Decide(e.Time, PurchaseOrderChanged.LineClosed, order);
        Settle(e.Time, order);
        return null;
    }

    private static string? Announced(CloudEvent e, Order order, AsnSent asn)
    {
        if (!order.Asns.Add(asn.AsnId))
            return "announced twice";
        if (asn.ExpectedAt < e.Time)
            return "expected in the past";
        foreach (var told in asn.Lines)
            if (Find(order, told.Number) is not { } line || (line.Announced += told.Quantity) > (line.Ordered * 1.2) + 1)
                return "unknown line, or far more than was ordered";
        return null;
    }

    private string? Received(CloudEvent e, Order order, GoodsReceived received)
    {
        if (received.By == order.ApprovedBy || received.By.StartsWith("rule:", StringComparison.Ordinal))
            return "received by who approved it";
        if (received.AsnId is { } asn && !order.Asns.Contains(asn))
            return "unknown ASN";
        if (received.Location.Value != order.Location)
            return "at another place";
        var held = new SortedDictionary<string, long>(StringComparer.Ordinal);
        if (!_receipts.TryAdd(received.ReceiptId.Value, (order.Id, held)))
            return "told twice";
        foreach (var delivered in received.Lines)
        {
            if (Find(order, delivered.Number!.Value) is not { } line)
                return "unknown line";
            var wrong = delivered.Discrepancy == "wrong_item";
            if (wrong == (line.Sku == delivered.Sku.Value))
                return "the wrong article, or not";
            var good = delivered.Quantity - delivered.Damaged;
            if (delivered.Discrepancy is not null || _suppliers[order.Supplier].InspectReceipts)
                held[delivered.Sku.Value] = held.GetValueOrDefault(delivered.Sku.Value) + good;
            else
                move(delivered.Sku.Value, order.Location, good);
            if (wrong)
                continue;
            var counts = Close(order, line, Math.Min(delivered.Quantity, line.Open));
            line.Received += counts;
            line.Over += delivered.Quantity - counts;
            if (delivered.Damaged > 0)
                Claim(e.Time, order, line, delivered.Damaged);
        }
        // Something else that came in place of a line does not complete it.
        if (received.Complete)
            foreach (var line in received.Lines.Where(delivered => delivered.Discrepancy != "wrong_item")
                .Select(delivered => Find(order, delivered.Number!.Value)!).Where(line => line.Open > 0))
                line.ClosedShort += Close(order, line, line.Open);
        decide(e.Time, ReceiptChanged.Recorded, received.ReceiptId.Value, new
        {
            receipt = new
            {
                receiptId = received.ReceiptId.Value, purchaseOrderId = order.Id, supplierId = order.Supplier, receivedAt = e.Time,
                lines = received.Lines.Select(line => new
                {
                    sku = line.Sku.Value, lot = line.Lot, discrepancy = line.Discrepancy,
                    inspection = line.Discrepancy is not null || _suppliers[order.Supplier].InspectReceipts ? line.Quantity - line.Damaged : 0,
                }),
            },
        });
        Settle(e.Time, order);
        return null;
    }

    private void Claim(DateTimeOffset at, Order order, Line line, long quantity)
    {
        var id = $"CL-{++Claims}";
        _claims.Add(id);
        decide(at, ClaimChanged.Opened, id, new
        {
            claim = new
            {
                claimId = id, supplierId = order.Supplier, purchaseOrderId = order.Id, quantity, currency = _suppliers[order.Supplier].Currency,
                amount = quantity * line.Price,
            },
        });
    }

    private string? Inspected(GoodsInspected inspected)
    {
        if (!_receipts.TryGetValue(inspected.ReceiptId.Value, out var receipt))
            return "unknown receipt";
        var units = inspected.Accepted + inspected.Rejected;
        if (receipt.Held.GetValueOrDefault(inspected.Sku.Value) != units)
            return $"inspected {units} of {receipt.Held.GetValueOrDefault(inspected.Sku.Value)}";
        receipt.Held.Remove(inspected.Sku.Value);
        move(inspected.Sku.Value, Orders[receipt.Order].Location, inspected.Accepted);
        return null;
    }

    private string? Billed(CloudEvent e, InvoiceReceived invoice)
    {
        if (!_invoices.Add((invoice.SupplierId.Value, invoice.Number)))
        {
            BilledTwice++;
            return null;
        }
        foreach (var told in invoice.Lines)
        {
            if (!Orders.TryGetValue(told.PurchaseOrderId.Value, out var order) || Find(order, told.OrderLine) is null)
                return "unknown order or line";
            if (order.Supplier != invoice.SupplierId.Value)
                return "another supplier's";
        }
        if (invoice.Number.EndsWith('7'))
        {
            _held.Add(e.Subject);
            decide(e.Time, InvoiceChanged.Held, e.Subject, new { invoice = new { invoiceId = e.Subject, reasons = (string[])["price"] } });
        }
        var difference = invoice.Total - invoice.Tax - invoice.Freight - invoice.Lines.Sum(line => decimal.Round(line.Quantity * line.Price, 2));
        return invoice.Currency != _suppliers[invoice.SupplierId.Value].Currency ? "another currency"
            : Math.Abs(difference) > 0.005m * (invoice.Lines.Count + 1) ? $"{difference} of the total is not explained" : null;
    }

    /// <summary>What is not open any more is not on order.</summary>
    private long Close(Order order, Line line, long units)
    {
        _onOrder[(line.Sku, order.Location)] -= units;
        return units;
    }

    private static void Settle(DateTimeOffset _, Order order)
    {
        if (order.IsOpen && order.Lines.All(line => line.Open == 0))
            order.Status = "CLOSED";
    }

    private static Line? Find(Order order, int number) => Array.Find(order.Lines, line => line.Number == number);

    private void Decide(DateTimeOffset at, string type, Order order) => decide(at, type, order.Id, new PurchaseOrderChanged(new(
        new(order.Id), 1, order.Status, new(order.Supplier), new(order.Location), _suppliers[order.Supplier].Currency, 0, "rule:replenishment", order.CreatedAt,
        null, null, null, null,
        [.. order.Lines.Select(line => new PurchaseOrderState.Line(
            line.Number, new(line.Sku), line.Cancelled == line.Ordered ? "CANCELLED" : line is { Open: 0, ClosedShort: > 0 } ? "CLOSED_SHORT" : "OPEN",
            line.Price, line.Ordered, line.Cancelled, line.ClosedShort, 0, line.Received, line.Over, at, null, null, at))]), order.ApprovedBy));

    private static string? Do(Action action)
    {
        action();
        return null;
    }
}
