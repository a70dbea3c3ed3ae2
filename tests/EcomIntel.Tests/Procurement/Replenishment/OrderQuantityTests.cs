using EcomIntel.Core.Procurement.Replenishment;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.Tests.Procurement.Replenishment;

public sealed class OrderQuantityTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 24)] // the minimum of 20, in packs of 12
    [InlineData(24, 24)]
    [InlineData(25, 36)]
    [InlineData(107, 108)] // 12 of a pallet of 120 are missing: a tenth
    [InlineData(108, 108)]
    [InlineData(109, 120)]
    [InlineData(230, 240)]
    public void A_quantity_is_sold_in_packs_and_not_below_the_minimum(long wanted, long quantity) =>
        Assert.Equal(quantity, new Packing(20, 12, 120).Round(wanted, palletWithin: 0.05m));

    [Fact]
    public void A_pallet_is_filled_where_little_is_missing()
    {
        Assert.Equal(120, new Packing(20, 12, 120).Round(105, 0.1m)); // 108 in packs, and 12 are missing
        Assert.Equal(96, new Packing(20, 12, 120).Round(96, 0.1m));
        Assert.Equal(120, new Packing(20, 12, 120).Round(96, 0.2m));
        Assert.Equal(96, new Packing(20, 12, 100).Round(90, 0.2m)); // no pallet is whole packs
    }

    [Fact]
    public void A_line_is_no_larger_than_a_line_may_be() => Assert.Equal(999_999_996, new Packing(1, 12, null).Round(1_000_000_000, 0));

    [Fact]
    public void Whatever_is_wanted_the_quantity_covers_it_as_it_is_sold() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var packing = new Packing(random.Next(1, 500), random.Next(1, 60), random.Next(2) == 0 ? null : random.Next(1, 2000));
            var (wanted, within) = (random.Next(1, 5000), random.Next(0, 11) / 10m);
            var quantity = packing.Round(wanted, within);
            Assert.True(quantity >= wanted && quantity >= packing.Minimum && quantity % packing.Pack == 0);
            Assert.True(packing.Round(wanted + 1, within) >= quantity);
            Assert.True(quantity - Math.Max(wanted, packing.Minimum) < packing.Pack + (within * (packing.Pallet ?? 0)) + 1);
        }).Check(Runs);

    /// <summary>
    /// 10 of A at 5 and 20 of B at 2 are worth 90 of the 150. A sells 1 a day from a position of 0, B 4 a day from 40. On day 20, A is raised to 20 and B
    /// to 40: 180. On day 15: A 15, B 20 (4 x 15 - 40): 115. On day 17: A 17, B 28: 141. On day 18: A 18, B 32: 154, the first that is enough.
    /// </summary>
    [Fact]
    public void An_order_below_the_minimum_is_raised_to_the_same_days_of_cover()
    {
        var a = new OrderLineToBe(10, 5, new(1, 1, null), 0, 1);
        var b = new OrderLineToBe(20, 2, new(1, 1, null), 40, 4);
        var (quantities, days) = MinimumOrder.Raise([a, b], 150, 0);
        Assert.Equal([18, 32], quantities);
        Assert.Equal(18, days);
        (quantities, days) = MinimumOrder.Raise([a, b], 90, 0);
        Assert.Equal([10, 20], quantities);
        Assert.Null(days);
    }

    [Fact]
    public void What_nobody_buys_is_raised_by_its_price()
    {
        var (quantities, days) = MinimumOrder.Raise([new(2, 5, new(1, 4, null), -2, 0)], 100, 0);
        Assert.Equal([20], quantities);
        Assert.Null(days);
        // Nothing helps where nothing costs anything.
        Assert.Equal([2], MinimumOrder.Raise([new(2, 0, new(1, 1, null), 0, 3)], 100, 0).Quantities);
    }

    [Fact]
    public void A_raised_order_reaches_the_minimum_and_a_day_less_would_not() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var lines = Enumerable.Range(0, random.Next(1, 6)).Select(_ => new OrderLineToBe(
                random.Next(1, 50), random.Next(1, 400) / 100m, new(1, random.Next(1, 13), null), random.Next(-20, 60), random.Next(0, 100) / 10.0)).ToList();
            var (minimum, before) = (random.Next(1, 5000), lines.Sum(line => line.Quantity * line.Price));
            var (quantities, days) = MinimumOrder.Raise(lines, minimum, 0);
            var value = quantities.Select((quantity, index) => quantity * lines[index].Price).Sum();
            Assert.All(lines.Zip(quantities), each => Assert.True(each.Second >= each.First.Quantity));
            Assert.True(value >= Math.Min(before, minimum));
            if (days is not { } raisedTo)
                return;
            Assert.True(value >= minimum);
            foreach (var (line, quantity) in lines.Zip(quantities))
                Assert.True(quantity == line.Quantity || quantity - line.Packing.Pack < (line.DailyDemand * raisedTo) - line.Position + 1e-6);
        }).Check(Runs);
}
