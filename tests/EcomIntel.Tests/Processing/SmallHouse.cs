using System.Text;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;

namespace EcomIntel.Tests.Processing;

/// <summary>A house in memory: its events are applied as a batch's are, with no database under them.</summary>
internal sealed class SmallHouse
{
    public static readonly DateTimeOffset Opens = Business.Start;
    private int _events;

    /// <param name="nodes">Best-ranked first.</param>
    public SmallHouse(IReadOnlyList<string> nodes, bool splitLines = true)
    {
        using var settings = JsonDocument.Parse($$"""{"splitLines":{{(splitLines ? "true" : "false")}}}""");
        House = new(
            new(nodes.Select((node, rank) => new Core.Catalog.Location(new(node), new(node, Priority: rank), Opens)), [new("web", new("Web", 1), Opens), new("market", new("Market", 2), Opens)]),
            new([new PolicyVersion(PolicyKinds.Allocation, 1, Opens, settings.RootElement.Clone())]));
    }

    public Workspace House { get; }

    /// <summary>All that was decided, as it would leave.</summary>
    public List<string> Told => House.Outbox.Seal(0).ConvertAll(row => Encoding.UTF8.GetString(row.Payload));

    public SmallHouse Item(params string[] skus)
    {
        foreach (var sku in skus)
            House.Catalog.Loaded(new(sku), Opens);
        return this;
    }

    public Rejection? Say(EventType type, string subject, IEventData data, DateTimeOffset? at = null) =>
        House.Apply(new($"event-{++_events}", "tests", type, subject, at ?? Opens, data));

    public SmallHouse Stock(string sku, string node, long quantity, string lot = "")
    {
        Assert.Null(Say(EventCatalogue.StockReceived, sku, new StockReceived(new(node), quantity, lot)));
        return this;
    }

    public Core.Orders.Order Place(string id, IReadOnlyList<(string Sku, long Quantity)> lines, int tier = 5, string channel = "web", bool complete = false, int promisedInDays = 5, int placedAfterHours = 0)
    {
        var placed = lines.Select((line, index) => new OrderPlaced.PlacedLine(index + 1, new(line.Sku), line.Quantity, 1m)).ToList();
        Assert.Null(Say(EventCatalogue.OrderPlaced, id, new OrderPlaced(channel, placed, Tier: tier, ShipComplete: complete, PromisedAt: Opens.AddDays(promisedInDays)), Opens.AddHours(placedAfterHours)));
        return House.Orders.Find(new OrderId(id))!;
    }

    public SmallHouse Round(int afterHours = 24)
    {
        House.Round.Run(Opens.AddHours(afterHours));
        return this;
    }
}
