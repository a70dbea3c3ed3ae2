using System.Text.Json;
using EcomIntel.Core.Events;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.Procurement.Faults;

/// <summary>
/// Four days of purchasing in which everything happens that can: each kind of event, and each kind of bad input. Its end is in <see cref="PurchasingEnds"/>.
/// What an event needs comes on the same day, so that it may also be heard first; what contradicts another fact comes on a later day, since of two the one that
/// was heard first stands.
/// </summary>
internal static class PurchasingStory
{
    public const int Days = 4;

    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly LocationId North = new("north");
    private static readonly LocationId South = new("south");

    /// <summary>The evening of a day: all of it was told.</summary>
    public static DateTimeOffset Evening(int day) => Monday.AddDays(day).AddHours(20);

    /// <summary>The morning after a day: stock was valued and replenished.</summary>
    public static DateTimeOffset Morning(int day) => Monday.AddDays(day + 1).AddHours(6);

    /// <summary>What was known before: places, items, terms.</summary>
    public static IReadOnlyList<CloudEvent> Beginning { get; } = Of(Begin);

    /// <summary>What is told on each day, in order.</summary>
    public static IReadOnlyList<IReadOnlyList<CloudEvent>> Told { get; } = [Of(TellMonday), Of(TellTuesday), Of(TellWednesday), Of(TellThursday)];

    public static IReadOnlyList<CloudEvent> All { get; } = [.. Beginning, .. Told.SelectMany(day => day)];

    /// <summary>A day as it may be heard: each event twice or more, in any order; some of the day before once more.</summary>
    /// <param name="keysInOrder">Those of one key in their order, as Kafka keeps it; doubles follow at once.</param>
    public static List<CloudEvent> Doubled(int day, Random random, bool keysInOrder)
    {
        var heard = Told[day].SelectMany(e => Enumerable.Repeat(e, random.Next(2, 4))).ToArray();
        var keys = heard.GroupBy(KeyOf).ToDictionary(key => key.Key, key => new Queue<CloudEvent>(key));
        random.Shuffle(heard);
        List<CloudEvent> told = [.. keysInOrder ? heard.Select(e => keys[KeyOf(e)].Dequeue()) : heard];
        foreach (var e in day == 0 ? Beginning : Told[day - 1])
            if (random.Next(3) == 0)
                told.Insert(random.Next(told.Count), e);
        return told;

        static (string?, string) KeyOf(CloudEvent e) => (e.Type.Topic, e.Subject);
    }

    private delegate void Say(double hour, EventType type, string subject, IEventData data);

    private static void Begin(Say say)
    {
        say(6, Types.LocationUpdated, "north", new LocationUpdated("North", Priority: 1));
        say(6, Types.LocationUpdated, "south", new LocationUpdated("South", Priority: 2));
        foreach (var (sku, cost) in (ReadOnlySpan<(string, decimal)>)[("mug", 2m), ("cup", 1m), ("lamp", 18m), ("bolt", 0.3m), ("vase", 4m), ("tea", 3m)])
            say(6, Types.ItemUpdated, sku, new ItemUpdated(sku, UnitCost: cost));
        Policy(say, 6, "purchasing", 1,
            """{"approveBelow":500,"approveNewSuppliersByPerson":false,"acknowledgeWithin":"1.00:00:00","lateAfter":"1.00:00:00"}""");
        Policy(say, 6, "invoices", 1, """{"waitFor":"2.00:00:00"}""");
        Policy(say, 6, "replenishment", 1, """{"method":"none"}""");
        say(6.1, Types.SupplierUpdated, "acme",
            new SupplierUpdated("Acme", LeadTimeDays: 3, ShortTolerance: 0.05m, OverTolerance: 0.1m, PriceTolerance: 0.02m, Rank: 1));
        say(6.1, Types.SupplierUpdated, "bolts", new SupplierUpdated("Bolts Inc", "USD", LeadTimeDays: 2, InspectReceipts: true));
        say(6.1, Types.SupplierUpdated, "cargo", new SupplierUpdated("Cargo", "EUR", LeadTimeDays: 3));
        say(6.1, Types.RateUpdated, "USD", new RateUpdated(0.8m));
        say(6.2, Types.SupplierItemUpdated, "acme", new SupplierItemUpdated(new("mug"), 2.5m, MinimumQuantity: 10, PackMultiple: 5));
        foreach (var (sku, price) in (ReadOnlySpan<(string, decimal)>)[("cup", 1.25m), ("lamp", 20m), ("vase", 5m)])
            say(6.2, Types.SupplierItemUpdated, "acme", new SupplierItemUpdated(new(sku), price));
        say(6.2, Types.SupplierItemUpdated, "cargo", new SupplierItemUpdated(new("tea"), 3.1m));
        say(6.2, Types.SupplierItemUpdated, "bolts", new SupplierItemUpdated(new("bolt"), 0.3333m));
        say(6.3, Types.StockReceived, "mug", new StockReceived(North, 50, UnitCost: 2.2m));
        say(6.3, Types.StockReceived, "vase", new StockReceived(South, 40, UnitCost: 4m));
    }

