using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Tests.Processing;
using Delivered = EcomIntel.Core.Events.GoodsReceived.DeliveredLine;

namespace EcomIntel.Tests.Procurement.Receiving;

/// <summary>
/// Two places, the supplier acme, and purchase order PO-1 for north, sent: line 1 of 10 mugs at 2.00, line 2 of 20 cups at 1.50. Facts are told to it by id;
/// what awaits another fact is applied once it can be.
/// </summary>
internal sealed class ReceivingHouse
{
    public static readonly DateTimeOffset Day = SmallHouse.Opens.AddDays(2);
    private static readonly string[] Skus = ["bowl", "cup", "mug"];

    public sealed record Told(string Id, EventType Type, string Subject, IEventData Data, DateTimeOffset At);

    public ReceivingHouse(decimal shortTolerance = 0, decimal overTolerance = 0, bool inspect = false)
    {
        House = new SmallHouse(["north", "south"]).Item(Skus);
        Assert.Null(House.Policy("events", 1, SmallHouse.Opens, """{"maxAhead":"365.00:00:00"}"""));
        Assert.Null(House.Apply(EventCatalogue.RateUpdated, "EUR", new RateUpdated(0.85m)));
        Supplier("acme", shortTolerance, overTolerance, inspect);
        Order("PO-1", ("mug", 10, 2m), ("cup", 20, 1.5m));
    }

    public SmallHouse House { get; }

    public IReadOnlyList<Reported> Cases => House.Reports;

    public ReceiptBook Receipts => House.House.Get<ReceiptBook>();

    /// <summary>How much has happened to orders, receipts, claims and stock: operations about them, and movements.</summary>
    public long Happened => House.House.Get<PurchaseOrderBook>().All.Sum(order => order.Version) + Receipts.All.Sum(receipt => receipt.Version)
        + Receipts.Claims.Sum(claim => claim.Version) + House.Stocks.Ledger.Count;

    public void Supplier(string id, decimal shortTolerance = 0, decimal overTolerance = 0, bool inspect = false) =>
        Assert.Null(House.Apply(EventCatalogue.SupplierUpdated, id, new SupplierUpdated(
            id, "EUR", ShortTolerance: shortTolerance, OverTolerance: overTolerance, InspectReceipts: inspect)));

    public PurchaseOrder Order(string id, params (string Sku, long Quantity, decimal Price)[] lines)
    {
        var order = new PurchaseOrder
        {
            Id = new(id), Version = 1, Status = PurchaseOrderStatus.SENT, SupplierId = new("acme"), Location = new("north"), Currency = "EUR",
            Origin = "person", CreatedBy = "ann", ApprovedBy = "bob", CreatedAt = Day.AddDays(-1), SentAt = Day,
        };
        foreach (var (sku, quantity, price) in lines)
            order.Lines.Add(new()
            {
                PurchaseOrderId = order.Id, Number = order.Lines.Count + 1, Sku = new(sku), Ordered = quantity, Price = price,
                DueAt = Day.AddDays(5 + order.Lines.Count), ExpectedAt = Day.AddDays(5),
            });
        House.House.Get<PurchaseOrderBook>().Add(order);
        return order;
    }

    public PurchaseOrder Order(string id = "PO-1") => House.House.Get<PurchaseOrderBook>().Find(new(id))!;

    public PurchaseOrderLine Line(int number, string id = "PO-1") => Order(id).Line(number)!;

    public static Told Cancelled(double hour, params int[] lines) =>
        Of(EventCatalogue.PurchaseOrderCancelled, hour, "PO-1", new PurchaseOrderCancelled("dora", null, lines.Length == 0 ? null : lines));

    public static Delivered Mugs(long quantity, long damaged = 0, int? line = null, string lot = "", string? discrepancy = null) =>
        new(new("mug"), quantity, line, damaged, lot, null, discrepancy);

    public static Delivered Cups(long quantity, long damaged = 0, int? line = null) => new(new("cup"), quantity, line, damaged);

    public static Delivered Bowls(long quantity, string? discrepancy = null, int? line = null) => new(new("bowl"), quantity, line, Discrepancy: discrepancy);

    public static Told Received(double hour, string receipt, params Delivered[] lines) => Received(hour, receipt, false, lines);

