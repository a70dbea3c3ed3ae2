using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Returns;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Returns;

/// <summary>
/// Two nodes, and order-1 of one line: units of a mug at 10.00 each, all at north and released there as order-1-S1. Facts are told to it by id; what awaits
/// another fact is applied once it can be.
/// </summary>
internal sealed class ReturnHouse
{
    public static readonly DateTimeOffset Day = SmallHouse.Opens.AddDays(2);
    public static readonly ReturnId R1 = new("R-1");

    private readonly List<Told> _waiting = [];

    public sealed record Told(string Id, EventType Type, string Subject, IEventData Data, DateTimeOffset At);

    public ReturnHouse(long quantity, bool shipped = true, decimal price = 10m, decimal? taxes = null, decimal? shipping = null)
    {
        House = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", quantity);
        var order = new OrderPlaced("web", [new(1, new("mug"), quantity, price)], "EUR", Taxes: taxes, Shipping: shipping);
        Assert.Null(House.Apply(EventCatalogue.OrderPlaced, "order-1", order));
        House.Round();
        if (shipped)
            Assert.Null(House.Apply(EventCatalogue.ShipmentPickedUp, "order-1-S1", new ShipmentMoved(), Day.AddDays(-1)));
    }

    public SmallHouse House { get; }

    public Return Return(string id = "R-1") => House.House.Get<ReturnBook>().Find(new(id))!;

    /// <summary>But for what is overdue: nobody here says that a parcel was delivered.</summary>
    public IReadOnlyList<Reported> Cases => House.Reports.FindAll(each => each.Category != CaseCategory.ShipmentOverdue);

    public int Waiting => _waiting.Count;

    public static Told Requested(double hour, long quantity, string id = "R-1") =>
        Of(EventCatalogue.ReturnRequested, hour, new ReturnRequested(new(id), [new(1, quantity)]));

    public static Told Received(double hour, string place, long quantity, string id = "R-1") =>
        Of(EventCatalogue.ReturnReceived, hour, new ReturnReceived(new(id), new(place), [new(1, quantity)]));

    public static Told Inspected(double hour, long quantity, string disposition, string? place = null, string id = "R-1") =>
        Of(EventCatalogue.ReturnInspected, hour, new ReturnInspected(new(id), [new(1, quantity, disposition)], place is null ? null : new(place)));

    public static Told Authorized(double hour, string id = "R-1") => Of(EventCatalogue.ReturnAuthorized, hour, new ReturnAuthorized(new(id)));

    public static Told Refused(double hour, string id = "R-1") => Of(EventCatalogue.ReturnRefused, hour, new ReturnRefused(new(id), "worn"));

    public static Told Closed(double hour, string id = "R-1") => Of(EventCatalogue.ReturnClosed, hour, new ReturnClosed(new(id)));

    public static Told Paid(double hour, decimal amount, string? refund = null, string? id = "R-1") =>
        Of(EventCatalogue.RefundPaid, hour, new RefundPaid(amount, id is null ? null : new ReturnId(id), refund));

    /// <summary>Hours after <see cref="Day"/>; the id is made of the type and the time.</summary>
    private static Told Of(EventType type, double hour, IEventData data) =>
        new($"{type.Name}/{hour}/{data}", type, "order-1", data, Day.AddHours(hour));

    /// <summary>Tells facts in this order.</summary>
    public ReturnHouse Tell(params IEnumerable<Told> facts)
    {
        foreach (var fact in facts)
            if (Try(fact) is { } rejection)
            {
                Assert.NotNull(rejection.Awaits);
                _waiting.Add(fact);
            }
            else
                TryWaiting();
        return this;
    }

    public Rejection? Try(Told fact) => House.House.Apply(new(fact.Id, "tests", fact.Type, fact.Subject, fact.At, fact.Data));

    /// <summary>Business time passes.</summary>
    public ReturnHouse Pass(double hours)
    {
        var until = Day.AddHours(hours);
        var due = new DueWork(House.House, Day);
        due.RunUntil(until);
        due.RunAtOnce(until);
        TryWaiting();
        return this;
    }

    /// <summary>How it ends: the return, its units, the stock, the money.</summary>
    public string End(bool withCases = true)
    {
        var lines = House.House.Get<ReturnBook>().All.OrderBy(one => one.Id).Select(one =>
            $"{one.Id} {one.Status} {one.Lines[0].Requested} {one.Lines[0].Received} {one.Lines[0].Inspected} at {one.Location} "
                + $"refunded {one.Refunded ?? 0:0.00}; " + string.Join(", ", one.Lines[0].Units.Where(unit => unit.Quantity > 0)
                    .OrderBy(unit => unit.Location).ThenBy(unit => unit.Disposition, StringComparer.Ordinal)
                    .Select(unit => $"{unit.Quantity} {unit.Location} {unit.Disposition}".TrimEnd()))).ToList();
        foreach (var node in (string[])["north", "south"])
            foreach (var state in Enum.GetValues<StockState>())
                if (House.Units("mug", node, state) is > 0 and var units)
                    lines.Add($"{node} {state} {units}");
        if (withCases)
            lines.AddRange(Cases.Select(one => $"{one.Category} {one.Subject} {one.MoneyAtRisk ?? 0:0.00}").Order(StringComparer.Ordinal));
        return string.Join('\n', lines);
    }

    private void TryWaiting()
    {
        for (var again = true; again;)
        {
            again = false;
            foreach (var fact in _waiting.OrderBy(fact => fact.At).ThenBy(fact => fact.Id, StringComparer.Ordinal).ToList())
                if (Try(fact) is null)
                    again = _waiting.Remove(fact);
        }
    }
}
