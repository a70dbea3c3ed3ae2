using EcomIntel.Ml.Anomaly;

namespace EcomIntel.Tests.Ml.Anomaly;

public sealed class FoldingTests
{
    [Fact]
    public void A_sku_that_falls_in_three_channels_is_one_finding_of_the_sku()
    {
        var folded = Folding.Fold([Sku("A", 300, 100), Channel("A", "web", 100, 30), Channel("A", "shop", 100, 30), Channel("A", "fair", 100, 40)]);
        var only = Assert.Single(folded);
        Assert.Equal((Scope.Sku, "A"), (only.Sits.Scope, only.Sits.Key));
        Assert.Equal(["A in fair", "A in shop", "A in web"], only.Folded.Select(each => each.Key).Order());
    }

    [Fact]
    public void One_that_falls_in_a_single_channel_sits_in_that_channel()
    {
        var only = Assert.Single(Folding.Fold([Sku("A", 300, 210), Channel("A", "web", 100, 10)]));
        Assert.Equal("A in web", only.Sits.Key);
        Assert.Equal("A", Assert.Single(only.Folded).Key);
    }

    [Fact]
    public void A_category_takes_its_skus_with_it_and_one_sku_that_goes_the_other_way_stays()
    {
        var folded = Folding.Fold([Category("BAG", 1000, 500), Sku("A", 300, 150), Sku("B", 300, 160), Sku("C", 100, 400)]);
        Assert.Equal(["BAG", "C"], folded.Select(each => each.Sits.Key));
        Assert.Equal(["A", "B"], folded[0].Folded.Select(each => each.Key).Order());
        Assert.Empty(folded[1].Folded);
    }

    [Fact]
    public void A_sku_that_makes_up_its_category_is_told_and_the_category_folds_into_it()
    {
        var only = Assert.Single(Folding.Fold([Category("BAG", 1000, 700), Sku("A", 300, 20), Channel("A", "web", 150, 10), Channel("A", "shop", 150, 10)]));
        Assert.Equal("A", only.Sits.Key);
        Assert.Equal(["A in shop", "A in web", "BAG"], only.Folded.Select(each => each.Key).Order());
    }

    [Fact]
    public void Channels_of_a_sku_that_move_alike_are_told_once_though_the_sku_was_not_found()
    {
        var only = Assert.Single(Folding.Fold([Channel("A", "web", 100, 30), Channel("A", "shop", 50, 10)]));
        Assert.Equal("A in web", only.Sits.Key);
        Assert.Equal("A in shop", Assert.Single(only.Folded).Key);
    }

    [Fact]
    public void The_worst_five_are_those_with_most_money_at_risk()
    {
        var folded = Folding.Fold(Enumerable.Range(1, 9).Select(at =>
            new Finding(Scope.Sku, $"s{at}", $"c{at}", AnomalyKind.Drop, 100, 90, at, 1e-6, default)));
        Assert.Equal(["s9", "s8", "s7", "s6", "s5"], Folding.Worst(folded).Select(each => each.Sits.Key));
        Assert.Equal(90, folded[0].Sits.MoneyAtRisk);
    }

    [Fact]
    public void No_finding_is_lost_or_told_twice()
    {
        var random = new Random(6);
        for (var run = 0; run < 200; run++)
        {
            var findings = new List<Finding>();
            foreach (var category in (string[])["X", "Y"])
            {
                Maybe(Category(category, 1000, random.Next(0, 2000)));
                for (var sku = 0; sku < 4; sku++)
                {
                    Maybe(Sku($"{category}{sku}", 300, random.Next(0, 600), category));
                    foreach (var channel in (string[])["web", "shop"])
                        Maybe(Channel($"{category}{sku}", channel, 100, random.Next(0, 200)));
                }
            }
            var folded = Folding.Fold(findings);
            Assert.Equal(findings.Select(each => each.Key).Order(),
                folded.SelectMany(each => each.Folded.Select(other => other.Key).Append(each.Sits.Key)).Order());

            void Maybe(Finding finding)
            {
                if (random.Next(2) == 0)
                    findings.Add(finding);
            }
        }
    }

    private static Finding Category(string key, double expected, double sold) =>
        new(Scope.Category, key, "whole", sold > expected ? AnomalyKind.ShiftUp : AnomalyKind.ShiftDown, expected, sold, 1, 1e-6, default);

    private static Finding Sku(string key, double expected, double sold, string category = "BAG") =>
        new(Scope.Sku, key, category, sold > expected ? AnomalyKind.ShiftUp : AnomalyKind.ShiftDown, expected, sold, 1, 1e-6, default);

    private static Finding Channel(string sku, string channel, double expected, double sold) => new(
        Scope.SkuChannel, $"{sku} in {channel}", sku, sold > expected ? AnomalyKind.ShiftUp : AnomalyKind.ShiftDown, expected, sold, 1, 1e-6, default);
}
