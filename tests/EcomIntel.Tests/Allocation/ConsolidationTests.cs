using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>Which orders are told to go in one parcel: of one customer and address, released at one node on one day, while nobody has begun with it.</summary>
public sealed class ConsolidationTests
{
    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("mug", "jar").Stock("mug", "north", 20).Stock("jar", "south", 20);

    [Fact]
    public void Off_as_built_in()
    {
        Place("A", "ann");
        Place("B", "ann");
        _house.Round();
        Assert.Equal("A-S1 B-S1", Told());
    }

    [Theory]
    [InlineData("ann", "DE", null, "ann", "DE", null, "web", true)]
    [InlineData("ann", "DE", "home", "ann", "DE", "home", "market", true)] // whatever the channel
    [InlineData("ann", null, null, "ann", null, null, "web", true)]
    [InlineData("ann", "DE", null, "bob", "DE", null, "web", false)]
    [InlineData("ann", "DE", null, "ann", "FR", null, "web", false)]
    [InlineData("ann", "DE", "home", "ann", "DE", "work", "web", false)]
    [InlineData("ann", "DE", "home", "ann", "DE", null, "web", false)] // it is not known to be the same
    [InlineData(null, "DE", null, null, "DE", null, "web", false)]
    [InlineData(" ", "DE", null, " ", "DE", null, "web", false)]
    public void Of_one_customer_and_address(
        string? customer, string? country, string? shipTo, string? otherCustomer, string? otherCountry, string? otherShipTo, string channel, bool together)
    {
        Consolidate();
        Place("A", customer, country, shipTo);
        Place("B", otherCustomer, otherCountry, otherShipTo, channel);
        _house.Round();
        Assert.Equal(together ? "A-S1 B-S1+A-S1" : "A-S1 B-S1", Told());
    }

    [Theory]
    [InlineData(25, 47, true)] // the same day, UTC: the first is opened at midnight
    [InlineData(25, 48, false)]
    public void On_one_day(int first, int second, bool together)
    {
        Consolidate();
        Place("A", "ann");
        _house.Round(first);
        Place("B", "ann");
        _house.Round(second);
        Assert.Equal(together ? "A-S1 B-S1+A-S1" : "A-S1 B-S1", Told());
    }

    [Fact]
    public void At_one_node_and_all_name_the_first()
    {
        Consolidate();
        Place("A", "ann", lines: [("mug", 1), ("jar", 1)]);
        Place("B", "ann", lines: [("jar", 1)]);
        Place("C", "ann", lines: [("mug", 1)]);
        _house.Round();
        Assert.Equal("A-S1 A-S2 B-S1+A-S2 C-S1+A-S1", Told());
    }

    [Theory]
    [InlineData("A-S1", "picked")]
    [InlineData("B-S1", "picked")]
    [InlineData("A-S1", "labelled")]
    [InlineData("B-S1", "shipped")]
    public void A_parcel_with_which_somebody_has_begun_takes_nothing_more(string shipment, string begun)
    {
        Consolidate();
        _house.Stock("jar", "north", 1);
        Place("A", "ann");
        var b = Place("B", "ann", lines: [("mug", 1), ("mug", 30)]);
        _house.Round();
        var id = new ShipmentId(shipment);
        Assert.Null(begun switch
        {
            "picked" => _house.Apply(EventCatalogue.PickConfirmed, "mug", new PickConfirmed(new(shipment[..1]), id, 1, 1)),
            "labelled" => _house.Apply(EventCatalogue.ShipmentLabelled, shipment, new ShipmentLabelled("post")),
            _ => _house.Apply(EventCatalogue.ShipmentPickedUp, shipment, new ShipmentMoved(), SmallHouse.Opens.AddHours(25)),
        });
        _house.Stock("mug", "north", 40);
        Place("C", "ann");
        _house.Round(26);
        // B's later units go by themselves, as its first are in a parcel that is begun; and C goes with them.
        Assert.Equal("A-S1 B-S1+A-S1 B-S2 C-S1+B-S2", Told());
        Assert.Equal(["B-S1", "B-S2"], b.Shipments.Select(part => part.Id.Value));
    }

