using EcomIntel.Core.Events;
using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Watch;

namespace EcomIntel.Tests.Ml.Watch;

public sealed class WatchTextTests
{
    private static readonly Dictionary<string, WatchedItem> Items = new() { ["BAG"] = new("A red bag", "", 10, 4) };

    [Fact]
    public void A_drop_in_a_channel() => Assert.Equal(
        "A red bag (BAG) in web: 12 units were ordered from 4 November 2026 to 10 November 2026, where about 96 were to be expected. Demand dropped.",
        Of(WatchDefinition.Demand, new("BAG", "web"), AnomalyKind.Drop, 12, 96));

    [Fact]
    public void What_has_stopped() => Assert.Equal(
        "A red bag (BAG): nothing was ordered from 4 November 2026 to 10 November 2026, where about 7.5 units were to be expected. Demand has stopped.",
        Of(WatchDefinition.Demand, new("BAG"), AnomalyKind.Vanished, 0, 7.5));

    [Fact]
    public void Units_corrected_away_at_a_location() => Assert.Equal(
        "A red bag (BAG) at DC1: 40 units were corrected away on 10 November 2026, where about 1.2 were to be expected. Shrinkage peaked in a single day.",
        Of(WatchDefinition.Shrinkage, new("BAG", Location: "DC1"), AnomalyKind.Spike, 40, 1.2, days: 1));

    [Fact]
    public void A_feed_that_fell_silent() => Assert.Equal(
        "What channel amazon sends: nothing came from 4 November 2026 to 10 November 2026, where about 700 units were to be expected. What comes has stopped.",
        Of(WatchDefinition.Feeds, new(Feed: "channel/amazon"), AnomalyKind.Vanished, 0, 700));

    [Fact]
    public void A_name_of_any_length_leaves_a_detail_that_an_event_may_have()
    {
        var items = new Dictionary<string, WatchedItem> { ["BAG"] = new(new string('x', 600), "", 1, 1) };
        var text = WatchText.Of(WatchDefinition.Demand.Words, new("BAG"), items, Finding(AnomalyKind.Drop, 1, 2, 7));
        Assert.Null(Check.Text("detail", text));
    }

    private static string Of(WatchDefinition of, FindingAbout about, AnomalyKind kind, double sold, double expected, int days = 7) =>
        WatchText.Of(of.Words, about, Items, Finding(kind, sold, expected, days));

    private static Finding Finding(AnomalyKind kind, double sold, double expected, int days) =>
        new(Scope.Sku, "k", null, kind, expected, sold, 1, 1e-6, default) { From = new(2026, 11, 11 - days), Until = new(2026, 11, 10) };
}