    private static void TellMonday(Say say)
    {
        // Facts that are older than what is known; and a supplier and a rate that may be heard of after an order in them.
        say(5, Types.SupplierUpdated, "acme", new SupplierUpdated("Acme of old", "EUR", LeadTimeDays: 90));
        say(5, Types.SupplierItemUpdated, "acme", new SupplierItemUpdated(new("mug"), 99m));
        say(5, Types.RateUpdated, "USD", new RateUpdated(0.5m));
        say(8.7, Types.SupplierUpdated, "new", new SupplierUpdated("New", LeadTimeDays: 3));
        say(8.9, Types.RateUpdated, "EUR", new RateUpdated(0.85m));

        Placed(say, 8, "P-1", "acme", ("mug", 100, 2.5m), ("cup", 40, 1.25m), ("lamp", 10, 20m));
        Placed(say, 8.1, "P-6", "acme", ("mug", 20, 2.6m));
        Placed(say, 8.2, "P-8", "acme", Hour(2, 8), ("lamp", 5, 20m)); // never heard of again
        Placed(say, 8.3, "P-12", "acme", ("mug", 12, 2.5m)); // no multiple of 5
        Placed(say, 9, "P-7", "cargo", ("tea", 100, 3.1m));
        Placed(say, 9, "P-15", "new", ("cup", 5, 1m)); // of which there is no list
        Placed(say, 8.1, "P-16", "acme", ("cup", 10, 1.25m)); // told more than once when it comes
        Acknowledged(say, 9, "P-16", 2);
        Acknowledged(say, 9.4, "P-16", 3, reference: "SO-16");
        say(9.6, Types.PurchaseOrderDateChanged, "P-16", new PurchaseOrderDateChanged(Hour(4, 12)));
        say(9.8, Types.PurchaseOrderAsnSent, "P-16", new AsnSent("A-16", Hour(2, 12), [new(1, 10)]));
        Acknowledged(say, 9.1, "P-1", 2, reference: "SO-1");
        say(9.5, Types.PurchaseOrderDateChanged, "P-1", new PurchaseOrderDateChanged(Hour(3, 12), [3], "strike"));
        say(10, Types.PurchaseOrderAsnSent, "P-1", new AsnSent("A-1", Hour(1, 10), [new(1, 60), new(2, 40)], "Maersk"));
        say(10.1, Types.PurchaseOrderMilestone, "P-1", new PurchaseOrderMilestone("departed", "A-1", Hour(1, 11)));
        say(10.2, Types.PurchaseOrderAsnSent, "P-1", new AsnSent("A-1", Hour(1, 10), [new(1, 60), new(2, 40)], "Maersk")); // told again
        foreach (var order in (string[])["P-6", "P-7", "P-12", "P-15"])
            Acknowledged(say, 9.2, order, 3);

        Drafted(say, 8.2, "P-2", "bolts", ("bolt", 3_000, 0.3333m), ("lamp", 4, 15m));
        Drafted(say, 8.3, "P-3", "acme", ("lamp", 30, 20m));
        Drafted(say, 8.4, "P-4", "acme", ("mug", 20, 2.5m), ("cup", 20, 1.25m));
        Decided(say, 8.5, Types.PurchaseOrderSubmitted, "ann", "P-2", "P-3", "P-4");
        Decided(say, 8.6, Types.PurchaseOrderApproved, "ann", "P-2"); // who made it
        Decided(say, 8.7, Types.PurchaseOrderApproved, "ben", "P-2");
        Decided(say, 8.7, Types.PurchaseOrderRejected, "ben", "P-3");
        Decided(say, 8.8, Types.PurchaseOrderSent, "ann", "P-2");
        say(11, Types.PurchaseOrderAcknowledged, "P-2", new PurchaseOrderAcknowledged(Hour(2, 12), [new(2, Quantity: 0)]));
        Acknowledged(say, 11, "P-4", 2);
        say(12, Types.PurchaseOrderCancelled, "P-4", new PurchaseOrderCancelled("ann", "not needed", [1]));

        say(10.5, Types.OrderPlaced, "O-1", new OrderPlaced("web", [new(1, new("lamp"), 3, 30m)]));
        Invoiced(say, 16, "I-1", "acme", "A-100", "GBP", 247m, [("P-1", 1, 60, 2.5m), ("P-1", 2, 38, 1.25m)], freight: 10m, tax: 39.5m);
        Invoiced(say, 17, "I-7", "acme", "A-103", "GBP", 100m, [("P-8", 1, 5, 20m)]);

        // What there is not, and what cannot be.
        Received(say, 15, "P-9", "R-90", [new(new("mug"), 1)]);
        Received(say, 15, "P-1", "R-91", [new(new("plate"), 1)]);
        Received(say, 15, "P-1", "R-92", [new(new("mug"), 1, 7)]);
        Received(say, 15, "P-2", "R-93", [new(new("bolt"), 1)], "ben"); // who approved it
        Received(say, 15, "P-2", "R-94", [new(new("bolt"), 1)], "ann"); // who made it
        Drafted(say, 15, "P-11", "acme", ("mug", 12, 2.5m));
        Placed(say, 15, "P-10", "acme", ("plate", 1, 1m));
        Placed(say, 15, "P-14", "nobody", ("mug", 1, 1m));
        say(15, Types.PurchaseOrderPlaced, "P-13", new PurchaseOrderPlaced(new("acme"), North, "erp", [new(1, new("mug"), 10, 2m)], "JPY"));
        say(15, Types.PurchaseOrderDateChanged, "P-8", new PurchaseOrderDateChanged(Hour(-30, 8)));
        say(15, Types.PurchaseOrderMilestone, "P-1", new PurchaseOrderMilestone("departed", "A-9"));
        say(15, Types.PurchaseOrderInspected, "P-1", new GoodsInspected(new("R-99"), new("mug"), "eve", 1));
        say(15, Types.ReceiptMatched, "P-1", new ReceiptMatched(new("B-99"), "dora"));
        say(15, Types.ClaimAccepted, "P-1", new ClaimAnswered(new("P-1/9/SHORT"), "acme"));
        Invoiced(say, 15, "I-8", "acme", "A-900", "GBP", 1m, [("P-9", 1, 1, 1m)]);
        say(15, Types.InvoiceApproved, "I-99", new InvoiceDecided("fay"));
        say(15, Types.ChargeReceived, "C-9", new ChargeReceived("duty", 1m, "GBP", [new("R-99")]));
        say(15, Types.ProposalAccepted, "PP-99", new ProposalAccepted("pia"));
    }