    [Fact]
    public void Later_units_join_their_own_shipment_and_the_node_hears_again_what_it_goes_with()
    {
        Consolidate();
        Place("A", "ann");
        Place("B", "ann", lines: [("mug", 25)]);
        _house.Round();
        _house.Stock("mug", "north", 10).Round(25);
        Assert.Equal("A-S1 B-S1+A-S1 B-S1+A-S1", Told());
    }

    [Fact]
    public void Cancelling_the_first_leaves_the_others_and_the_parcel_keeps_its_name()
    {
        Consolidate();
        var a = Place("A", "ann");
        var b = Place("B", "ann");
        _house.Round();
        Assert.Null(_house.Apply(EventCatalogue.OrderCancelled, "A", new OrderCancelled(), SmallHouse.Opens.AddHours(25)));
        Place("C", "ann");
        _house.Round(26);
        Assert.Equal((OrderStatus.CANCELLED, OrderStatus.RELEASED), (a.Status, b.Status));
        Assert.Equal("A-S1 B-S1+A-S1 C-S1+A-S1", Told());
        Assert.Null(_house.Apply(EventCatalogue.OrderCancelled, "B", new OrderCancelled(), SmallHouse.Opens.AddHours(27)));
        Assert.Null(_house.Apply(EventCatalogue.OrderCancelled, "C", new OrderCancelled(), SmallHouse.Opens.AddHours(27)));
        Place("D", "ann");
        _house.Round(28);
        Assert.EndsWith(" D-S1", Told(), StringComparison.Ordinal); // nothing is left in the other
    }

    [Fact]
    public void A_hold_stops_only_its_order()
    {
        Consolidate();
        Place("A", "ann");
        var held = Place("B", "ann");
        Place("C", "ann");
        Assert.Null(_house.Apply(EventCatalogue.OrderFraudFlagged, "B", new OrderFlagged(), SmallHouse.Opens.AddHours(1)));
        _house.Round();
        Assert.Equal("A-S1 C-S1+A-S1", Told());
        Assert.Null(_house.Apply(EventCatalogue.OrderFraudCleared, "B", new OrderCleared(), SmallHouse.Opens.AddHours(25)));
        _house.Round(26);
        Assert.Equal(("A-S1 C-S1+A-S1 B-S1+A-S1", OrderStatus.RELEASED), (Told(), held.Status));
    }

    [Fact]
    public void A_customer_that_stands_for_many_fills_several_parcels()
    {
        Consolidate();
        _house.Stock("mug", "north", 20);
        for (var number = 10; number < 40; number++)
            Place($"G{number}", "guest");
        _house.Round();
        Assert.Equal([20, 10], _house.Emitted(OperationEvents.Released, OperationJson.Default.OrderReleased)
            .GroupBy(released => released.PackWith ?? released.ShipmentId).Select(parcel => parcel.Count()));
    }

    private void Consolidate() => Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, """{"consolidate":true}"""));

    private Order Place(
        string id, string? customer, string? country = "DE", string? shipTo = null, string channel = "web", (string Sku, long Quantity)[]? lines = null)
    {
        var placed = (lines ?? [("mug", 1)]).Select((line, index) => new OrderPlaced.PlacedLine(index + 1, new(line.Sku), line.Quantity, 1m)).ToList();
        Assert.Null(_house.Apply(EventCatalogue.OrderPlaced, id,
            new OrderPlaced(channel, placed, Customer: customer, Country: country, ShipTo: shipTo, PromisedAt: SmallHouse.Opens.AddDays(5))));
        return _house.Orders.Find(new OrderId(id))!;
    }

    /// <summary>What nodes were told: shipments, with what they are to be packed with.</summary>
    private string Told() => string.Join(' ', _house.Emitted(OperationEvents.Released, OperationJson.Default.OrderReleased)
        .Select(released => released.PackWith is { } with ? $"{released.ShipmentId}+{with}" : released.ShipmentId.Value));
}
