using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Inventory;

public sealed class StockBookTests
{
    [Fact]
    public void More_than_there_is_cannot_be_moved_and_nothing_changes()
    {
        var stock = new StockBook(new());
        var position = stock.At(new("a"), new("n"), "");
        stock.Move(position, null, StockState.Available, 3, Business.Start, "received", "e");
        Assert.Throws<InvalidOperationException>(() => stock.Move(position, StockState.Available, StockState.Allocated, 4, Business.Start, "allocated", "e"));
        Assert.Throws<InvalidOperationException>(() => stock.Move(position, null, StockState.Available, -1, Business.Start, "received", "e"));
        Assert.Equal((3L, 0L, 1), (position[StockState.Available], position[StockState.Allocated], stock.Ledger.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_is_reported_nothing_goes_below_zero_and_every_balance_is_its_ledgers_sum(int seed)
    {
        var random = new Random(seed);
        var house = new SmallHouse(["n0", "n1"]).Item("a", "b");
        var states = Enum.GetValues<StockState>();
        for (var count = 0; count < 4_000; count++)
        {
            var (sku, node, lot, quantity) =
                (random.Next(2) == 0 ? "a" : "b", new LocationId($"n{random.Next(2)}"), random.Next(3) == 0 ? "lot" : "", (long)random.Next(1, 12));
            StockState State() => states[random.Next(states.Length)];
            var at = SmallHouse.Opens.AddHours(24 + count - (random.Next(4) == 0 ? random.Next(40) : 0)); // some are heard late
            if (count % 40 == 0)
                house.Place($"order-{count}", [("a", random.Next(1, 9)), ("b", random.Next(1, 9))]);
            if (count % 90 == 0)
                house.Round(24 + count);
            var order = $"order-{random.Next(count / 40 + 1) * 40}";
            _ = random.Next(11) switch
            {
                0 => house.Apply(EventCatalogue.StockReceived, sku, new StockReceived(node, quantity, lot), at),
                1 => house.Apply(EventCatalogue.StockAdjusted, sku, new StockAdjusted(node, random.Next(2) == 0 ? quantity : -quantity, "x", State(), lot), at),
                2 => house.Apply(EventCatalogue.StockCounted, sku, new StockCounted(node, quantity - 1, State(), lot), at),
                3 => house.Apply(EventCatalogue.StockMoved, sku, new StockMoved(node, State(), State(), quantity, null, lot), at),
                4 => house.Apply(EventCatalogue.TransferDispatched, sku,
                    new TransferDispatched($"t{random.Next(99)}", node, new(node.Value == "n0" ? "n1" : "n0"), quantity, lot), at),
                5 => house.Apply(EventCatalogue.TransferReceived, sku, new TransferReceived($"t{random.Next(99)}", node, quantity, lot), at),
                6 => house.Apply(EventCatalogue.PartnerStockReported, sku, new PartnerStockReported(node, quantity), at),
                7 => house.Apply(EventCatalogue.PickConfirmed, sku,
                    new PickConfirmed(new(order), new(order + "-S1"), sku == "a" ? 1 : 2, quantity / 3 + 1), at),
                8 => house.Apply(EventCatalogue.PickShort, sku, new PickShort(new(order), new(order + "-S1"), sku == "a" ? 1 : 2, 1), at),
                9 => house.Apply(EventCatalogue.OrderCancelled, order, new OrderCancelled(), at),
                _ => house.Apply(EventCatalogue.ShipmentPickedUp, order + "-S1", new ShipmentMoved(), at),
            };
            if (count % 50 == 0)
                AssertSound(house.Stocks);
        }
        AssertSound(house.Stocks);
        Assert.Contains(house.Stocks.Ledger, entry => entry.Reason == "shipped");
        Assert.Contains(house.House.Get<Core.ExceptionCases.ExceptionBook>().Opened,
            opened => opened.Category == Core.ExceptionCases.CaseCategory.StockNegative);
        var emitted = house.Operations.Where(line => line.Contains("\"com.ecomintel.stock.changed\"", StringComparison.Ordinal))
            .Sum(line => line.Split("\"entry\"").Length - 1);
        Assert.Equal(house.Stocks.Ledger.Count, emitted); // every entry is emitted once
    }

    private static void AssertSound(StockBook stock)
    {
        var sums = new Dictionary<(StockPosition, StockState), long>();
        foreach (var entry in stock.Ledger)
        {
            if (entry.From is { } from)
                Assert.True((sums[(entry.Position, from)] = sums.GetValueOrDefault((entry.Position, from)) - entry.Quantity) >= 0);
            if (entry.To is { } to)
                sums[(entry.Position, to)] = sums.GetValueOrDefault((entry.Position, to)) + entry.Quantity;
        }
        foreach (var position in stock.Ledger.Select(entry => entry.Position).Distinct())
            foreach (var state in Enum.GetValues<StockState>())
                Assert.Equal(sums.GetValueOrDefault((position, state)), position[state]);
    }
}