    private static void TellTuesday(Say say)
    {
        Received(say, 9, "P-1", "R-1", [new(new("mug"), 60, 1, 2), new(new("cup"), 38, 2)], asn: "A-1");
        say(10, Types.ChargeReceived, "C-1", new ChargeReceived("freight", 12m, "GBP", [new("R-1")]));
        say(15, Types.ClaimAccepted, "P-1", new ClaimAnswered(new("R-1/1/DAMAGED"), "acme"));
        Received(say, 10, "P-2", "R-3", [new(new("bolt"), 2_990, 1)], "rob");
        Inspected(say, 11, "P-2", "R-3", "bolt", 2_900, 40);
        Inspected(say, 12, "P-2", "R-3", "bolt", 30, 0);
        Received(say, 14, "P-4", "R-4", [new(new("cup"), 20, 2), new(new("mug"), 5, 1)]); // mugs that were cancelled
        Received(say, 11.5, "P-6", "R-5", [new(new("mug"), 5, 1, Discrepancy: "mislabelled"), new(new("vase"), 3)]);
        Blind(say, 12, "B-1", ("mug", 6), ("vase", 2));
        say(16, Types.ReceiptMatched, "P-6", new ReceiptMatched(new("B-1"), "dora"));
        Received(say, 13, "P-16", "R-16", [new(new("cup"), 8, 1)], asn: "A-16");
        Received(say, 13.5, "P-16", "R-17", [new(new("cup"), 2, 1)], asn: "A-16");
        Placed(say, 8, "P-5", "acme", ("vase", 12, 5m));
        Acknowledged(say, 9, "P-5", 3);
        say(15, Types.PurchaseOrderCancelled, "P-5", new PurchaseOrderCancelled("supplier", "no clay"));
        foreach (var order in (string[])["P-12", "P-15"])
            say(9, Types.PurchaseOrderCancelled, order, new PurchaseOrderCancelled("erp"));
        Policy(say, 12, "replenishment", 2, """
            {"method":"none","rules":[{"sku":"mug","location":"north","method":"min_max","minimum":200,"maximum":250},
            {"sku":"cup","location":"north","method":"min_max","minimum":100,"maximum":120},
            {"sku":"bolt","location":"north","method":"min_max","minimum":3000,"maximum":4000},
            {"sku":"lamp","location":"north","method":"min_max","minimum":12,"maximum":16},
            {"sku":"vase","location":"north","method":"min_max","minimum":10,"maximum":30}]}
            """);

        // The same again, otherwise.
        say(17, Types.PurchaseOrderAsnSent, "P-1", new AsnSent("A-1", Hour(1, 10), [new(1, 61)]));
        Placed(say, 17, "P-8", "acme", ("lamp", 6, 20m));
        Invoiced(say, 17, "I-4", "acme", "A-100", "GBP", 247m, [("P-1", 1, 60, 2.5m), ("P-1", 2, 38, 1.25m)], freight: 10m, tax: 39.5m);
    }

