using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

public sealed class AllocationRoundTests
{
    [Theory]
    [InlineData("tier")]
    [InlineData("promise")]
    [InlineData("channel")]
    [InlineData("age")]
    [InlineData("id")]
    public void The_last_unit_goes_to_the_order_that_comes_first(string by)
    {
        foreach (var firstPlacedFirst in (bool[])[true, false])
        {
            var house = new SmallHouse(["north"]).Item("a").Stock("a", "north", 1);
            // "b" wins by what is asked for though it loses by all that comes after it; by id, "a" wins.
            Order Winner() => house.Place("b", [("a", 1)], tier: by == "tier" ? 1 : 5, promisedInDays: by == "promise" ? 2 : by == "tier" ? 9 : 5,
                channel: by is "tier" or "promise" ? "market" : "web", placedAfterHours: by == "age" ? 0 : by is "channel" or "tier" or "promise" ? 2 : 1);
            Order Loser() => house.Place("a", [("a", 1)], channel: by == "channel" ? "market" : "web", placedAfterHours: 1);
            var orders = firstPlacedFirst ? (Winner(), Loser()) : Swapped(Loser(), Winner());
            house.Round();
            var (winner, loser) = by == "id" ? (orders.Item2, orders.Item1) : orders;
            Assert.Equal((OrderStatus.RELEASED, OrderStatus.BACKORDERED), (winner.Status, loser.Status));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_order_in_which_orders_are_at_hand_does_not_show(int seed)
    {
        List<string>? first = null;
        foreach (var shuffle in Enumerable.Range(0, 4))
        {
            var random = new Random(seed);
            var house = Busy(random, out var orders);
            new Random(shuffle).Shuffle(orders);
            var emitted = house.Operations.Count;
            foreach (var place in orders)
                place();
            var captured = house.Operations.Count;
            house.Round();
            List<string> decided = [.. house.Operations.Skip(captured).Select(WithoutNumber)];
            Assert.True(emitted < captured && decided.Count > 10);
            Assert.Equal(first ??= decided, decided);
        }
    }

    /// <summary>Batches are cut anywhere and look at all orders anew: that must find nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_look_at_what_a_round_left_finds_nothing(bool splitLines)
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var random = new Random(seed);
            var house = Busy(random, out var orders, splitLines, skus: 1 + (seed % 3), lines: 2 + (seed % 4));
            foreach (var place in orders)
                place();
            for (var hour = 24; hour < 30; hour++)
            {
                house.Round(hour);
                AssertNothingLeft(house, hour, $"seed {seed}, hour {hour}");
                Stir(house, random, 1 + (seed % 3));
            }
        }
    }

    /// <summary>Less stock may serve more: here a line stands in the other's way only while its best-ranked node has all of it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_order_that_fits_once_others_have_taken_or_lost_a_unit_is_looked_at_again(bool takenInTheRound)
    {
        var house = new SmallHouse(["a", "b", "c"]).Item("sku").Stock("sku", "c", 4).Stock("sku", "b", 6);
        Assert.Null(house.Policy("allocation", 2, SmallHouse.Opens, """{"shipCompleteNodes":2}"""));
        Assert.Equal("b", (house.Place("holder", [("sku", 4)], tier: 1), house.Round(23)).Item1.Allocations[0].Location.Value);
        var order = house.Place("order", [("sku", 4), ("sku", 2)], complete: true);
        house.Round(24);
        Assert.Equal(["c", "b"], order.Allocations.Select(a => a.Location.Value));
        foreach (var (shipment, line, units) in (ReadOnlySpan<(string, int, int)>)[("order-S2", 1, 4), ("order-S1", 2, 2)])
            Assert.Null(house.Apply(EventCatalogue.PickShort, "sku", new PickShort(new("order"), new(shipment), line, units)));
        Assert.Null(house.Apply(EventCatalogue.OrderCancelled, "holder", new OrderCancelled())); // which nobody sees: b is not asked again for line 2
        house.Stock("sku", "a", 4);
        if (takenInTheRound)
            house.Place("small", [("sku", 1)], promisedInDays: 9);
        house.Round(25);
        Assert.Equal(takenInTheRound ? 0 : 6, order.Lines.Sum(line => line.Waiting));
        if (!takenInTheRound)
        {
            house.Apply(EventCatalogue.StockAdjusted, "sku", new StockAdjusted(new("a"), -1, "lost"));
            house.Round(26);
            Assert.Equal(0, order.Lines.Sum(line => line.Waiting));
        }
        AssertNothingLeft(house, 27, "in the end");
    }

