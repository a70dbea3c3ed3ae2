using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>The clerks who count what suppliers deliver, those who inspect it, and the buyer who gives up on what did not come.</summary>
/// <param name="tell">What is true and stands in no event.</param>
internal sealed class GoodsIn(Stage stage, Market market, BillingDesk billing, Action<Truth> tell)
{
    /// <summary>A consignment stands at the dock: it is counted within hours.</summary>
    public void Receive(Consignment consignment, DateTimeOffset arrived)
    {
        var (track, habits) = (consignment.Order, consignment.Order.Supplier.Habits);
        var receipt = new ReceiptId($"GR-{consignment.Id}");
        var dice = Dice.For(stage.Seed, "receipt", receipt.Value);
        var lines = new List<GoodsReceived.DeliveredLine>();
        var faults = new List<Fault>();
        foreach (var part in consignment.Parts)
        {
            var damaged = part.Inside > 0 && dice.Chance(habits.DamageRate) ? Math.Max(1, (long)(part.Inside * dice.Between(0.02, 0.3))) : 0;
            var mislabelled = part.Inside > 0 && dice.Chance(habits.MislabelRate);
            // What came in place of it is of no use: it is as if it had not come.
            part.Line.Short += part.Missing;
            part.Line.Over += part.Over;
            part.Line.Damaged += damaged;
            part.Line.Delivered += part.Quantity - part.Missing - damaged;
            if (part.Inside > 0)
            {
                part.Line.LastArrivedAt = arrived;
                lines.Add(new(new(part.Line.Sku), part.Inside, part.Line.Number, damaged, Discrepancy: mislabelled ? "mislabelled" : null));
            }
            if (part.Wrong > 0)
                lines.Add(new(new(part.WrongSku!), part.Wrong, part.Line.Number, Discrepancy: "wrong_item"));
            Add(Faults.Short, part.Missing - part.Wrong);
            Add(Faults.WrongItem, part.Wrong);
            Add(Faults.Over, part.Over);
            Add(Faults.Damaged, damaged);
            Add(Faults.Mislabelled, mislabelled ? part.Inside : 0);

            void Add(string what, long quantity)
            {
                if (quantity > 0)
                    faults.Add(new(what, arrived, track.Supplier.Id, track.Id, part.Line.Number, part.Line.Sku, quantity, Told: receipt.Value));
            }
        }
        faults.ForEach(tell);
        if (lines.Count == 0)
            return;
        // Only the last consignment's receipt can say that no more of its lines comes.
        var last = track.Over;
        if (last)
            foreach (var part in consignment.Parts.Where(part => part.Inside > 0))
                part.Line.Closed = true;
        var counted = BusinessHours.Working(arrived + dice.Between(TimeSpan.FromMinutes(30), TimeSpan.FromHours(5)));
        // What came first is counted first.
        counted = counted > track.CountedAt ? counted : track.CountedAt.AddMinutes(5);
        track.CountedAt = counted;
        stage.At(counted, now => stage.Emit(EventCatalogue.PurchaseOrderReceived, $"po-received:{receipt}", track.Id, now,
            new GoodsReceived(receipt, new(track.Location), People.Clerk(track.Location), lines, consignment.AsnId, last)));
        billing.Charge(consignment, receipt, counted);
    }

    /// <summary>Lines that nobody has closed and of which units did not come.</summary>
    public void CloseShort(PurchaseTrack track, DateTimeOffset now)
    {
        var dice = Dice.For(stage.Seed, "give up", track.Id);
        foreach (var line in track.Lines.Where(line => !line.Closed && line.Short > 0))
            stage.At(BusinessHours.Working(now + dice.Between(TimeSpan.FromDays(1), TimeSpan.FromDays(3))), later => stage.Emit(
                EventCatalogue.PurchaseOrderLineClosed, $"po-line-closed:{track.Id}:{line.Number}", track.Id, later,
                new PurchaseOrderLineClosed(line.Number, People.Buyer, "not delivered")));
    }

    /// <summary>
    /// A receipt of which units are held: somebody looks at them within a day or two. What came in place of something else goes back or is kept, wrong labels
    /// are changed.
    /// </summary>
    public void Recorded(Decisions.Receipt receipt)
    {
        if (receipt.PurchaseOrderId is not { } order || market.Find(receipt.SupplierId) is not { } supplier)
            return;
        var dice = Dice.For(stage.Seed, "inspection", receipt.ReceiptId);
        foreach (var held in receipt.Lines.Where(line => line.Inspection > 0).GroupBy(line => (line.Sku, line.Lot)))
        {
            var (units, wrong) = (held.Sum(line => line.Inspection), held.Where(line => line.Discrepancy == "wrong_item").Sum(line => line.Inspection));
            var rejected = dice.Chance(0.5) ? wrong : 0;
            var poor = units > wrong && dice.Chance(supplier.Habits.RejectRate) ? Math.Max(1, (long)((units - wrong) * dice.Between(0.05, 0.5))) : 0;
            var at = BusinessHours.Working(receipt.ReceivedAt + dice.Between(TimeSpan.FromHours(2), TimeSpan.FromHours(26)));
            stage.At(at, now =>
            {
                if (poor > 0)
                    tell(new Fault(Faults.Rejected, now, supplier.Id, order, Sku: held.Key.Sku, Quantity: poor, Told: receipt.ReceiptId));
                rejected += poor;
                stage.Emit(EventCatalogue.PurchaseOrderInspected, $"po-inspected:{receipt.ReceiptId}:{held.Key.Sku}:{held.Key.Lot}", order, now,
                    new GoodsInspected(new(receipt.ReceiptId), new(held.Key.Sku), People.Inspector, units - rejected, rejected, held.Key.Lot,
                        rejected > 0 ? "does not meet the specification" : null));
            });
        }
    }
}