    private static void TellWednesday(Say say)
    {
        Received(say, 9.5, "P-1", "R-2", [new(new("mug"), 30), new(new("lamp"), 12, 3)], complete: true);
        say(9, Types.ClaimCredited, "P-1", new ClaimCredited(new("R-1/1/DAMAGED"), 4.5m, "GBP", "acme"));
        say(10, Types.ClaimRefused, "P-1", new ClaimAnswered(new("P-1/1/SHORT"), "acme"));
        say(11, Types.PurchaseOrderLineClosed, "P-2", new PurchaseOrderLineClosed(1, "ann", "enough"));
        say(14, Types.PurchaseOrderLineClosed, "P-6", new PurchaseOrderLineClosed(1, "supplier"));
        Received(say, 10, "P-7", "R-6", [new(new("tea"), 50, 1, Lot: "L1", ExpiresAt: Hour(400, 0))]);
        Blind(say, 12, "B-2", ("cup", 4));
        say(8, Types.PurchaseOrderDateChanged, "P-5", new PurchaseOrderDateChanged(Hour(9, 8))); // it was cancelled
        Invoiced(say, 12, "I-2", "acme", "A-101", "GBP", 78m, [("P-1", 1, 30, 2.6m)]);
        Invoiced(say, 13, "I-3", "acme", "A-102", "GBP", 300m, [("P-1", 3, 15, 20m)]);
        Invoiced(say, 15, "I-6", "bolts", "B-1", "USD", 996.57m, [("P-2", 1, 2_990, 0.3333m)]);
        say(12, Types.ChargeReceived, "C-1", new ChargeReceived("freight", 13m, "GBP", [new("R-1")])); // told before, of 12

        say(8, Types.ProposalAccepted, "TP-20260304-north-vase", new ProposalAccepted("pia"));
        say(9, Types.ProposalAccepted, "PP-20260304-north-mug", new ProposalAccepted("ann", 100, "for the fair"));
        say(9.5, Types.ProposalDismissed, "PP-20260304-north-cup", new ProposalDismissed("pia", "out of fashion", Hour(60, 0)));
        Acknowledged(say, 12, "PO-PP-20260304-north-mug", 4);
        say(10, Types.TransferDispatched, "vase", new TransferDispatched("TP-20260304-north-vase", South, North, 25));

        // What was told before, otherwise; and more than there is.
        Received(say, 15, "P-1", "R-1", [new(new("mug"), 61, 1)]);
        Inspected(say, 15, "P-2", "R-3", "bolt", 5_000, 0);
        say(15, Types.ClaimCredited, "P-1", new ClaimCredited(new("R-1/1/DAMAGED"), 4.5m, "USD", "acme"));
        Invoiced(say, 15, "I-5", "acme", "A-100", "GBP", 250m, [("P-1", 1, 60, 2.5m)]);
    }

