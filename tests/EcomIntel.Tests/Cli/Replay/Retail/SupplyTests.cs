using System.Text.Json;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Replay.Retail;

public sealed class SupplyTests
{
    private static readonly Lazy<SimulationRun> Year = new(() => SimulationRun.Of(new RetailerOptions(Seed: 5, Orders: 1_500, Skus: 400, Days: 240)));

    [Fact]
    public void Every_unit_that_was_sent_for_is_delivered_damaged_short_or_cancelled()
    {
        var run = Year.Value;
        Assert.True(run.Finished);
        Assert.Equal([], run.Hub.Refused);
        var truths = run.Truths.OfType<LineTruth>().ToDictionary(line => (line.PurchaseOrderId, line.Line));
        var sent = run.Hub.Purchasing.Orders.Values.Where(order => order.SentAt != default).ToList();
        Assert.Equal(sent.Sum(order => order.Lines.Length), truths.Count);
        Assert.True(truths.Count > 2_000, $"{truths.Count} lines");
        foreach (var order in sent)
            foreach (var line in order.Lines)
            {
                var truth = truths[(order.Id, line.Number)];
                Assert.Equal(line.Ordered, truth.Delivered + truth.Damaged + truth.Short + truth.Cancelled);
                // And that is what the hub was told.
                Assert.Equal(truth.Delivered + truth.Damaged + truth.Over, line.Received + line.Over);
                Assert.Equal(truth.Short + truth.Cancelled, line.ClosedShort + line.Cancelled + line.Open);
                Assert.Equal("CLOSED", order.Status);
            }
    }

    /// <summary>Habits show: each kind of fault happens, is told in the truth, and stays rare.</summary>
    [Fact]
    public void Everything_that_may_go_wrong_does_now_and_then()
    {
        var faults = Year.Value.Truths.OfType<Fault>().CountBy(fault => fault.What).ToDictionary();
        foreach (var what in (string[])
            [
                Faults.NotAcknowledged, Faults.Late, Faults.HeldUp, Faults.Refused, Faults.Short, Faults.Over, Faults.Damaged, Faults.Mislabelled,
                Faults.Rejected, Faults.PriceRaised, Faults.Dearer, Faults.Overbilled, Faults.BilledTwice,
            ])
            Assert.True(faults.GetValueOrDefault(what) > 0, what);
        var lines = Year.Value.Truths.OfType<LineTruth>().Count();
        Assert.InRange(faults[Faults.Short] / (double)lines, 0.005, 0.05);
        Assert.Equal(faults[Faults.BilledTwice], Year.Value.Hub.Purchasing.BilledTwice);
    }

    [Fact]
    public void Every_claim_and_every_held_invoice_is_answered()
    {
        Assert.True(Year.Value.Hub.Purchasing.Claims > 10);
        Assert.Equal(0, Year.Value.Hub.Purchasing.Unanswered);
        var decided = Year.Value.Events.Where(e => e.Data is InvoiceDecided).CountBy(e => e.Type.Name).ToDictionary();
        Assert.True(decided["invoice.approved"] > 0 && decided["invoice.disputed"] > 0);
    }

    [Fact]
    public void Forty_suppliers_are_described_before_anything_is_bought()
    {
        var events = Year.Value.Events;
        Assert.Equal(SimulatedSupplier.Count, events.Count(e => e.Data is SupplierUpdated));
        Assert.Equal(SimulatedSupplier.Count, Year.Value.Truths.OfType<SupplierTruth>().Count());
        // Each article that is sold has a supplier.
        var offers = events.Select(e => e.Data).OfType<SupplierItemUpdated>().ToLookup(offer => offer.Sku);
        foreach (var sku in events.Select(e => e.Data).OfType<OrderPlaced>().SelectMany(order => order.Lines).Select(line => line.Sku).Distinct())
            Assert.Contains(offers[sku], offer => offer.Rank == 100);
    }

    /// <summary>What is on the shelves without having been bought: the opening stock, and of an article that comes later its first delivery.</summary>
    [Fact]
    public void Each_article_is_given_once_and_then_bought()
    {
        var run = Year.Value;
        var given = run.Events.Where(e => e.Data is StockReceived).ToList();
        Assert.Equal(given.Count, given.DistinctBy(e => (e.Subject, ((StockReceived)e.Data).Location)).Count());
        var start = run.Events[0].Time;
        Assert.All(given, e => Assert.Equal(e.Time == start.AddHours(1) ? "opening stock" : "first delivery", ((StockReceived)e.Data).Reference));
        Assert.Contains(given, e => e.Time > start.AddDays(60));
        var bought = run.Events.Select(e => e.Data).OfType<GoodsReceived>().SelectMany(receipt => receipt.Lines).Sum(line => line.Quantity);
        var sold = run.Events.Select(e => e.Data).OfType<OrderPlaced>().SelectMany(order => order.Lines).Sum(line => line.Quantity);
        Assert.InRange(bought / (double)sold, 0.5, 1.1);
    }

    [Fact]
    public void Two_consignments_of_one_order_bring_all_of_it()
    {
        var receipts = Year.Value.Events.Where(e => e.Data is GoodsReceived).GroupBy(e => e.Subject).Where(order => order.Count() > 1).ToList();
        Assert.NotEmpty(receipts);
        foreach (var order in receipts)
            Assert.Equal([false, true], order.Select(e => ((GoodsReceived)e.Data).Complete));
    }

    [Fact]
    public void Whoever_cancels_what_has_not_left_gets_none_of_it()
    {
        var (events, truths) = (new List<CloudEvent>(), new List<Truth>());
        var stage = new Stage("test", 3) { Now = new(2024, 3, 4, 0, 0, 0, TimeSpan.Zero) };
        var market = new Market(stage, new ItemBook(3), stage.Now, truths.Add);
        var billing = new BillingDesk(stage, market, truths.Add);
        var suppliers = new SupplierDesk(stage, market, new GoodsIn(stage, market, billing, truths.Add), billing, truths.Add);
        var order = new Decisions.PurchaseOrder("PO-1", "sup-40", Network.Midlands, [new(1, "A", "OPEN", 2m, 100), new(2, "B", "OPEN", 3m, 50)]);

        suppliers.Sent(stage.Now, order);
        suppliers.Withdrawn(stage.Now.AddHours(2), order with { Lines = [order.Lines[0], order.Lines[1] with { Status = "CANCELLED" }] });
        while (!stage.Idle)
            stage.HappenNext();
        events.AddRange(stage.Take());

        var lines = truths.OfType<LineTruth>().ToDictionary(line => line.Line);
        Assert.Equal((0, 50), (lines[2].Delivered, lines[2].Cancelled));
        Assert.Equal(100, lines[1].Delivered + lines[1].Damaged + lines[1].Short + lines[1].Cancelled);
        Assert.DoesNotContain(events.Select(e => e.Data).OfType<GoodsReceived>().SelectMany(receipt => receipt.Lines), line => line.Sku.Value == "B");
    }

    [Fact]
    public void The_truth_is_a_line_of_JSON_that_says_its_kind()
    {
        Truth fault = new Fault(Faults.Short, new(2024, 5, 1, 8, 0, 0, TimeSpan.Zero), "sup-01", "PO-1", 2, "A");
        Assert.Equal(
            """{"kind":"fault","what":"short","at":"2024-05-01T08:00:00+00:00","supplierId":"sup-01","purchaseOrderId":"PO-1","line":2,"sku":"A"}""",
            JsonSerializer.Serialize(fault, TruthJson.Default.Truth));
    }
}
