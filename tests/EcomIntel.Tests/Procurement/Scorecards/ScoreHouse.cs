using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Core.Procurement.Suppliers;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Procurement.Scorecards;

/// <summary>
/// One node; supplier S-1 lists cups at 2.00 GBP, one part in ten may be missing. What happens is told by the day after the house opened and the hour; each day
/// is scored at five in the morning of the next.
/// </summary>
internal sealed class ScoreHouse
{
    public static readonly DateTimeOffset Opens = SmallHouse.Opens;

    public ScoreHouse()
    {
        House = new(["north"]);
        Assert.Null(House.Policy("events", 1, Opens, """{"maxAhead": "366.00:00:00"}"""));
        Assert.Null(House.Hear(Types.ItemUpdated, "cup", new ItemUpdated("Cup", "kitchen", 1.5m)));
        Assert.Null(House.Hear(Types.ItemUpdated, "jug", new ItemUpdated("Jug", "kitchen", 8m)));
        Supplier("S-1");
        Sells("S-1", 2m);
    }

    public SmallHouse House { get; }

    public IReadOnlyList<SupplierScore> Scores => House.House.Get<ScoreBook>().Made;

    public PurchaseOrderLine Line(string order, int number = 1) => House.House.Get<PurchaseOrderBook>().Find(new(order))!.Line(number)!;

    public SupplierClaim Claim(string id) => House.House.Get<ReceiptBook>().Find(new ClaimId(id))!;

    public static DateTimeOffset At(double day, double hour = 9) => Opens.AddDays(day).AddHours(hour);

    public static DateOnly Day(int day) => DateOnly.FromDateTime(Opens.AddDays(day).UtcDateTime);

    public ScoreHouse Supplier(string id, string currency = "GBP", int rank = 100) => Tell(Types.SupplierUpdated, id, 0, new SupplierUpdated(
        id, currency, ShortTolerance: 0.1m, OverTolerance: 0.1m, Rank: rank, InspectReceipts: false), 0);

    public ScoreHouse Sells(string supplier, decimal price, string sku = "cup") =>
        Tell(Types.SupplierItemUpdated, supplier, 0, new SupplierItemUpdated(new(sku), price, LeadTimeDays: 10), 0);

    public ScoreHouse Tell(EventType type, string subject, double day, IEventData data, double hour = 9)
    {
        Assert.Null(House.Hear(type, subject, data, At(day, hour)));
        return this;
    }

    /// <summary>Cups, a line for each quantity, of another system: due at noon of a day.</summary>
    public ScoreHouse Order(string id, double day, double due, params long[] quantities) => Order(id, "S-1", day, due, 2m, quantities);

    public ScoreHouse Order(string id, string supplier, double day, double due, decimal price, params long[] quantities) =>
        Tell(Types.PurchaseOrderPlaced, id, day, new PurchaseOrderPlaced(new(supplier), new("north"), "erp",
            [.. quantities.Select((quantity, index) => new PurchaseOrderPlaced.OrderedLine(index + 1, new("cup"), quantity, price))], DueAt: At(due, 12)));

    public ScoreHouse Promise(string id, double day, double promised) =>
        Tell(Types.PurchaseOrderAcknowledged, id, day, new PurchaseOrderAcknowledged(At(promised, 12)), 10);

    public ScoreHouse Receive(string id, double day, double hour, params (int Line, long Quantity)[] lines) => Receive(id, day, hour, false, lines);

    public ScoreHouse Receive(string id, double day, double hour, bool complete, params (int Line, long Quantity)[] lines) =>
        Tell(Types.PurchaseOrderReceived, id, day, new GoodsReceived(new($"R-{id}-{day}-{hour}"), new("north"), "cleo",
            [.. lines.Select(line => new GoodsReceived.DeliveredLine(new("cup"), line.Quantity, line.Line))], Complete: complete), hour);

    /// <summary>As of the end of a day, counted anew of all that is known: what has happened since does not show.</summary>
    public Scorecard AsOf(int day, int window = 180, string supplier = "S-1") => ScoreReckoning.Of(House.House, new(supplier), new(Day(day), window));

    /// <summary>As it was made the morning after.</summary>
    public SupplierScore Made(int day, string supplier = "S-1")
    {
        House.Pass(At(day + 1, 6));
        return Scores.Single(score => score.Day == Day(day) && score.SupplierId == new SupplierId(supplier));
    }
}
