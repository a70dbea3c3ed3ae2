using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>
/// The suppliers: each answers the orders that are sent to it, after its own habits. All chance is the order's own, so what becomes of an order does not
/// depend on what becomes of others.
/// </summary>
/// <param name="tell">What is true and stands in no event.</param>
internal sealed class SupplierDesk(Stage stage, Market market, GoodsIn goodsIn, BillingDesk billing, Action<Truth> tell)
{
    /// <summary>Smallest time from taking an order on to its leaving.</summary>
    private static readonly TimeSpan Packing = TimeSpan.FromHours(3);

    private readonly Dictionary<string, PurchaseTrack> _orders = [];

    /// <summary>Lines of orders that are over of which units came later than promised.</summary>
    private readonly HashSet<(string Order, int Line)> _late = [];

    /// <summary>No order is open.</summary>
    public bool Idle => _orders.Count == 0;

    /// <summary>An order was sent to its supplier.</summary>
    public void Sent(DateTimeOffset time, Decisions.PurchaseOrder order)
    {
        if (market.Find(order.SupplierId) is not { } supplier || _orders.ContainsKey(order.PurchaseOrderId))
            return;
        var track = new PurchaseTrack(supplier, order, time);
        _orders.Add(track.Id, track);
        var (habits, dice) = (supplier.Habits, Dice.For(stage.Seed, "purchase", track.Id));
        var answered = BusinessHours.Working(time.AddHours(habits.AcknowledgeHours * dice.Between(0.2, 1.0)));
        var acknowledges = dice.Chance(habits.AcknowledgeRate);
        var lead = Math.Max(1, habits.LeadTimeDays + (habits.LeadTimeDeviation * dice.Normal()));
        var estimate = BusinessHours.Working(time.AddDays(lead));
        var splits = dice.Chance(habits.SplitRate);
        track.Consignments.Add(new(track, 1));
        if (splits)
            track.Consignments.Add(new(track, 2));
        var refused = track.Lines.Where(line => !TakeOn(track, line)).ToList();
        stage.At(answered, now => Answer(track, refused, acknowledges, now));
        for (var i = 0; i < track.Consignments.Count; i++)
            Plan(track.Consignments[i], i == 0 ? estimate : BusinessHours.Working(estimate.AddDays(dice.Between(2.0, 7.0))), answered);
        if (track.Over)
            stage.At(answered, now => End(track, now));
    }

    /// <summary>The retailer has cancelled or closed some of it: what has not left stays.</summary>
    public void Withdrawn(DateTimeOffset time, Decisions.PurchaseOrder order)
    {
        if (!_orders.TryGetValue(order.PurchaseOrderId, out var track))
            return;
        var open = !track.Over;
        foreach (var line in order.Lines.Where(line => line.Status is "CANCELLED" or "CLOSED_SHORT"))
            foreach (var consignment in track.Consignments.Where(consignment => !consignment.Departed))
                foreach (var part in consignment.Parts.Where(part => part.Line.Number == line.Line).ToList())
                {
                    part.Line.Cancelled += part.Quantity;
                    part.Line.Closed = true;
                    consignment.Parts.Remove(part);
                }
        if (open && track.Over)
            stage.At(time, now => End(track, now));
    }

    /// <summary>A line of an order of which units are still to come; null where there is none.</summary>
    public int? LineToCome(string order) => _orders.TryGetValue(order, out var track)
        ? track.Consignments.Where(consignment => !consignment.Arrived).SelectMany(consignment => consignment.Parts)
            .FirstOrDefault(part => part.Line is { Closed: false, Cancelled: 0 } && part.Line.Delivered + part.Line.Damaged < part.Line.Ordered)?.Line.Number
        : null;

    /// <summary>What no event says: units of a line, or of any, come later than they are promised, or came.</summary>
    public bool IsLate(string order, int? line) => _orders.TryGetValue(order, out var track)
        ? track.Lines.Any(each => (line is null || each.Number == line) && ComesLate(track, each))
        : _late.Any(each => each.Order == order && (line is null || each.Line == line));

    private static bool ComesLate(PurchaseTrack track, BoughtLine line) => track.Consignments.Exists(consignment =>
        consignment.ArrivesAt >= BusinessHours.Midnight(track.SentAt.AddDays(track.Supplier.Habits.PromisedDays)).AddDays(1)
        && consignment.Parts.Exists(part => part.Line == line));

