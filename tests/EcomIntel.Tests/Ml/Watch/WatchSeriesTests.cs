using EcomIntel.Core.Events;
using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Watch;

namespace EcomIntel.Tests.Ml.Watch;

public sealed class WatchSeriesTests
{
    private static readonly Dictionary<string, WatchedItem> Items = new()
    {
        ["BAG"] = new("A bag", "BAGS", 10, 4), ["MUG"] = new("A mug", "", 2, 1),
    };

    [Fact]
    public void What_was_sold_adds_up_from_a_sku_in_a_channel_to_the_whole()
    {
        var series = new WatchSeries(WatchDefinition.Demand, new(2026, 1, 5));
        series.Add("BAG", "web", 0, 3);
        series.Add("BAG", "shop", 0, 1);
        series.Add("MUG", "web", 2, 6);
        var scopes = series.Scopes(3, Items);
        Assert.Equal([Scope.SkuChannel, Scope.Sku, Scope.Category, Scope.Whole], scopes.Select(each => each.Scope));
        Assert.Equal([[1, 0, 0], [3, 0, 0], [0, 0, 6]], scopes[0].Panel.Series.Select(each => each.Units));
        Assert.Equal([[4, 0, 0], [0, 0, 6]], scopes[1].Panel.Series.Select(each => each.Units));
        Assert.Equal([4, 0, 0], scopes[2].Panel.Series.Single().Units);
        Assert.Equal([4, 0, 6], scopes[3].Panel.Series.Single().Units);
        Assert.Equal(5.2, scopes[3].Panel.Series.Single().Price, 6); // 4 at 10, 6 at 2
        var inShop = scopes[0].Panel.Series[0].Key;
        Assert.Equal(new FindingAbout("BAG", "shop"), series.AboutOf(inShop));
        var bag = scopes[0].Parents[inShop];
        Assert.Equal(new FindingAbout("BAG"), series.AboutOf(bag));
        Assert.Equal(new FindingAbout(Category: "BAGS"), series.AboutOf(scopes[1].Parents[bag]));
        Assert.Equal(new FindingAbout(), series.AboutOf(scopes[1].Parents[scopes[1].Panel.Series[1].Key])); // without a category: the whole
    }

    [Fact]
    public void The_order_in_which_it_is_gathered_does_not_show()
    {
        (string Sku, string Part, int Day)[] rows = [("BAG", "web", 0), ("MUG", "shop", 1), ("BAG", "shop", 1), ("APPLE", "web", 2)];
        string Keys(IEnumerable<(string Sku, string Part, int Day)> of)
        {
            var series = new WatchSeries(WatchDefinition.Demand, new(2026, 1, 5));
            foreach (var (sku, part, day) in of)
                series.Add(sku, part, day, 1);
            return string.Join(';', series.Scopes(3, Items).SelectMany(scope => scope.Panel.Series)
                .Select(each => $"{each.Key}{string.Join(',', each.Units)}"));
        }
        Assert.Equal(Keys(rows), Keys(rows.Reverse()));
    }

    [Fact]
    public void A_day_without_stock_says_nothing_unless_something_was_sold()
    {
        var series = new WatchSeries(WatchDefinition.Demand, new(2026, 1, 5));
        series.Add("BAG", "web", 0, 5);
        series.Add("BAG", "web", 3, 2);
        series.AddStock("BAG", -1, 5); // before the first day
        series.AddStock("BAG", 0, -5);
        series.AddStock("BAG", 5, 10);
        var bag = series.Scopes(7, Items).Single(each => each.Scope == Scope.Sku).Panel.Series.Single();
        Assert.Equal([true, false, false, true, false, true, true], bag.Served);
    }

    [Fact]
    public void What_was_never_stocked_is_not_judged_by_stock()
    {
        var series = new WatchSeries(WatchDefinition.Demand, new(2026, 1, 5));
        series.Add("MUG", "web", 0, 5);
        Assert.Null(series.Scopes(3, Items).Single(each => each.Scope == Scope.Sku).Panel.Series.Single().Served);
    }

    [Fact]
    public void Shrinkage_is_at_cost_and_at_a_location()
    {
        var series = new WatchSeries(WatchDefinition.Shrinkage, new(2026, 1, 5));
        series.Add("BAG", "DC1", 0, 5);
        var scopes = series.Scopes(1, Items);
        Assert.Equal((4, new FindingAbout("BAG", Location: "DC1")),
            (scopes[0].Panel.Series[0].Price, series.AboutOf(scopes[0].Panel.Series[0].Key)));
    }
}
