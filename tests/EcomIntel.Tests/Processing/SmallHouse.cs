using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EcomIntel.Core;
using EcomIntel.Core.Allocation;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Tests.Processing;

/// <summary>What was reported of a case.</summary>
internal sealed record Reported(string Category, string Subject, LocationId? Location, string Detail, decimal? MoneyAtRisk, DateTimeOffset DetectedAt);

/// <summary>A house in memory: its events are applied as a batch's are, with no database under them.</summary>
internal sealed class SmallHouse
{
    public static readonly DateTimeOffset Opens = Business.Start;
    private readonly BatchRun _run;
    private int _events;

    /// <param name="nodes">Best-ranked first.</param>
    /// <param name="slices">Null: all of the domain.</param>
    public SmallHouse(IReadOnlyList<string> nodes, bool splitLines = true, SliceSet? slices = null)
    {
        House = new(slices ?? Domain.Slices);
        _run = new(House, new Batch("tests", ClockMode.Stream, [], []), null, [], Opens, _ => null);
        for (var rank = 0; rank < nodes.Count; rank++)
            Catalog.Add(new Location { Id = new(nodes[rank]), Name = nodes[rank], Priority = rank, Active = true, UpdatedAt = Opens });
        Catalog.Add(new Channel { Id = "web", Name = "Web", Priority = 1, UpdatedAt = Opens });
        Catalog.Add(new Channel { Id = "market", Name = "Market", Priority = 2, UpdatedAt = Opens });
        House.Get<PolicyBook>().Add(new()
        {
            Kind = AllocationPolicy.Kind.Name, Version = 1, EffectiveAt = Opens, Settings = $$"""{"splitLines":{{(splitLines ? "true" : "false")}}}""",
        });
    }

    public Workspace House { get; }

    public CatalogBook Catalog => House.Get<CatalogBook>();

    public OrderBook Orders => House.Get<OrderBook>();

    public StockBook Stocks => House.Get<StockBook>();

    public AllocationRound Rounds => House.Get<AllocationRound>();

    /// <summary>All that was decided, as JSON.</summary>
    public List<string> Operations => House.Outbox.Seal(0).ConvertAll(row => Encoding.UTF8.GetString(row.Payload));

    /// <summary>The data of all operations of a type that were emitted, in order.</summary>
    public List<T> Emitted<T>(string type, JsonTypeInfo<T> json) =>
        House.Outbox.Seal(0).FindAll(row => row.Type == type).ConvertAll(row => Operation.Parse(row.Payload).Read(json));

    /// <summary>All that was reported of cases, in order: what opened one, and what folded into it.</summary>
    public List<Reported> Reports => House.Get<ExceptionBook>().Entries.FindAll(entry => entry.Detail is not null).ConvertAll(entry =>
    {
        var of = House.Get<ExceptionBook>().Find(entry.CaseId)!;
        return new Reported(of.Category, of.Subject, of.Location, entry.Detail!, entry.MoneyAtRisk, entry.At);
    });

    /// <summary>Units of a sku in one state, of all lots.</summary>
    public long Units(string sku, string node, StockState state) =>
        Stocks.Of(new(sku)).Where(position => position.Location == new LocationId(node)).Sum(position => position[state]);

    public SmallHouse Item(params string[] skus)
    {
        foreach (var sku in skus)
            Catalog.Add(new Item { Sku = new(sku), Name = sku, Active = true, UpdatedAt = Opens });
        return this;
    }

    public Rejection? Apply(EventType type, string subject, IEventData data, DateTimeOffset? at = null)
    {
        var rejection = House.Apply(new($"event-{++_events}", "tests", type, subject, at ?? Opens, data));
        // More roles read what a case says than may read money.
        foreach (var reported in House.Get<ExceptionBook>().Entries)
            Assert.DoesNotMatch(@"\d[.,]\d|EUR", reported.Detail ?? "");
        return rejection;
    }

    /// <summary>
    /// An event as ingest hears it, whatever the order: what awaits another waits, and is applied right after it; due work runs as time passes. So a test may
    /// send a small history in each order of arrival.
    /// </summary>
    /// <returns>Why it was not applied at once; null if it was.</returns>
    public Rejection? Hear(EventType type, string subject, IEventData data, DateTimeOffset? at = null) =>
        Hear(new($"heard-{++_events}", "tests", type, subject, at ?? Opens, data));

    /// <inheritdoc cref="Hear(EventType, string, IEventData, DateTimeOffset?)"/>
    public Rejection? Hear(CloudEvent e)
    {
        var before = _run.Refused.Count;
        _run.Hear(Message.Read(e.Type.Topic!, 0, ++_events, e.Subject, EventCodec.Encode(e)), null);
        return _run.Refused.Count > before ? _run.Refused[before].Rejection : null;
    }

    /// <summary>All that is due up to an instant has run.</summary>
    public void Pass(DateTimeOffset instant) => _run.Due.Pass(instant);

    /// <summary>What was heard and is not applied: what it says, and whether it waits.</summary>
    public IReadOnlyList<(CloudEvent Event, Rejection Rejection, bool Waits)> NotApplied =>
        [.. _run.Refused.Where(refusal => !refusal.IsApplied)
            .Select(refusal => (refusal.Message.Decoded.Event!, refusal.Rejection, refusal.StatusAt(_run.Due.Clock) == "waiting"))];

    public SmallHouse Stock(string sku, string node, long quantity, string lot = "")
    {
        Assert.Null(Apply(EventCatalogue.StockReceived, sku, new StockReceived(new(node), quantity, lot)));
        return this;
    }

    public Order Place(
        string id, IReadOnlyList<(string Sku, long Quantity)> lines, int tier = 5, string channel = "web", bool complete = false,
        int promisedInDays = 5, int placedAfterHours = 0)
    {
        var placed = lines.Select((line, index) => new OrderPlaced.PlacedLine(index + 1, new(line.Sku), line.Quantity, 1m)).ToList();
        var order = new OrderPlaced(channel, placed, Tier: tier, ShipComplete: complete, PromisedAt: Opens.AddDays(promisedInDays));
        Assert.Null(Apply(EventCatalogue.OrderPlaced, id, order, Opens.AddHours(placedAfterHours)));
        return Orders.Find(new OrderId(id))!;
    }

    /// <summary>A new version of a policy, from an instant on.</summary>
    public Rejection? Policy(string kind, int version, DateTimeOffset from, string settings) =>
        Apply(EventCatalogue.PolicyUpdated, kind, new PolicyUpdated(version, JsonElement.Parse(settings)), from);

    /// <summary>The next round looks at every order at hand: rules have changed, though none that it goes by.</summary>
    public void LookAtAll() => Assert.Null(Policy("lateness", ++_events + 1, Opens, "{}"));

    public SmallHouse Round(int afterHours = 24)
    {
        Rounds.Run(Opens.AddHours(afterHours));
        return this;
    }
}
