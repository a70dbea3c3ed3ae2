using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Anomaly;

public sealed class DemandWatchTests
{
    private const int Days = 260;

    /// <summary>Ten bags and ten mugs, each sold in web and shop, 20 to 30 a day there.</summary>
    private static readonly string[] Skus = [.. Enumerable.Range(0, 20).Select(at => $"{(at < 10 ? "BAG" : "MUG")}{at}")];

    [Fact]
    public void A_sku_that_falls_everywhere_is_told_once_as_the_sku_with_its_money()
    {
        var told = Run((sku, _, day, units) => sku == "BAG3" && day >= 240 ? units / 5 : units, out var days);
        var first = told.First(each => each.Sits.Key.StartsWith("BAG3", StringComparison.Ordinal));
        Assert.Equal((Scope.Sku, "BAG3"), (first.Sits.Scope, first.Sits.Key));
        Assert.Contains(first.Sits.Kind, (AnomalyKind[])[AnomalyKind.Drop, AnomalyKind.ShiftDown]);
        Assert.InRange(days[told.IndexOf(first)], 241, 250);
        Assert.InRange(first.Sits.Range.Low, 35, 45); // of 40 to 60 a day
        Assert.InRange(first.Sits.Range.High, 54, 62);
        // About 40 units a day are missing, at 2 each.
        Assert.InRange(first.Sits.MoneyAtRisk, 100, 1100);
        Assert.DoesNotContain(told, each => each.Sits.Scope == Scope.SkuChannel && each.Sits.Key.StartsWith("BAG3", StringComparison.Ordinal)
            && days[told.IndexOf(each)] == days[told.IndexOf(first)]);
    }

    [Fact]
    public void What_goes_on_is_told_again_only_after_it_has_gathered_anew()
    {
        var told = Run((sku, _, day, units) => sku == "BAG3" && day >= 240 ? 0 : units, out _);
        Assert.InRange(told.Count(each => each.Sits.Key == "BAG3"), 1, Days - 240);
    }

    [Fact]
    public void In_a_quiet_year_hardly_anything_is_told()
    {
        var told = Run((_, _, _, units) => units, out _);
        Assert.InRange(told.Count, 0, 6);
    }

    /// <summary>Learned week by week, with series that come later, or all at once after a restart: the same is found.</summary>
    [Fact]
    public void Learned_in_pieces_or_at_once_is_the_same()
    {
        var random = new Random(8);
        var all = Enumerable.Range(0, 30).Select(at => new DemandSeries($"s{at:00}", null,
            [.. Enumerable.Range(0, Days).Select(day =>
                day < 8 * at || (at == 4 && day > 220) ? 0.0 : random.Next(5, 40) * (random.Next(50) == 0 ? 9 : 1))], 3)).ToList();
        WatchedScope Known(int days)
        {
            var born = all.Where(each => each.Born < days).Select(each => each with { Units = each.Units[..days] }).ToList();
            return new(Scope.Sku, new(Grain.Day, new(2024, 1, 1), born), new Dictionary<string, string>());
        }
        TradingCalendar Calendar(int days) => TradingCalendar.At(Known(days).Panel, days, 0, new HashSet<DateOnly>());
        string Told(IReadOnlyList<FoldedFinding> found) => string.Join(';',
            found.Select(each => $"{each.Sits.Key} {each.Sits.Kind} {each.Sits.P:R} {each.Sits.Expected:R}"));

        var (atOnce, pieces) = (new DemandWatch([Known(Days)], Calendar(Days), PanelDetectorTests.Nulls, 0.05), (DemandWatch?)null);
        var some = false;
        for (var (step, known) = (0, 60); step < Days; known = Math.Min(Days, known + 7))
        {
            if (pieces is null)
                pieces = new([Known(known)], Calendar(known), PanelDetectorTests.Nulls, 0.05);
            else
                pieces.Follow([Known(known)], Calendar(known));
            for (; step < known; step++)
            {
                var told = Told(pieces.Step(step));
                Assert.Equal(Told(atOnce.Step(step)), told);
                some |= told.Length > 0;
            }
        }
        Assert.True(some);
    }

    private static List<FoldedFinding> Run(Func<string, string, int, double, double> change, out List<int> days)
    {
        var random = new Random(12);
        string[] channels = ["web", "shop"];
        var inChannel = Skus.SelectMany(sku => channels.Select(channel => (Sku: sku, Series: new DemandSeries($"{sku} in {channel}", sku[..3],
            [.. Enumerable.Range(0, Days).Select(day => change(sku, channel, day, random.Next(20, 31)))], 2)))).ToList();
        DemandSeries Sum(string key, Func<string, bool> of) => new(key, null,
            [.. Enumerable.Range(0, Days).Select(day => inChannel.Where(each => of(each.Sku)).Sum(each => each.Series.Units[day]))], 2);
        DemandPanel Panel(IEnumerable<DemandSeries> series) => new(Grain.Day, new(2024, 1, 1), [.. series]);
        var bySku = Panel(Skus.Select(sku => Sum(sku, other => other == sku)));
        WatchedScope[] scopes =
        [
            new(Scope.SkuChannel, Panel(inChannel.Select(each => each.Series)), inChannel.ToDictionary(each => each.Series.Key, each => each.Sku)),
            new(Scope.Sku, bySku, Skus.ToDictionary(sku => sku, sku => sku[..3])),
            new(Scope.Category, Panel([Sum("BAG", sku => sku[0] == 'B'), Sum("MUG", sku => sku[0] == 'M')]), new Dictionary<string, string>()),
        ];
        var watch = new DemandWatch(scopes, TradingCalendar.At(bySku, Days, 0, new HashSet<DateOnly>()), PanelDetectorTests.Nulls, 0.001);
        var told = new List<FoldedFinding>();
        days = [];
        for (var day = 0; day < Days; day++)
            foreach (var each in watch.Step(day))
            {
                told.Add(each);
                days.Add(day);
            }
        return told;
    }
}