    public static Told Complete(double hour, string receipt, params Delivered[] lines) => Received(hour, receipt, true, lines);

    public static Told Received(
        double hour, string receipt, bool complete, Delivered[] lines, string at = "north", string by = "cleo", string order = "PO-1") =>
        Of(EventCatalogue.PurchaseOrderReceived, hour, order, new GoodsReceived(new(receipt), new(at), by, lines, Complete: complete));

    public static Told Blind(double hour, string receipt, params BlindReceived.BlindLine[] lines) =>
        Of(EventCatalogue.ReceiptBlind, hour, receipt, new BlindReceived(new("acme"), new("north"), "cleo", lines));

    public static Told Matched(double hour, string receipt, string order = "PO-1") =>
        Of(EventCatalogue.ReceiptMatched, hour, order, new ReceiptMatched(new(receipt), "dora"));

    public static Told Inspected(double hour, string receipt, string sku, long accepted, long rejected = 0, string order = "PO-1") =>
        Of(EventCatalogue.PurchaseOrderInspected, hour, order, new GoodsInspected(new(receipt), new(sku), "eve", accepted, rejected));

    public static Told Accepted(double hour, string claim) => Of(EventCatalogue.ClaimAccepted, hour, "PO-1", new ClaimAnswered(new(claim), "acme"));

    public static Told Refused(double hour, string claim) => Of(EventCatalogue.ClaimRefused, hour, "PO-1", new ClaimAnswered(new(claim), "acme"));

    public static Told Credited(double hour, string claim, decimal amount, string currency = "EUR") =>
        Of(EventCatalogue.ClaimCredited, hour, "PO-1", new ClaimCredited(new(claim), amount, currency, "acme"));

    /// <summary>Hours after <see cref="Day"/>; the id is made of the type and the time.</summary>
    public static Told Of(EventType type, double hour, string subject, IEventData data) =>
        new($"{type.Name}/{subject}/{hour}", type, subject, data, Day.AddHours(hour));

    /// <summary>Tells facts in this order: none is refused for good.</summary>
    public ReceivingHouse Tell(params IEnumerable<Told> facts)
    {
        foreach (var fact in facts)
            if (Try(fact) is { } rejection)
                Assert.True(rejection.Awaits is not null, rejection.Detail);
        return this;
    }

    public Rejection? Try(Told fact) => House.Hear(new(fact.Id, "tests", fact.Type, fact.Subject, fact.At, fact.Data));

    /// <summary>How it ends: orders, receipts, stock, claims.</summary>
    public string End(bool withCases = true)
    {
        var lines = new List<string>();
        foreach (var order in House.House.Get<PurchaseOrderBook>().All)
            lines.Add($"{order.Id} {order.Status}: " + string.Join("; ", order.Lines.Select(line =>
                $"{line.Sku} {line.Ordered} = {line.Received} received {line.Open} open {line.ClosedShort} short {line.Cancelled} cancelled"
                    + $"{(line.Over > 0 ? $", {line.Over} over" : "")} {line.Status}")));
        foreach (var receipt in Receipts.All)
            foreach (var line in receipt.Lines)
                lines.Add($"{receipt.Id}/{line.Number} {line.Quantity} {line.Sku} = {line.Available} available {line.Inspection} held {line.Accepted} accepted "
                    + $"{line.Rejected} rejected {line.Damaged} damaged{(line.OrderLine is { } number ? $", line {number}" : "")}");
        foreach (var sku in Skus)
            foreach (var node in (string[])["north", "south"])
                foreach (var state in Enum.GetValues<StockState>())
                    if (House.Units(sku, node, state) is > 0 and var units)
                        lines.Add($"{sku} {node} {state} {units}");
        foreach (var claim in Receipts.Claims)
            lines.Add($"{claim.Id} {claim.Status} {claim.Quantity} {claim.Amount:0.00}{(claim.Credited is { } credited ? $" credited {credited:0.00}" : "")}");
        if (withCases)
            lines.AddRange(Cases.Select(one => $"{one.Category} {one.Subject} {one.MoneyAtRisk ?? 0:0.00}").Order(StringComparer.Ordinal));
        return string.Join('\n', lines);
    }
}