    private static void TellThursday(Say say)
    {
        Acknowledged(say, 9, "P-1", 5); // it is closed
        say(9, Types.StockAdjusted, "tea", new StockAdjusted(North, -20, "the staff's", Lot: "L1"));
        say(9, Types.InvoiceApproved, "I-2", new InvoiceDecided("fay", "agreed by phone"));
        say(10, Types.InvoiceDisputed, "I-3", new InvoiceDecided("fay", "12 came"));
        Invoiced(say, 12, "I-9", "cargo", "C-1", "GBP", 155m, [("P-7", 1, 50, 3.1m)]);
        say(12, Types.ChargeReceived, "C-2", new ChargeReceived("duty", 6m, "GBP", [new("R-2"), new("R-6")], "quantity"));
        Received(say, 10, "P-7", "R-7", [new(new("tea"), 50, 1, Lot: "L2", ExpiresAt: Hour(2, 0))]);
        Received(say, 11, "PO-PP-20260304-north-mug", "R-8", [new(new("mug"), 100)]);
        Received(say, 10.5, "PO-PP-20260304-north-mug", "R-95", [new(new("mug"), 100)], "ann"); // who accepted the proposal
        say(9, Types.ProposalDismissed, "PP-20260304-north-mug", new ProposalDismissed("pia")); // it was accepted
        say(11, Types.OrderPlaced, "O-2", new OrderPlaced("web", [new(1, new("lamp"), 12, 30m)]));
        say(8, Types.TransferReceived, "vase", new TransferReceived("TP-20260304-north-vase", North, 24));
        say(12, Types.TransferLost, "vase", new TransferLost("TP-20260304-north-vase", 1));
    }

    private static DateTimeOffset Hour(int day, double hour) => Monday.AddDays(day).AddMinutes(Math.Round(hour * 60));