    [Fact]
    public void Where_lines_may_not_be_split_the_rest_of_one_waits_for_its_node()
    {
        var house = new SmallHouse(["north", "south"], splitLines: false).Item("a").Stock("a", "north", 3).Stock("a", "south", 1);
        var order = house.Place("order", [("a", 4)]);
        house.Round(24).Stock("a", "south", 5).Round(25);
        Assert.Equal([(new LocationId("north"), 3L)], order.Allocations.Select(a => (a.Location, a.Quantity)));
        house.Stock("a", "north", 1).Round(26);
        Assert.Equal(0, order.Lines[0].Waiting);
        Assert.All(order.Allocations, a => Assert.Equal(new("north"), a.Location));
    }

    [Fact]
    public void An_order_on_hold_is_promised_stock_and_not_released()
    {
        var house = new SmallHouse(["north"]).Item("a").Stock("a", "north", 1);
        var order = house.Place("order", [("a", 1)]);
        Assert.Null(house.Apply(EventCatalogue.OrderFraudFlagged, "order", new OrderFlagged()));
        Assert.Equal(OrderStatus.ALLOCATED, Rounded().Status);
        Assert.Null(house.Apply(EventCatalogue.OrderFraudCleared, "order", new OrderCleared()));
        Assert.Equal(OrderStatus.RELEASED, Rounded().Status);

        Order Rounded()
        {
            house.Round();
            return order;
        }
    }

    private static void AssertNothingLeft(SmallHouse house, int hour, string when)
    {
        house.LookAtAll();
        var (emitted, entries) = (house.House.Outbox.Count, house.Stocks.Ledger.Count);
        house.Round(hour);
        Assert.True((emitted, entries) == (house.House.Outbox.Count, house.Stocks.Ledger.Count),
            when + ": " + string.Join('\n', house.Operations.Skip(emitted)));
    }

    private static void Stir(SmallHouse house, Random random, int skus)
    {
        for (var count = random.Next(4); count > 0; count--)
        {
            var (sku, node, order) = ($"sku-{random.Next(skus)}", new LocationId($"n{random.Next(4)}"), $"order-{random.Next(12)}");
            _ = random.Next(6) switch
            {
                0 => house.Apply(EventCatalogue.StockReceived, sku, new StockReceived(node, random.Next(1, 4))),
                1 => house.Apply(EventCatalogue.StockAdjusted, sku, new StockAdjusted(node, -random.Next(1, 4), "lost")),
                2 => house.Apply(EventCatalogue.OrderLineCancelled, order, new OrderLineCancelled(random.Next(1, 6), 1)),
                3 => house.Apply(EventCatalogue.OrderCancelled, order, new OrderCancelled()),
                4 => house.Apply(EventCatalogue.ShipmentPickedUp, order + "-S1", new ShipmentMoved()),
                _ => house.Apply(EventCatalogue.PickShort, sku, new PickShort(new(order), new(order + "-S1"), random.Next(1, 6), 1)),
            };
        }
    }

    /// <summary>Few units at four nodes, and a dozen orders for them, some with two lines of one sku.</summary>
    private static SmallHouse Busy(Random random, out Action[] orders, bool splitLines = true, int skus = 3, int lines = 3)
    {
        var house = new SmallHouse(["n0", "n1", "n2", "n3"], splitLines).Item("sku-0", "sku-1", "sku-2");
        foreach (var sku in Enumerable.Range(0, skus).Select(number => $"sku-{number}"))
            foreach (var node in (string[])["n0", "n1", "n2", "n3"])
                if (random.Next(3) > 0)
                    house.Stock(sku, node, random.Next(1, 7), random.Next(4) == 0 ? "lot" : "");
        orders = [.. Enumerable.Range(0, 12).Select(number =>
        {
            var wanted = Enumerable.Range(0, random.Next(1, lines + 1)).Select(_ => ($"sku-{random.Next(skus)}", (long)random.Next(1, 7))).ToList();
            var (tier, complete, promised) = (random.Next(4, 6), random.Next(2) == 0, random.Next(1, 3));
            return (Action)(() => house.Place($"order-{number}", wanted, tier, complete: complete, promisedInDays: promised));
        })];
        return house;
    }

    private static string WithoutNumber(string emitted) =>
        emitted[emitted.IndexOf("\"type\"", StringComparison.Ordinal)..]
        .Split("\"sequence\"")[0] + emitted[emitted.IndexOf("\"data\"", StringComparison.Ordinal)..];

    private static (Order, Order) Swapped(Order loser, Order winner) => (winner, loser);
}