    /// <summary>Puts a line's units into the consignments, or refuses it.</summary>
    private bool TakeOn(PurchaseTrack track, BoughtLine line)
    {
        var (habits, dice) = (track.Supplier.Habits, Dice.For(stage.Seed, "purchase line", track.Id, line.Number));
        if (dice.Chance(habits.RefuseRate))
            return false;
        var second = track.Consignments.Count > 1 && dice.Chance(0.5) ? dice.Chance(0.5) ? line.Ordered : line.Ordered / 2 : 0;
        var parts = new List<Consignment.Part>();
        foreach (var (consignment, quantity) in track.Consignments.Zip([line.Ordered - second, second]))
            if (quantity > 0)
            {
                parts.Add(new(line, quantity));
                consignment.Parts.Add(parts[^1]);
            }
        var part = parts[dice.Between(0, parts.Count - 1)];
        if (dice.Chance(habits.ShortRate))
        {
            part.Missing = dice.Chance(0.15) ? part.Quantity : Math.Max(1, (long)(part.Quantity * dice.Between(0.05, 0.5)));
            part.MissingIsKnown = dice.Chance(0.5);
        }
        else if (dice.Chance(habits.WrongItemRate) && market.OtherThan(track.Supplier.Id, line.Sku, ref dice) is { } other)
        {
            part.Missing = part.Wrong = Math.Max(1, (long)(part.Quantity * dice.Between(0.1, 0.6)));
            part.WrongSku = other;
        }
        else if (dice.Chance(habits.OverRate))
            part.Over = Math.Max(1, (long)(part.Quantity * dice.Between(0.02, 0.15)));
        if (dice.Chance(habits.DearerRate))
        {
            var dearer = dice.Between(0.02, 0.12);
            (line.Price, line.Dearer) = (decimal.Round(line.Price * (1 + (decimal)dearer), 4), true);
            tell(new Fault(Faults.Dearer, track.SentAt, track.Supplier.Id, track.Id, line.Number, line.Sku, Part: Math.Round(dearer, 4)));
        }
        return true;
    }

    private void Answer(PurchaseTrack track, List<BoughtLine> refused, bool acknowledges, DateTimeOffset now)
    {
        // What the retailer has cancelled meanwhile nobody answers any more.
        if (!track.Consignments.Exists(consignment => consignment.Alive) && refused.Count == 0)
            return;
        foreach (var line in refused)
        {
            line.Cancelled = line.Ordered;
            line.Closed = true;
            tell(new Fault(Faults.Refused, now, track.Supplier.Id, track.Id, line.Number, line.Sku, line.Ordered));
        }
        if (!acknowledges)
        {
            tell(new Fault(Faults.NotAcknowledged, now, track.Supplier.Id, track.Id));
            if (refused.Count > 0)
                stage.Emit(EventCatalogue.PurchaseOrderCancelled, $"po-cancelled:{track.Id}", track.Id, now,
                    new PurchaseOrderCancelled("supplier", "not available", [.. refused.Select(line => line.Number)]));
            return;
        }
        // Half of those that want more say so; the others let the invoice say it.
        var dice = Dice.For(stage.Seed, "answer", track.Id);
        var lines = refused.ConvertAll(line => new PurchaseOrderAcknowledged.PromisedLine(line.Number, Quantity: 0));
        foreach (var line in track.Lines.Where(line => line is { Dearer: true, Closed: false }))
            if (dice.Chance(0.5))
                lines.Add(new(line.Number, Price: line.Price));
        stage.Emit(EventCatalogue.PurchaseOrderAcknowledged, $"po-acknowledged:{track.Id}", track.Id, now, new PurchaseOrderAcknowledged(
            Promise(track.SentAt.AddDays(track.Supplier.Habits.PromisedDays), now), lines.Count > 0 ? lines : null, $"{dice.Between(10_000, 999_999)}"));
    }