    /// <summary>The events of one day, numbered and in order of their times.</summary>
    private static IReadOnlyList<CloudEvent> Of(Action<Say> tell)
    {
        var events = new List<CloudEvent>();
        var day = tell == (Action<Say>)TellTuesday ? 1 : tell == (Action<Say>)TellWednesday ? 2 : tell == (Action<Say>)TellThursday ? 3 : 0;
        tell((hour, type, subject, data) =>
            events.Add(new($"{tell.Method.Name}-{events.Count}", "tests", type, subject, Hour(day, hour), data)));
        return [.. events.OrderBy(e => e.Time)];
    }

    private static void Policy(Say say, double hour, string kind, int version, string settings) =>
        say(hour, Types.PolicyUpdated, kind, new PolicyUpdated(version, JsonElement.Parse(settings)));

    private static void Placed(Say say, double hour, string id, string supplier, params ReadOnlySpan<(string Sku, long Quantity, decimal Price)> lines) =>
        Placed(say, hour, id, supplier, null, lines);

    private static void Placed(
        Say say, double hour, string id, string supplier, DateTimeOffset? due, params ReadOnlySpan<(string Sku, long Quantity, decimal Price)> lines) =>
        say(hour, Types.PurchaseOrderPlaced, id, new PurchaseOrderPlaced(new(supplier), North, "erp", Lines(lines), DueAt: due));

    private static void Drafted(Say say, double hour, string id, string supplier, params ReadOnlySpan<(string Sku, long Quantity, decimal Price)> lines) =>
        say(hour, Types.PurchaseOrderDrafted, id, new PurchaseOrderPlaced(new(supplier), North, "ann", Lines(lines)));

    private static List<PurchaseOrderPlaced.OrderedLine> Lines(ReadOnlySpan<(string Sku, long Quantity, decimal Price)> lines)
    {
        var ordered = new List<PurchaseOrderPlaced.OrderedLine>();
        foreach (var (sku, quantity, price) in lines)
            ordered.Add(new(ordered.Count + 1, new(sku), quantity, price));
        return ordered;
    }

    private static void Decided(Say say, double hour, EventType type, string by, params ReadOnlySpan<string> orders)
    {
        foreach (var order in orders)
            say(hour, type, order, new PurchaseOrderDecided(by));
    }

    private static void Acknowledged(Say say, double hour, string order, int day, string? reference = null) =>
        say(hour, Types.PurchaseOrderAcknowledged, order, new PurchaseOrderAcknowledged(Hour(day, 12), Reference: reference));

    private static void Received(
        Say say, double hour, string order, string receipt, IReadOnlyList<GoodsReceived.DeliveredLine> lines, string by = "cleo", string? asn = null,
        bool complete = false) => say(hour, Types.PurchaseOrderReceived, order, new GoodsReceived(new(receipt), North, by, lines, asn, complete));

    private static void Inspected(Say say, double hour, string order, string receipt, string sku, long accepted, long rejected) =>
        say(hour, Types.PurchaseOrderInspected, order, new GoodsInspected(new(receipt), new(sku), "eve", accepted, rejected));

    private static void Blind(Say say, double hour, string receipt, params ReadOnlySpan<(string Sku, long Quantity)> lines)
    {
        var blind = new List<BlindReceived.BlindLine>();
        foreach (var (sku, quantity) in lines)
            blind.Add(new(new(sku), quantity));
        say(hour, Types.ReceiptBlind, receipt, new BlindReceived(new("acme"), North, "cleo", blind));
    }

    private static void Invoiced(
        Say say, double hour, string id, string supplier, string number, string currency, decimal total,
        IReadOnlyList<(string Order, int Line, long Quantity, decimal Price)> lines, decimal freight = 0, decimal tax = 0) =>
        say(hour, Types.InvoiceReceived, id, new InvoiceReceived(
            new(supplier), number, currency, total,
            [.. lines.Select((line, index) => new InvoiceReceived.InvoicedLine(index + 1, new(line.Order), line.Line, line.Quantity, line.Price))],
            tax, freight));
}
