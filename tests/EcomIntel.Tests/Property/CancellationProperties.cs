using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.Tests.Property;

/// <summary>Picks, cancellations and what is put back, in any order: the end follows from how many there were.</summary>
public sealed class CancellationProperties
{
    private const int Stock = 9;

    [Fact]
    public void Where_units_are_follows_from_how_many_were_released_picked_cancelled_and_put_back()
    {
        var cases = from released in Gen.Choose(1, 5)
                    from picked in Gen.Choose(0, released)
                    from cancelled in Gen.Choose(0, released)
                    from back in Gen.Choose(0, picked)
                    from seed in Gen.Choose(0, int.MaxValue - 1)
                    select (released, picked, cancelled, back, seed);
        Prop.ForAll(cases.ToArbitrary(), EndsAsCounted).QuickCheckThrowOnFailure();
    }

    private static void EndsAsCounted((int Released, int Picked, int Cancelled, int Back, int Seed) units)
    {
        var house = new SmallHouse(["north"]).Item("jug").Stock("jug", "north", Stock);
        var order = house.Place("order-1", [("jug", units.Released)]);
        house.Round();
        var facts = new List<Func<Rejection?>>();
        facts.AddRange(Enumerable.Repeat(() => Node(EventCatalogue.PickConfirmed), units.Picked));
        facts.AddRange(Enumerable.Repeat(() => Node(EventCatalogue.PickPutBack), units.Back));
        facts.AddRange(Enumerable.Repeat(
            () => house.Apply(EventCatalogue.OrderLineCancelled, "order-1", new OrderLineCancelled(1, 1), SmallHouse.Opens.AddHours(30)), units.Cancelled));
        var waiting = new List<Func<Rejection?>>();
        var random = new Random(units.Seed);
        foreach (var fact in facts.OrderBy(_ => random.Next()).ToList())
        {
            waiting.Add(fact);
            while (waiting.RemoveAll(each => each() is null) > 0)
            {
                // What waited for one that was just applied.
            }
        }
        var (live, held) = (units.Released - units.Cancelled, units.Picked - units.Back);
        var picked = Math.Min(held, live);
        Assert.Empty(waiting);
        Assert.Equal((held, live - picked, Stock - live - (held - picked)), (house.Units("jug", "north", StockState.Picked),
            house.Units("jug", "north", StockState.Allocated), house.Units("jug", "north", StockState.Available)));
        Assert.Equal((units.Cancelled, live), (order.Lines[0].Cancelled, order.Lines[0].Sourced));
        Assert.Equal(live == 0 ? OrderStatus.CANCELLED : picked == live ? OrderStatus.PICKED : OrderStatus.RELEASED, order.Status);

        Rejection? Node(EventType type) =>
            house.Apply(type, "jug", new PickConfirmed(new("order-1"), new("order-1-S1"), 1, 1), SmallHouse.Opens.AddHours(29));
    }
}