    /// <summary>A promise is a day, until its evening; not one that is over.</summary>
    private static DateTimeOffset Promise(DateTimeOffset at, DateTimeOffset now) =>
        BusinessHours.Midnight(BusinessHours.Working(Later(at, now.AddHours(6)))).AddHours(18);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private void Plan(Consignment consignment, DateTimeOffset estimate, DateTimeOffset answered)
    {
        var (track, habits) = (consignment.Order, consignment.Order.Supplier.Habits);
        var dice = Dice.For(stage.Seed, "consignment", track.Id, consignment.Number);
        var departs = estimate.AddDays(-habits.TransitDays);
        departs = Later(departs, answered + Packing);
        estimate = BusinessHours.Working(Later(estimate, departs + Packing));
        var arrives = estimate;
        if (dice.Chance(habits.LateRate))
        {
            arrives = BusinessHours.Working(estimate.AddDays(habits.LateDays * dice.Between(0.6, 2.0)));
            Tell(Faults.Late, estimate, arrives);
            if (dice.Chance(habits.WarnRate))
                Say(estimate.AddDays(-habits.TransitDays * dice.Between(0.2, 1.0)), arrives, "behind schedule");
        }
        if (market.HeldUpUntil(track.Supplier.Id, arrives) is { } free)
        {
            var expected = arrives;
            arrives = BusinessHours.Working(free.AddDays(dice.Between(0.0, 2.0)));
            Tell(Faults.HeldUp, expected, arrives);
            if (!habits.ReportsMilestones && dice.Chance(habits.WarnRate))
                Say(expected, arrives, "held up on the way");
        }
        consignment.ArrivesAt = arrives;
        stage.At(departs, now => Depart(consignment, now, estimate));
        if (habits.ReportsMilestones)
        {
            var way = estimate - departs;
            Milestone("departed", departs.AddMinutes(30), estimate);
            Milestone("arrived_at_port", departs + (way * 0.7), arrives);
            Milestone("customs_cleared", arrives - (way * 0.15), arrives);
            Milestone("out_for_delivery", arrives.AddHours(-2), arrives);
        }
        stage.At(arrives, now => Arrive(consignment, now));

        void Tell(string fault, DateTimeOffset expected, DateTimeOffset comes) => stage.At(expected, now =>
        {
            if (consignment.Alive)
                tell(new Fault(fault, now, track.Supplier.Id, track.Id, Days: Math.Round((comes - expected).TotalDays, 2), Told: consignment.Id));
        });

        void Say(DateTimeOffset at, DateTimeOffset promised, string why) => stage.At(BusinessHours.Working(Later(at, answered.AddHours(1))), now =>
        {
            if (!consignment.Arrived && consignment.Alive && now < promised)
                stage.Emit(EventCatalogue.PurchaseOrderDateChanged, $"po-date:{consignment.Id}:{now:yyyyMMddHHmmss}", track.Id, now,
                    new PurchaseOrderDateChanged(Promise(promised, now), [.. consignment.Parts.Select(part => part.Line.Number).Distinct()], why));
        });

        void Milestone(string what, DateTimeOffset at, DateTimeOffset expected) => stage.At(at, now =>
        {
            if (consignment is { Departed: true, Arrived: false, Alive: true })
                stage.Emit(EventCatalogue.PurchaseOrderMilestone, $"po-milestone:{consignment.Id}:{what}", track.Id, now,
                    new PurchaseOrderMilestone(what, consignment.AsnId, Later(expected, now)));
        });
    }

    private void Depart(Consignment consignment, DateTimeOffset now, DateTimeOffset expected)
    {
        consignment.Departed = true;
        var announced = consignment.Parts.Where(part => part.Claimed > 0).ToList();
        if (!consignment.Order.Supplier.Habits.Announces || announced.Count == 0)
            return;
        consignment.AsnId = $"ASN-{consignment.Id}";
        stage.Emit(EventCatalogue.PurchaseOrderAsnSent, $"po-asn:{consignment.Id}", consignment.Order.Id, now, new AsnSent(
            consignment.AsnId, Later(expected, now), [.. announced.Select(part => new AsnSent.AnnouncedLine(part.Line.Number, part.Claimed))]));
    }

    private void Arrive(Consignment consignment, DateTimeOffset now)
    {
        if (!consignment.Alive)
            return;
        consignment.Arrived = true;
        billing.Bill(consignment, now);
        goodsIn.Receive(consignment, now);
        if (consignment.Order.Over)
            stage.At(now, later => End(consignment.Order, later));
    }

    /// <summary>All of it has come or will not: of what is missing of lines that no last receipt has closed the buyer says so.</summary>
    private void End(PurchaseTrack track, DateTimeOffset now)
    {
        if (!_orders.Remove(track.Id))
            return;
        foreach (var line in track.Lines.Where(line => ComesLate(track, line)))
            _late.Add((track.Id, line.Number));
        foreach (var line in track.Lines)
            tell(new LineTruth(
                track.Id, line.Number, track.Supplier.Id, line.Sku, track.Location, line.Ordered, line.Delivered, line.Damaged, line.Short, line.Cancelled,
                line.Over, track.SentAt, line.LastArrivedAt));
        goodsIn.CloseShort(track, now);
    }
}
