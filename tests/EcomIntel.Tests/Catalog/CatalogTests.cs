using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Catalog;

/// <summary>An older fact that is heard late never overwrites a newer one; of two of one instant the same counts whichever is heard first.</summary>
public sealed class CatalogTests
{
    private static readonly DateTimeOffset Noon = SmallHouse.Opens.AddHours(12);

    private readonly SmallHouse _house = new([]);

    [Fact]
    public void Of_an_item_the_newest_fact_counts()
    {
        Item("mug", cost: 3m, Noon);
        Item("old mug", cost: 1m, Noon.AddTicks(-10));
        Assert.Equal(("mug", 3m, Noon), Known());
        Item("new mug", cost: 5m, Noon.AddTicks(10));
        Assert.Equal(("new mug", 5m, Noon.AddTicks(10)), Known());
        // What it cost in the time of an older fact is known from that, heard late as it was.
        Assert.Equal([(Noon.AddTicks(-10), 1m), (Noon, 3m), (Noon.AddTicks(10), 5m)], _house.Catalog.Costs.Select(cost => (cost.At, cost.UnitCost!.Value)));
        Assert.Equal([3m, 1m, 5m], _house.Emitted(OperationEvents.ItemChanged, OperationJson.Default.CatalogChanged).ConvertAll(changed => changed.UnitCost));

        void Item(string name, decimal cost, DateTimeOffset at) =>
            Assert.Null(_house.Apply(EventCatalogue.ItemUpdated, "mug", new ItemUpdated(name, UnitCost: cost), at));
        (string, decimal?, DateTimeOffset) Known() => _house.Catalog.Items.Single() is var item ? (item.Name, item.UnitCost, item.UpdatedAt) : default;
    }

    [Fact]
    public void A_location_that_was_closed_is_not_opened_by_an_older_fact()
    {
        Location(priority: 1, active: true, Noon);
        Location(priority: 2, active: false, Noon.AddHours(2));
        Location(priority: 3, active: true, Noon.AddHours(1));
        var location = _house.Catalog.Locations.Single();
        Assert.Equal((2, false, Noon.AddHours(2)), (location.Priority, location.Active, location.UpdatedAt));
        Assert.Empty(_house.Catalog.NodesAt(Noon));
        Assert.Equal([true, false],
            _house.Emitted(OperationEvents.LocationChanged, OperationJson.Default.CatalogChanged).ConvertAll(changed => changed.Active));
        Assert.Equal(2, _house.Catalog.LocationUpdates);
        Location(priority: 4, active: true, Noon.AddHours(3));
        Assert.Equal(["north"], _house.Catalog.NodesAt(Noon).Select(node => node.Value));

        void Location(int priority, bool active, DateTimeOffset at) =>
            Assert.Null(_house.Apply(EventCatalogue.LocationUpdated, "north", new LocationUpdated("North", Priority: priority, Active: active), at));
    }

    [Fact]
    public void Of_a_channel_the_newest_fact_counts()
    {
        Channel(priority: 5, Noon);
        Channel(priority: 1, Noon.AddHours(-1));
        Assert.Equal(5, _house.Catalog.ChannelPriority("shop"));
        Channel(priority: 2, Noon.AddHours(1));
        Assert.Equal(2, _house.Catalog.ChannelPriority("shop"));
        Assert.Equal(100, _house.Catalog.ChannelPriority("unheard of"));

        void Channel(int priority, DateTimeOffset at) =>
            Assert.Null(_house.Apply(EventCatalogue.ChannelUpdated, "shop", new ChannelUpdated("Shop", priority), at));
    }

    [Fact]
    public void Of_a_carrier_the_newest_fact_counts()
    {
        Carrier("Post", active: false, Noon);
        Carrier("Old post", active: true, Noon.AddHours(-1));
        Assert.Equal(("Post", false), Known());
        Carrier("New post", active: true, Noon.AddHours(1));
        Assert.Equal(("New post", true), Known());

        void Carrier(string name, bool active, DateTimeOffset at) =>
            Assert.Null(_house.Apply(EventCatalogue.CarrierUpdated, "post", new CarrierUpdated(name, active), at));
        (string, bool) Known() => _house.Catalog.Carriers.Single() is var carrier ? (carrier.Name, carrier.Active) : default;
    }

    /// <summary>All orders in which three facts may be heard, two of them of one instant.</summary>
    [Fact]
    public void In_whatever_order_facts_are_heard_the_end_is_the_same()
    {
        CloudEvent Fact(string id, EventType type, string subject, IEventData data, int hours) => new(id, "tests", type, subject, Noon.AddHours(hours), data);
        List<(string, decimal?, int, bool, string, bool)> ends = [];
        foreach (var order in (int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
        {
            var house = new SmallHouse([]);
            foreach (var number in order)
                foreach (var e in (CloudEvent[])
                [
                    Fact($"i{number}", EventCatalogue.ItemUpdated, "mug", new ItemUpdated($"mug {number}", UnitCost: number), (number + 1) / 2),
                    Fact($"l{number}", EventCatalogue.LocationUpdated, "north",
                        new LocationUpdated("North", Priority: number, Active: number == 0), (number + 1) / 2),
                    Fact($"c{number}", EventCatalogue.CarrierUpdated, "post", new CarrierUpdated($"Post {number}", number == 1), (number + 1) / 2),
                ])
                    Assert.Null(house.House.Apply(e));
            var (item, location, carrier) = (house.Catalog.Items.Single(), house.Catalog.Locations.Single(), house.Catalog.Carriers.Single());
            ends.Add((item.Name, item.UnitCost, location.Priority, location.Active, carrier.Name, carrier.Active));
        }
        Assert.Single(ends.Distinct());
        Assert.DoesNotContain("0", ends[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_fact_is_the_whole_of_it_what_it_does_not_say_is_gone()
    {
        _house.Apply(EventCatalogue.ItemUpdated, "mug", new ItemUpdated("mug", Category: "kitchen", UnitCost: 3m, Price: 9m, WeightKg: 0.4m, Hazmat: true),
            Noon);
        _house.Apply(EventCatalogue.ItemUpdated, "mug", new ItemUpdated("mug"), Noon.AddHours(1));
        var item = _house.Catalog.Items.Single();
        Assert.Equal((null, null, null, null, false), (item.Category, item.UnitCost, item.Price, item.WeightKg, item.Hazmat));
    }
}
